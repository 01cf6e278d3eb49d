"""Imports as an office asks for them: sent in, agreed to, discarded, tried again, grown old."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import IntegrityError, transaction

from accounts.languages import spoken
from accounts.models import Office, User
from cards.models import CardImport, CardImportPart, ImportState, PartKind
from cards.models.card_import import AGREED_WITHIN, OPEN
from cards.rules.individual_number import mask
from portal import clock

PART_BYTES = 500_000
# A file whose import broke off is kept so long for another try.
KEPT_BROKEN = timedelta(hours=24)


class OtherImportOpen(Exception):
    """The office has another import that is not over yet: `other`."""

    def __init__(self, other: CardImport | None) -> None:
        super().__init__()
        self.other = other


class NotNow(Exception):
    """The import is no longer in a state in which this can be asked of it."""


def send_in(*, office: Office, by: User, name: str, content: Iterable[bytes]) -> CardImport:
    """Keep a file, to be checked. Raises OtherImportOpen."""
    give_up_old()
    try:
        with transaction.atomic():
            made = CardImport.objects.create(
                office=office, by=by, language=spoken(by.language), name=mask(name)[-100:], size=0
            )
            size = put_parts(made, PartKind.FILE, content)
            CardImport.objects.filter(pk=made.pk).update(size=size)
    except IntegrityError:
        raise OtherImportOpen(open_import_of(office)) from None
    made.size = size
    return made


def open_import_of(office: Office) -> CardImport | None:
    """The office's import that is not over yet."""
    return CardImport.objects.filter(office=office, state__in=OPEN).first()


@transaction.atomic
def agree(pk: int, *, by: User, digest: str) -> None:
    """Have it imported as its preview says. Asking twice is harmless.

    `digest` is that of the preview that was looked at. Raises NotNow if there is another by now,
    or none to agree to.
    """
    now = clock.now()
    waiting = CardImport.objects.filter(
        pk=pk, state=ImportState.CHECKED, digest=digest, checked_at__gt=now - AGREED_WITHIN
    )
    changed = waiting.update(
        state=ImportState.IMPORTING,
        confirmed_by=by,
        confirmed_at=now,
        outdated=False,
        attempts=0,
        bytes_done=0,
        rows_done=0,
    )
    if not changed and not CardImport.objects.filter(pk=pk, state=ImportState.IMPORTING).exists():
        raise NotNow


@transaction.atomic
def discard(pk: int) -> None:
    """Give it up before it is imported; its file is removed. Raises NotNow once that has begun."""
    waiting = CardImport.objects.filter(
        pk=pk, state__in=(ImportState.CHECKING, ImportState.CHECKED, ImportState.FAILED)
    )
    if not waiting.update(**_over(ImportState.GIVEN_UP)):
        raise NotNow
    _forget_files([pk])


def try_again(pk: int) -> None:
    """Check the file of an import that broke off once more. Raises NotNow, OtherImportOpen."""
    broken = CardImport.objects.filter(pk=pk, state=ImportState.FAILED, parts__kind=PartKind.FILE)
    known = CardImport.objects.select_related("office").get(pk=pk)
    try:
        with transaction.atomic():
            if not broken.exists() or not CardImport.objects.filter(
                pk=pk, state=ImportState.FAILED
            ).update(
                state=ImportState.CHECKING,
                attempts=0,
                overtaken=None,
                broken_by=None,
                outdated=False,
                ended_at=None,
                bytes_done=0,
            ):
                raise NotNow
    except IntegrityError:
        raise OtherImportOpen(open_import_of(known.office)) from None


@transaction.atomic
def give_up_old() -> None:
    """Give up previews that nobody agreed to in time, and files kept for another try."""
    now = clock.now()
    unanswered = CardImport.objects.filter(
        state=ImportState.CHECKED, checked_at__lte=now - AGREED_WITHIN
    )
    broken = CardImport.objects.filter(
        state=ImportState.FAILED, ended_at__lte=now - KEPT_BROKEN, parts__kind=PartKind.FILE
    )
    old = [*unanswered.values_list("pk", flat=True), *broken.values_list("pk", flat=True)]
    if old:
        unanswered.update(**_over(ImportState.GIVEN_UP))
        _forget_files(old)


def put_parts(to: CardImport, kind: PartKind, content: Iterable[bytes]) -> int:
    """Keep `content` in pieces, in place of what there was; how many bytes that is."""
    CardImportPart.objects.filter(card_import=to, kind=kind).delete()
    size = number = 0
    held = b""
    for some in content:
        held += some
        while len(held) >= PART_BYTES:
            _put_part(to, kind, number, held[:PART_BYTES])
            size, number, held = size + PART_BYTES, number + 1, held[PART_BYTES:]
    if held:
        _put_part(to, kind, number, held)
    return size + len(held)


def parts_of(one: CardImport, kind: PartKind) -> Iterable[bytes]:
    """The file or the report, piece by piece."""
    numbers = CardImportPart.objects.filter(card_import=one, kind=kind).order_by("number")
    for pk in list(numbers.values_list("pk", flat=True)):
        yield bytes(CardImportPart.objects.get(pk=pk).content)


def _put_part(to: CardImport, kind: PartKind, number: int, content: bytes) -> None:
    CardImportPart.objects.create(card_import=to, kind=kind, number=number, content=content)


def _over(state: ImportState) -> dict[str, object]:
    """Fields of an import that is over. Whoever still works on it finds that it is not theirs."""
    return {"state": state, "ended_at": clock.now(), "lease": "", "leased_until": None, "shown": {}}


def _forget_files(pks: list[int]) -> None:
    CardImportPart.objects.filter(card_import__in=pks, kind=PartKind.FILE).delete()
