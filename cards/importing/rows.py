"""From the cells of one line to the facts of one card, or to what is wrong with them."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import gt, itemgetter

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.languages import CONTACT_LANGUAGES
from cards.importing.columns import COLUMNS, LENGTHS, MOVE_DAYS, REQUIRED
from cards.importing.problems import Problem
from cards.rules import individual_number
from cards.rules.days import days_from
from cards.rules.expiry import FIRST_CARDS_ON, latest_last_day, special_period_limit
from cards.rules.kinds import CardVariant
from cards.rules.moves import MoveDates
from cards.rules.possible_moves import MoveFault, faults_of, is_of_an_earlier_card

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Addresses that need no closer look; Django's validator, which is slow, judges the others.
_PLAIN_EMAIL = re.compile(
    r"[a-z0-9]{1,20}(?:[._+-][a-z0-9]{1,20}){0,3}"
    r"@(?:[a-z0-9]{1,20}[.-]){0,4}[a-z0-9]{1,20}\.[a-z]{2,30}",
    re.I | re.A,
)
_UNFIT_REFERENCE = re.compile(r"[\s/\\?#%]")
_TEXTS = ("reference", "name", "address", "residence_status")
_TEXT_LENGTHS = tuple(LENGTHS[column] for column in _TEXTS)
_DAYS = ("birth_date", "period_of_stay_ends_on", "issued_on", "expires_on", *MOVE_DAYS)
# These tell of what has happened. The others may lie ahead.
_HAPPENED = ("birth_date", "issued_on", "moved_in_on", "notified_on", "card_updated_on")
# Stands for a cell that holds no day, until the row is refused for it.
NO_DAY = date(1, 1, 1)
# Nobody alive was born before.
_EARLIEST_BIRTH = date(1900, 1, 1)
_VARIANTS = frozenset(variant.value for variant in CardVariant)
_NO_MOVE = MoveDates()

MISSING_COLUMN = _("This column is missing from the header.")
NO_COMMAS = _("There are no commas between the cells of this file. Save it as CSV with commas.")
NAMELESS_COLUMN = _(
    "The header ends with a comma, or has a column without a name. Take that out, in every line."
)
UNKNOWN_COLUMN = _("No such column is known.")
TWICE_COLUMN = _("This column stands in the header twice.")
REQUIRED_CELL = _("This cell must not be empty.")
OVER_LONG = _("This cell is too long: %(limit)s characters at most.")
NO_OFFICE = _("No office has this code.")
OTHER_OFFICE = _("This row is of another office than the one this import is for.")
NOT_A_DAY = _("There is no such day.")
NOT_WRITTEN_AS_DAY = _("Write the day as YYYY-MM-DD, in half-width digits.")
STILL_TO_COME = _("This day is still to come.")
NO_VARIANT = _("The variant must be standard or photo_id.")
NO_LANGUAGE = _("This language code is not known.")
BAD_EMAIL = _("This is not an e-mail address.")
BAD_REFERENCE = _("A reference must not hold blanks or any of / \\ ? # %%.")
NO_LETTER = _("This cell has neither a letter nor a digit.")
BORN_TOO_EARLY = _("This birth date is before 1900. Check the year.")
BIRTH_AFTER_ISSUE = _("The birth date is after the day of issue.")
EXPIRY_BEFORE_ISSUE = _("The card would expire before its day of issue.")
STAY_BEFORE_ISSUE = _("The period of stay ends before the day of issue.")
ISSUED_TOO_EARLY = _("This day of issue is before January 2016, when there were no cards yet.")
EXPIRY_AFTER_STAY = _(
    "The stay was over before the day of issue, and the card would expire more than two months "
    "after it. Check the days."
)
LASTS_TOO_LONG = _("This day is too far away: a card lasts ten years at most. Check the year.")
STAY_TOO_LONG = _(
    "A card lasts ten years at most, so it cannot end on the last day of this stay. Fill in "
    "expires_on."
)
_MOVE_FAULTS = {
    MoveFault.NOTIFIED_BEFORE_MOVE: _("The notification was submitted before the move-in day."),
    MoveFault.UPDATED_BEFORE_NOTIFIED: _(
        "The card was updated before the notification was submitted."
    ),
    MoveFault.UPDATED_BEFORE_MOVE: _("The card was updated before the move-in day."),
    MoveFault.NOTHING_TO_UPDATE: _(
        "The card was updated, but no expected move-out day, move-in day or notification is given."
    ),
    MoveFault.TWO_MOVES: _(
        "This day is more than 30 days after the arrival. A row tells of one move: leave the days "
        "of the finished one empty."
    ),
    MoveFault.FAR_AHEAD: _("This day is more than a year away. Check the year."),
    MoveFault.BEFORE_BIRTH: _("This day is before the birth date. Check the year."),
    MoveFault.RAN_OUT_BEFORE_ISSUE: _(
        "Because of this day the card would have lapsed before its day of issue. Of a move that an "
        "earlier card went through, fill in when it was notified, or leave all its days empty."
    ),
}


@dataclass(slots=True)
class Row:
    """The facts of one line. None: the cell is empty or its column absent.

    An absent e-mail is None and an empty one is "". `moves` is None if the file has no column of
    a move's days.
    """

    line: int
    reference: str
    office_id: int
    name: str
    birth_date: date
    address: str
    residence_status: str
    period_of_stay_ends_on: date
    variant: str
    issued_on: date
    expires_on: date | None
    email: str | None
    language: str | None
    moves: MoveDates | None

    @property
    def first_expires_on(self) -> date:
        """Expiry of a card that the portal does not know yet (G4)."""
        return self.expires_on or self.period_of_stay_ends_on


def has_no_commas(names: list[str]) -> bool:
    """Whether a header that was taken for one name holds several that are known."""
    return len(names) == 1 and sum(column in names[0] for column in REQUIRED) > 1


def header_problems(names: list[str]) -> list[Problem]:
    """What is wrong with the columns. An unknown name is told masked and cut short."""
    if has_no_commas(names):
        return [Problem(1, "", NO_COMMAS)]
    problems = [
        Problem(1, individual_number.mask(name)[:40], UNKNOWN_COLUMN if name else NAMELESS_COLUMN)
        for name in dict.fromkeys(names)
        if name not in COLUMNS
    ]
    problems += [Problem(1, name, TWICE_COLUMN) for name in COLUMNS if names.count(name) > 1]
    problems += [Problem(1, name, MISSING_COLUMN) for name in REQUIRED if name not in names]
    return problems


class RowReader:
    """Reads lines under one header.

    `offices` gives the id of each code that rows may have; `others` are codes of other offices.
    What has happened cannot lie after `today`.
    """

    def __init__(
        self,
        names: list[str],
        offices: Mapping[str, int],
        others: Collection[str] = (),
        *,
        today: date,
    ) -> None:
        self._offices = offices
        self._others = others
        self._today, self._latest = today, latest_last_day(today)
        self._days = _Days()
        # Absent columns read one empty cell that is put behind the others.
        places = [names.index(name) if name in names else len(names) for name in COLUMNS]
        self._in_order = itemgetter(*places)
        self._has_email = "email" in names
        self._has_moves = any(name in names for name in MOVE_DAYS)

    def read(self, line: int, cells: list[str]) -> Row | list[Problem]:
        """The row, or every problem of its cells. `cells` are as many as the header has."""
        cells.append("")
        (
            reference,
            office_code,
            name,
            birth,
            address,
            status,
            stay_ends,
            variant,
            issued,
            expires,
            email,
            language,
            *move_cells,
        ) = self._in_order(cells)
        days = self._days
        row = Row(
            line,
            reference.strip(),
            self._offices.get(office_code, 0),
            name.strip(),
            days[birth],
            address.strip(),
            status.strip(),
            days[stay_ends],
            variant,
            days[issued],
            days[expires] if expires else None,
            email.strip() if self._has_email else None,
            language or None,
            _NO_MOVE if self._has_moves else None,
        )
        if any(move_cells):
            row.moves = MoveDates(*[days[cell] if cell else None for cell in move_cells])
        problems = [
            *self._cell_problems(row, office_code),
            *_day_problems(
                row, (birth, stay_ends, issued, expires, *move_cells), self._today, self._latest
            ),
        ]
        if problems:
            return problems
        if row.moves and is_of_an_earlier_card(row.moves, row.issued_on):
            row.moves = _NO_MOVE
        return row

    def _cell_problems(self, row: Row, office_code: str) -> Iterable[Problem]:
        texts = (row.reference, row.name, row.address, row.residence_status)
        if not all(texts) or any(map(gt, map(len, texts), _TEXT_LENGTHS)):
            for column, text in zip(_TEXTS, texts, strict=True):
                if not text:
                    yield Problem(row.line, column, REQUIRED_CELL)
                elif len(text) > LENGTHS[column]:
                    yield Problem(row.line, column, OVER_LONG, {"limit": LENGTHS[column]})
        if _UNFIT_REFERENCE.search(row.reference) or not row.reference.isprintable():
            yield Problem(row.line, "reference", BAD_REFERENCE)
        if not (row.reference[:1].isalnum() and row.name[:1].isalnum()):
            for column, text in (("reference", row.reference), ("name", row.name)):
                if text and not any(map(str.isalnum, text)):
                    yield Problem(row.line, column, NO_LETTER)
        if not row.office_id:
            yield Problem(row.line, "office_code", self._why_no_office(office_code))
        if row.variant not in _VARIANTS:
            why = NO_VARIANT if row.variant else REQUIRED_CELL
            yield Problem(row.line, "variant", why)
        if row.language and row.language not in CONTACT_LANGUAGES:
            yield Problem(row.line, "language", NO_LANGUAGE)
        if row.email and not _PLAIN_EMAIL.fullmatch(row.email) and not _is_email(row.email):
            yield Problem(row.line, "email", BAD_EMAIL)

    def _why_no_office(self, code: str) -> Promise:
        if not code:
            return REQUIRED_CELL
        return OTHER_OFFICE if code in self._others else NO_OFFICE


class _Days(dict[str, date]):
    """Days by how they are written. What is no day reads as NO_DAY."""

    # Days come again and again in a file; more different ones than this are not kept.
    KEPT = 10_000

    def __missing__(self, text: str) -> date:
        try:
            day = date.fromisoformat(text) if _DAY.fullmatch(text) else NO_DAY
        except ValueError:
            day = NO_DAY
        if len(self) >= self.KEPT:
            self.clear()
        self[text] = day
        return day


def _day_problems(row: Row, cells: Sequence[str], today: date, latest: date) -> Iterable[Problem]:
    """`cells` are those of the columns in _DAYS, in that order. No card ends after `latest`."""
    moves = row.moves or _NO_MOVE
    days = (
        row.birth_date,
        row.period_of_stay_ends_on,
        row.issued_on,
        row.expires_on,
        moves.expected_move_out_on,
        moves.moved_in_on,
        moves.notified_on,
        moves.card_updated_on,
    )
    if NO_DAY in days:
        for column, day, cell in zip(_DAYS, days, cells, strict=True):
            if day == NO_DAY:
                yield Problem(row.line, column, _why_no_day(cell))
        return
    happened = (
        row.birth_date,
        row.issued_on,
        moves.moved_in_on or NO_DAY,
        moves.notified_on or NO_DAY,
        moves.card_updated_on or NO_DAY,
    )
    if max(happened) > today:
        for column, day in zip(_HAPPENED, happened, strict=True):
            if day > today:
                yield Problem(row.line, column, STILL_TO_COME)
        return
    if row.birth_date < _EARLIEST_BIRTH:
        yield Problem(row.line, "birth_date", BORN_TOO_EARLY)
    elif row.birth_date > row.issued_on:
        yield Problem(row.line, "birth_date", BIRTH_AFTER_ISSUE)
    if row.issued_on < FIRST_CARDS_ON:
        yield Problem(row.line, "issued_on", ISSUED_TOO_EARLY)
    elif (why := _why_no_expiry(row, latest)) is not None:
        yield Problem(row.line, "expires_on" if row.expires_on else "period_of_stay_ends_on", why)
    if moves is not _NO_MOVE:
        for column, fault in faults_of(
            moves, birth_date=row.birth_date, issued_on=row.issued_on, today=today
        ):
            yield Problem(row.line, column, _MOVE_FAULTS[fault])


def _why_no_expiry(row: Row, latest: date) -> Promise | None:
    """Why the card's last day cannot be, or None (G4)."""
    last, stay = row.expires_on, row.period_of_stay_ends_on
    if (last or stay) < row.issued_on:
        return EXPIRY_BEFORE_ISSUE if last else STAY_BEFORE_ISSUE
    # A card is issued until the end of the stay or, while an extension is applied for, two months
    # longer, counted from the day after: some write 31 August for a stay until 30 June. A stay that
    # was shortened afterwards is no fault: the card's date moves at the counter only.
    if last and stay < row.issued_on and last > special_period_limit(days_from(stay, 1)):
        return EXPIRY_AFTER_STAY
    # A stay may have no end, and be written with a day far away. A card cannot.
    if (last or stay) > latest:
        return LASTS_TOO_LONG if last else STAY_TOO_LONG
    return None


def _why_no_day(cell: str) -> Promise:
    if not cell:
        return REQUIRED_CELL
    return NOT_A_DAY if _DAY.fullmatch(cell) else NOT_WRITTEN_AS_DAY


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= LENGTHS["email"]
