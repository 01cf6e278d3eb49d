"""Days told from today, so that the demo looks the same on whatever day it is made."""

from datetime import date, timedelta


def in_days(today: date, days: int) -> date:
    """`days` days after today; before it, if negative."""
    return today + timedelta(days)


def in_years(day: date, years: int) -> date:
    """The same day `years` years later (earlier, if negative); 28 February for the 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
