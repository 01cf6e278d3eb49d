"""Day arithmetic that stays inside the calendar.

Imported and typed dates reach to year 1 and year 9999. Counting on from one of those must not
end in an OverflowError, so the two ends of the calendar hold what would fall off it.
"""

from datetime import date, timedelta


def days_from(day: date, days: int) -> date:
    """The day `days` days after `day` (before it, if negative), at most the calendar's end."""
    try:
        return day + timedelta(days)
    except OverflowError:
        return date.max if days > 0 else date.min
