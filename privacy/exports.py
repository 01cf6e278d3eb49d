"""Downloads of one's data: asked for, made, told, fetched, erased. The rows are the truth."""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import translation

from accounts.languages import spoken, written
from accounts.models import User
from portal import clock
from privacy.archive import archive
from privacy.mail import send
from privacy.models import DataExport, ExportState
from privacy.models.export import KEPT_FOR

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=15)
# So often it is tried until it counts as failed and the person may ask anew.
TRIES = 3
A_DAY_AT_MOST = 5


class TooMany(Exception):
    """Asked for more often than A_DAY_AT_MOST in a day."""


def ask(user: User, language: str) -> DataExport:
    """Ask for a download, its page in `language`; the one that is being made, if there is one.

    What was ready before is erased: there is one file at a time. Raises TooMany.
    """
    mine = DataExport.objects.filter(user=user)
    if waiting := mine.filter(state=ExportState.WAITING).first():
        return waiting
    if mine.filter(asked_at__gt=clock.now() - timedelta(days=1)).count() >= A_DAY_AT_MOST:
        raise TooMany
    try:
        with transaction.atomic():
            mine.filter(state=ExportState.READY).update(state=ExportState.EXPIRED, content=None)
            return DataExport.objects.create(user=user, language=spoken(language))
    except IntegrityError:
        return mine.get(state=ExportState.WAITING)  # asked twice at the same moment


def make_waiting(*, seconds: float = 400.0) -> int:
    """Make what waits, tell whom it is owed, erase what is over; how many were made.

    Any number may run at once: a row is made by the one that claimed it. One whose maker died is
    made again when its lease ends.
    """
    erase_expired()
    stop_at, made = time.monotonic() + seconds, 0
    while time.monotonic() < stop_at and (row := _claim()) is not None:
        made += _make(row)
    tell_owed()
    return made


def erase_expired() -> int:
    """Erase the content of downloads whose time is over."""
    over = DataExport.objects.filter(state=ExportState.READY, expires_at__lte=clock.now())
    return over.update(state=ExportState.EXPIRED, content=None)


def _claim() -> DataExport | None:
    """The oldest that nobody is making, now ours; None when there is none."""
    now = clock.now()
    free = DataExport.objects.filter(state=ExportState.WAITING).filter(
        Q(leased_until=None) | Q(leased_until__lt=now)
    )
    for pk, attempts in free.order_by("pk").values_list("pk", "attempts"):
        if attempts >= TRIES:
            free.filter(pk=pk).update(state=ExportState.FAILED, leased_until=None)
            continue
        # Compare and set: of several at once, one changes the row.
        ours = free.filter(pk=pk, attempts=attempts)
        if ours.update(leased_until=now + LEASE, attempts=F("attempts") + 1):
            return DataExport.objects.select_related("user").get(pk=pk)
    return None


def _make(row: DataExport) -> bool:
    claimed = DataExport.objects.filter(pk=row.pk, state=ExportState.WAITING, attempts=row.attempts)
    try:
        content = archive(row.user, row.language)
    except Exception:
        log.exception("Download %d could not be made", row.pk)
        last = row.attempts >= TRIES
        # Once more after a while, and not at once: leave the lease, shortened.
        claimed.update(
            state=ExportState.FAILED if last else ExportState.WAITING,
            leased_until=None if last else clock.now() + timedelta(minutes=row.attempts),
        )
        return False
    now = clock.now()
    # Nothing if the account was closed meanwhile, or another maker was quicker.
    return bool(
        claimed.update(
            state=ExportState.READY,
            content=content,
            ready_at=now,
            expires_at=now + KEPT_FOR,
            leased_until=None,
        )
    )


def tell_owed() -> None:
    """Write to everybody whose download is ready or failed and who was not told yet."""
    settled = (ExportState.READY, ExportState.FAILED)
    owed = DataExport.objects.filter(state__in=settled, told_at=None).defer("content")
    for row in owed.select_related("user").order_by("pk"):
        try:
            with transaction.atomic():
                # Two tellers at once send one mail; one that is not taken is owed again.
                if owed.filter(pk=row.pk).update(told_at=clock.now()):
                    _tell(row)
        except OSError as trouble:
            log.warning("The mail about download %d waits: %s", row.pk, type(trouble).__name__)
            return


def _tell(row: DataExport) -> None:
    """The mail holds a link and no data; what it leads to asks who is there."""
    with translation.override(row.language):
        link = settings.SITE_URL + reverse("privacy:download")
    kind = "ready" if row.state == ExportState.READY else "failed"
    context = {"link": link, "until": row.expires_at}
    language = written(row.user.language)
    send(f"privacy/email/download_{kind}", row.user.email, language, context)
