"""What a worker does with imports that were asked for: check them, import them.

The rows decide, not the messages: any number of workers may run at once, be killed and come
again. A row belongs to the one that claimed it, for as long as it says that it is alive; the
cards of a file and the word that they are in are written by one transaction. So a killed worker
leaves all of a file's rows or none, and the next one begins anew.
"""

import logging
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import IO, BinaryIO, cast

from django.db import transaction
from django.db.models import F, Q
from django.utils import translation

from cards.importing.database import ImportBusy, ImportOvertaken, RefusedByDatabase
from cards.importing.heartbeat import Heartbeat, lease_time
from cards.importing.notes import SHOWN, Notes
from cards.importing.problems import Problem, Report
from cards.importing.requests import PART_BYTES, give_up_old, parts_of, put_parts
from cards.importing.run import Summary, Terms, import_file
from cards.models import CardImport, CardImportPart, ImportState, PartKind
from cards.models.card_import import RUNNING, BrokenBy
from portal import clock

log = logging.getLogger(__name__)

# So often it is tried, and may be overtaken by others, until it counts as broken off.
TRIES = 3
_SOON = timedelta(seconds=3)
_COUNTS = ("rows", "new", "changed", "unchanged", "replaced", "refused")


class NotOurs(Exception):
    """Somebody else works on this import by now, or it was discarded."""


class PreviewOutdated(Exception):
    """The cards changed since the preview: the import would do something else."""


def run_waiting(*, seconds: float = 300.0) -> int:
    """Check and import what waits; how many of them came a step further."""
    give_up_old()
    stop_at, done = time.monotonic() + seconds, 0
    while time.monotonic() < stop_at and (job := _claim()) is not None:
        done += _work_on(job)
    return done


def _claim() -> CardImport | None:
    """The oldest that nobody works on, now ours; None when there is none."""
    now = clock.now()
    free = CardImport.objects.filter(state__in=RUNNING).filter(
        Q(leased_until=None) | Q(leased_until__lte=now)
    )
    for pk, attempts in free.order_by("pk").values_list("pk", "attempts"):
        ours = free.filter(pk=pk, attempts=attempts)
        if attempts >= TRIES:
            ours.update(**_broken_off())
            continue
        # Compare and set: of several at once, one changes the row.
        lease = uuid.uuid4().hex
        mine = {"lease": lease, "leased_until": now + lease_time(), "broken_by": None}
        if ours.update(**mine, attempts=F("attempts") + 1):
            return CardImport.objects.get(pk=pk)
    return None


def _work_on(job: CardImport) -> bool:
    try:
        with (
            translation.override(job.language),
            Heartbeat(job) as heart,
            _opened(job) as file,
            _scratch() as notes,
            _scratch() as refusals,
        ):
            _Work(job, heart, file, notes, refusals).run()
    except NotOurs:
        return False
    except ImportBusy:
        # Another office's import: this one waits and has not used up a try.
        _give_back(job, _SOON, attempts=F("attempts") - 1)
        return False
    except ImportOvertaken as overtaken:
        log.warning("Import %d was overtaken: %s is there already", job.pk, overtaken)
        _overtaken(job)
        return False
    except RefusedByDatabase as refused:
        log.exception("Import %d broke off: it breaks %s", job.pk, refused.rule)
        _give_back(job, timedelta(seconds=5 * job.attempts), broken_by=BrokenBy.RULE)
        return False
    except Exception:
        log.exception("Import %d broke off", job.pk)
        _give_back(job, timedelta(seconds=5 * job.attempts))
        return False
    return True


