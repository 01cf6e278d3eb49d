"""The only reader of time. Every day in the portal is a day in Asia/Tokyo.

`PORTAL_TODAY` (only with DEBUG) moves today for demonstrations; the time of day stays real.
"""

import time
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

TOKYO = ZoneInfo("Asia/Tokyo")


def now() -> datetime:
    """This moment, as an aware datetime in Tokyo."""
    real = datetime.now(TOKYO)  # noqa: TID251 - the one place that may
    pretended: date | None = settings.PORTAL_TODAY
    if pretended is None:
        return real
    return real.replace(year=pretended.year, month=pretended.month, day=pretended.day)


def today() -> date:
    """This day in Tokyo, whatever the server's own zone."""
    return now().date()


def day_of(moment: datetime) -> date:
    """The day in Tokyo on which an aware moment falls."""
    return moment.astimezone(TOKYO).date()


def seconds() -> float:
    """This moment in seconds since 1970, as sessions and codes count them.

    Real, whatever `PORTAL_TODAY` says: a pretended day must end no session and spend no code.
    """
    return time.time()  # noqa: TID251 - the one place that may
