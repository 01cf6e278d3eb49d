"""What waits for an office, told to its staff by mail on weekdays: counts and links, no person.

The same lists as on the desk's first page, of those that are marked `told`. Nothing waits, or the
office is closed: no mail. It goes the way of mail about accounts, and is of no use the next day.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from accounts import desk, languages
from accounts.models import ClosedDays, Office
from notifications import pulse
from notifications.outbox.account_mails import queue
from portal import clock

TEMPLATE = "notifications/staff/digest"
WORTH = timedelta(hours=12)
_FRIDAY = 4


def tell_offices() -> int:
    """Tell every office that has an address what waits for it, once a weekday; how many were.

    None on a day on which it is closed: holidays are days on which every office is.
    Safe to run twice, late or in parallel: the row of each office's day decides.
    """
    today = clock.today()
    if today.weekday() > _FRIDAY:
        return 0
    offices = list(Office.objects.exclude(staff_email=""))
    closures = ClosedDays.objects.closures(offices, today=today)
    return sum(_tell(office) for office in offices if not closures[office.pk].closed(today))


@transaction.atomic
def _tell(office: Office) -> bool:
    if not pulse.first_on(f"digest {office.code}", clock.today()):
        return False
    mail = digest(office)
    if mail is not None:
        queue(mail, worth=WORTH)
    return mail is not None


def digest(office: Office) -> EmailMessage | None:
    """The mail to this office as of now, in its staff's language; None if nothing waits."""
    counted = [(tile, desk.counted(tile.rows(office))) for tile in desk.tiles if tile.told]
    waiting = [(tile, count) for tile, count in counted if count.number]
    if not waiting:
        return None
    language = languages.spoken(office.staff_language)
    with translation.override(language):
        context = {
            "office": office.name,
            "day": clock.today(),
            "lines": [(tile.title, count, settings.SITE_URL + tile.url) for tile, count in waiting],
            "desk": f"{settings.SITE_URL}/admin/",
        }
        subject = render_to_string(f"{TEMPLATE}_subject.txt", context)
        body = render_to_string(f"{TEMPLATE}.txt", context)
    return EmailMessage(
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[office.staff_email],
        headers={"Content-Language": language, "Auto-Submitted": "auto-generated"},
    )