class _Work:
    """One claimed import, with its file and two files to write into."""

    def __init__(
        self,
        job: CardImport,
        heart: Heartbeat,
        file: BinaryIO,
        notes: IO[str],
        refusals: IO[str],
    ) -> None:
        self._job, self._heart, self._file = job, heart, file
        self._noted, self._refused = notes, refusals
        self._notes = Notes(notes)
        self._report = Report(file=refusals, shown=SHOWN)
        self._agreed = job.state == ImportState.IMPORTING

    def run(self) -> None:
        job = self._job
        terms = Terms(only={job.office_id}, by=job.confirmed_by_id, preview=not self._agreed)
        try:
            summary = import_file(
                self._file,
                self._report,
                terms,
                notes=self._notes,
                progress=self._heart.beat,
                at_end=self._imported if self._agreed else None,
            )
        except PreviewOutdated as outdated:
            # All of it was taken back; what it would have done is the new preview.
            self._settle(outdated.args[0], ImportState.CHECKED, outdated=True)
            return
        if summary.refused:
            self._settle(summary, ImportState.REFUSED)
        elif not self._agreed:
            self._settle(summary, ImportState.CHECKED, outdated=job.outdated)

    def _imported(self, summary: Summary) -> None:
        """In the import's own transaction, just before its end."""
        if self._notes.digest != self._job.digest:
            raise PreviewOutdated(summary)
        self._settle(summary, ImportState.DONE)

    @transaction.atomic
    def _settle(self, summary: Summary, state: ImportState, *, outdated: bool = False) -> None:
        """Write down how it went, if it is still ours to say so."""
        now = clock.now()
        over = state != ImportState.CHECKED
        ours = CardImport.objects.filter(pk=self._job.pk, lease=self._job.lease)
        changed = ours.update(
            state=state,
            lease="",
            leased_until=None,
            outdated=outdated,
            attempts=0,
            bytes_done=self._job.size,
            rows_done=summary.rows,
            digest=self._notes.digest,
            shown=self._shown(state),
            **{name: getattr(summary, name) for name in _COUNTS},
            **({"ended_at": now} if over else {}),
            **({} if self._agreed and over else {"checked_at": now}),
            **({} if over else {"confirmed_by": None, "confirmed_at": None}),
        )
        if not changed:
            raise NotOurs
        told = self._refused if state == ImportState.REFUSED else self._noted
        put_parts(self._job, PartKind.REPORT, _read_again(told))
        if over:
            CardImportPart.objects.filter(card_import=self._job, kind=PartKind.FILE).delete()

    def _shown(self, state: ImportState) -> dict[str, list[dict[str, object]]]:
        shown = {"new": self._notes.shown.new, "changed": self._notes.shown.changed}
        return shown | {"refused": [_as_kept(one) for one in self._report.first]}


def _as_kept(problem: Problem) -> dict[str, object]:
    """A problem without its words, which are found on reading, in the reader's language."""
    with translation.override(None):
        reason = str(problem.reason)
    return {
        "line": problem.line,
        "column": problem.column,
        "reason": reason,
        "values": dict(problem.values),
    }


def _overtaken(job: CardImport) -> None:
    """Somebody registered one of its cards: what there is to do has changed, and is shown anew.

    But not for ever: a file that is said to be overtaken each time has another fault.
    """
    times = (job.overtaken or 0) + 1
    if times >= TRIES:
        ours = CardImport.objects.filter(pk=job.pk, lease=job.lease)
        ours.update(**_broken_off(), overtaken=times, broken_by=BrokenBy.TAKEN)
        return
    again = {"state": ImportState.CHECKING, "attempts": 0, "outdated": True}
    _give_back(job, timedelta(), **again, overtaken=times)


def _broken_off() -> dict[str, object]:
    """Fields of an import that is tried no more. Its file is kept, for a try that staff ask for."""
    return {
        "state": ImportState.FAILED,
        "ended_at": clock.now(),
        "lease": "",
        "leased_until": None,
        "outdated": False,
    }


def _give_back(job: CardImport, wait: timedelta, **changes: object) -> None:
    ours = CardImport.objects.filter(pk=job.pk, lease=job.lease)
    ours.update(lease="", leased_until=clock.now() + wait, **changes)


def _opened(job: CardImport) -> BinaryIO:
    """The file, without a name on this machine: nothing of it outlives the worker."""
    file = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - closed by the caller
    for part in parts_of(job, PartKind.FILE):
        file.write(part)
    file.seek(0)
    return file


def _scratch() -> IO[str]:
    return tempfile.TemporaryFile("w+", encoding="utf-8-sig", newline="")


def _read_again(file: IO[str]) -> Iterator[bytes]:
    file.flush()
    binary = cast("BinaryIO", file.buffer)  # type: ignore[attr-defined]
    binary.seek(0)
    while some := binary.read(PART_BYTES):
        yield some
