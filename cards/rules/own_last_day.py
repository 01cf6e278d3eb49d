"""Whether a card ends with the period of stay (G4), or on a last day of its own."""

from datetime import date

from cards.rules.certificates import birthday_in
from cards.rules.expiry import LONGEST_YEARS, latest_last_day


def ends_by_itself(
    expires_on: date, *, issued_on: date, birth_date: date, stay_ends_on: date
) -> bool:
    """Whether the card's last day is its own, and no end of a period of stay.

    A stay without an end is written with a day far away, later than any period of stay. One that
    ends later than the card may have been extended, and the card not yet: then its last day is
    its own only if that is the holder's tenth birthday after the issue, beyond which no card lasts.
    """
    if stay_ends_on > latest_last_day(expires_on):
        return True
    had_birthday = birthday_in(issued_on.year, birth_date) <= issued_on
    year = issued_on.year + LONGEST_YEARS - (0 if had_birthday else 1)
    is_tenth = expires_on.year == year and expires_on == birthday_in(year, birth_date)
    return is_tenth and stay_ends_on > expires_on
