"""When a parent or guardian no longer looks after a card: on the 18th birthday.

Plain Python. The age is reached at the end of the day before the birthday, so the birthday itself
is the first day without the guardian. Whoever was born on 29 February has no birthday in the year
they turn 18 (never a leap year) and reaches the age as 28 February ends: 1 March is that first
day. (A certificate ends on 28 February instead, where the earlier day is the safe one. Here it
would take a parent's sight of the card away from a child who is still 17.)
"""

from datetime import date

ADULT_AT = 18
# Before guardianship ends, the guardian is told this many days ahead, and again on the day.
NOTICE_DAYS = 30


def turns_18_on(birth_date: date) -> date:
    """The 18th birthday: the first day without a guardian."""
    try:
        return birth_date.replace(year=birth_date.year + ADULT_AT)
    except ValueError:
        if birth_date.year + ADULT_AT > date.max.year:
            return date.max
        return date(birth_date.year + ADULT_AT, 3, 1)


def under_18_if_born_after(today: date) -> date:
    """Who was born after this day is not 18 yet on `today`; who was born on it or before, is.

    The same rule as `turns_18_on`, turned round so that a database can ask it of an index.
    """
    year = max(today.year - ADULT_AT, date.min.year)
    try:
        return today.replace(year=year)
    except ValueError:
        return date(year, 2, 28)
