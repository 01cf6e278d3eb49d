"""Letters of due rows: to whom, about what, of which office."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from accounts import languages
from accounts.models import ClosedDays, Office
from accounts.opening import Closures
from notifications import unsubscribing
from notifications.kinds_of_mail import DAILY_MAIL, choice_of
from notifications.messages.letter import Letter, OfficeWords, one_line
from notifications.messages.mail import COUNTER_LANGUAGE
from notifications.outbox.letters import Due
from portal import clock


class LetterWriter:
    """Makes letters of due rows; reads each office once."""

    def __init__(self) -> None:
        self._offices: dict[int, Office] = {}
        self._closures: dict[int, Closures] = {}
        self._office_words: dict[tuple[int, str], OfficeWords] = {}

    def read_offices(self, rows: Iterable[Due]) -> None:
        """What `letter` needs to know for these rows."""
        missing = {row.office for row in rows} - self._offices.keys()
        if missing:
            found = Office.objects.in_bulk(missing)
            self._offices |= found
            self._closures |= ClosedDays.objects.closures(found.values(), today=clock.today())

    def letter(self, row: Due, today: date, now: datetime) -> Letter:
        language = languages.written(row.language)
        choice = choice_of(row.kind, row.lead)
        carried = row.carried(today) if row.kind == DAILY_MAIL else []
        return Letter(
            matter=row.matter(today, self._closures[row.office]),
            language=language,
            name=one_line(row.name),
            email=row.email,
            office=self._office(row.office, language),
            counter_office=self._office(row.office, COUNTER_LANGUAGE),
            message_id=row.message_id,
            date=now,
            lead=row.lead,
            unsubscribe=unsubscribing.address(row.resident, choice, language) if choice else "",
            saying=row.saying,
            sayings=tuple(one.saying for one in carried),
        )

    def _office(self, pk: int, language: str) -> OfficeWords:
        words = self._office_words.get((pk, language))
        if words is None:
            words = self._office_words[pk, language] = OfficeWords.of(self._offices[pk], language)
        return words
