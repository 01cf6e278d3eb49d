"""Mails fast: put into words and MIME once for each matter, then filled in.

What differs from person to person (name, office, address, the two headers of the row) is a mark
while the template is rendered; the finished bytes are cut at the marks, and a mail is those
pieces joined with this person's values. A test holds the result against Django's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from email.utils import format_datetime
from functools import lru_cache

from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext_noop

from cards import wording
from notifications.messages import prepared_day
from notifications.messages.letter import Letter, OfficeWords, Saying
from notifications.messages.mail import COUNTER_LANGUAGE, django_mail
from notifications.messages.words import Matter
from portal.clock import TOKYO

# Private-use characters: no catalogue, template or escaping touches them.
_MARK = "\ue0f0{}\ue0f1"
_MARKS = re.compile("\ue0f0(.*?)\ue0f1".encode())
# The marks of the headers, and of a calendar, must be what these may hold.
_TO, _MESSAGE_ID, _DATE = "to@mark.invalid", "<id@mark.invalid>", datetime(2000, 1, 1, tzinfo=TOKYO)
_UNSUBSCRIBE = "https://mark.invalid/unsubscribe/"
_SAID_AT = datetime(2099, 12, 31, 23, 59, tzinfo=UTC)
_HTML_PART, _CALENDAR_PART = b"\r\nContent-Type: text/html", b"\r\nContent-Type: text/calendar"
# RFC 5322 allows lines of 998 bytes. What stands around a value is short; a longer value goes
# the long way, where lines are encoded.
_LONGEST_VALUE = 600
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f]+@[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f]+")


NO_SUCH_WRITING = gettext_noop("No mail can be sent to an address written like this.")


class AddressRefused(ValueError):
    """No mail can be sent to this address."""


def mail_bytes(letter: Letter, *, eight_bit: bool = True) -> bytes:
    """The letter as Django would write it, with CRLF line ends; leading dots are not doubled.

    `eight_bit` False: for a server that takes ASCII only. Raises AddressRefused.
    """
    if letter.matter.parts:
        # What a mail of the day carries differs from one person to the next: nothing to prepare.
        envelope_address(letter.email)
        return _written_out(django_mail(letter, seven_bit=not eight_bit))
    values = _values(letter)
    form = _form(
        _without_days_of_issue(letter.matter),
        letter.language,
        letter.lead,
        bool(letter.unsubscribe),
        bool(letter.saying),
    )
    if eight_bit and form.marks and max(map(len, values.values())) <= _LONGEST_VALUE:
        return form.filled(values)
    return _written_out(django_mail(letter, seven_bit=True))


@lru_cache(maxsize=1024)
def envelope_address(email: str) -> str:
    """The address as SMTP takes it, its domain in ASCII. Raises AddressRefused."""
    try:
        address: str = sanitize_address(email, "utf-8") if _ADDRESS.fullmatch(email) else ""
    except (ValueError, UnicodeError):
        address = ""
    if not address.isascii() or not _ADDRESS.fullmatch(address) or address.startswith("=?"):
        raise AddressRefused(NO_SUCH_WRITING)
    return address


@dataclass(frozen=True, slots=True)
class _Form:
    """Finished bytes in pieces; every second one is the name of what goes there."""

    pieces: tuple[bytes, ...]
    marks: tuple[tuple[int, bytes], ...]

    def filled(self, values: dict[bytes, bytes]) -> bytes:
        pieces = list(self.pieces)
        for index, name in self.marks:
            pieces[index] = values[name]
        return b"".join(pieces)


# One a matter, language and lead. On one day these are few: matters differ by their days left.
@lru_cache(maxsize=1024)
def _form(
    matter: Matter, language: str, lead: int | None, can_unsubscribe: bool, has_day: bool
) -> _Form:
    marked = Letter(
        matter=matter,
        language=language,
        name=_MARK.format("name"),
        email=_TO,
        office=_marked_office("office"),
        counter_office=_marked_office("counter"),
        message_id=_MESSAGE_ID,
        date=_DATE,
        lead=lead,
        unsubscribe=_UNSUBSCRIBE if can_unsubscribe else "",
        saying=Saying(_MARK.format("uid"), _SAID_AT) if has_day else None,
    )
    built = _written_out(django_mail(marked))
    heading, body = built.split(b"\r\n\r\n", 1)
    for value, name in ((_TO, "to"), (_MESSAGE_ID, "id"), (format_datetime(_DATE), "date")):
        heading = heading.replace(value.encode(), _MARK.format(name).encode())
    for index in range(len(matter.about.ending)):
        for spoken in {language, COUNTER_LANGUAGE}:
            written = _day(_issued(index), spoken)
            mark = _MARK.format(f"issued {index} {spoken}").encode()
            body = body.replace(written, mark)
    body, *calendar = body.split(_CALENDAR_PART)
    text, html = body.split(_HTML_PART)
    whole = heading + b"\r\n\r\n" + text + _HTML_PART + _named("html", html)
    whole = whole.replace(_UNSUBSCRIBE.encode(), _MARK.format("unsubscribe").encode())
    for part in calendar:
        part = prepared_day.with_marks(part, _SAID_AT, _MARK, _MARKS)
        whole += _CALENDAR_PART + _named("calendar", part)
    pieces = _MARKS.split(whole)
    marks = tuple((index, pieces[index]) for index in range(1, len(pieces), 2))
    # With lines too long for 8bit, Django encodes the parts, and the marks in them are lost.
    kept = {b"name", b"html name"} <= {name for _, name in marks}
    return _Form(tuple(pieces), marks if kept else ())


def _without_days_of_issue(matter: Matter) -> Matter:
    """With a day in place of each that differs from one card to the next; a mark goes there."""
    ending = tuple(
        one._replace(issued_on=_issued(index)) for index, one in enumerate(matter.about.ending)
    )
    return replace(matter, about=matter.about._replace(ending=ending)) if ending else matter


def _issued(index: int) -> date:
    """No day of any card's; each stands on a line of its own, so no line breaks elsewhere."""
    return date(1001 + index, 1, 1)


def _days_of_issue(letter: Letter) -> dict[bytes, bytes]:
    values = {}
    for index, one in enumerate(letter.matter.about.ending):
        for spoken in {letter.language, COUNTER_LANGUAGE}:
            if one.issued_on:
                name = f"issued {index} {spoken}".encode()
                values[name] = values[b"html " + name] = _day(one.issued_on, spoken)
    return values


@lru_cache(maxsize=4096)
def _day(day: date, language: str) -> bytes:
    with translation.override(language):
        return wording.day(day).encode()


def _named(prefix: str, part: bytes) -> bytes:
    """The part with its marks named for the way of writing that it needs."""
    return _MARKS.sub(lambda mark: mark[0].replace(mark[1], f"{prefix} ".encode() + mark[1]), part)


def _written_out(mail: EmailMultiAlternatives) -> bytes:
    # Django's own message class takes the line end; its stubs do not say so.
    written: bytes = mail.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
    return written


def _marked_office(prefix: str) -> OfficeWords:
    return OfficeWords(*(_MARK.format(f"{prefix} {field.name}") for field in fields(OfficeWords)))


def _values(letter: Letter) -> dict[bytes, bytes]:
    return {
        b"to": envelope_address(letter.email).encode(),
        b"id": letter.message_id.encode(),
        b"date": _date(letter.date),
        b"name": letter.name.encode(),
        b"html name": escape(letter.name).encode(),
        b"unsubscribe": letter.unsubscribe.encode(),
        **{b"calendar " + name: value for name, value in prepared_day.values(letter).items()},
        **_days_of_issue(letter),
        **_office_values("office", letter.office),
        **_office_values("counter", letter.counter_office),
    }


@lru_cache(maxsize=16)
def _date(moment: datetime) -> bytes:
    return format_datetime(moment).encode()


@lru_cache(maxsize=1024)
def _office_values(prefix: str, office: OfficeWords) -> dict[bytes, bytes]:
    values = {}
    for field in fields(office):
        value = getattr(office, field.name)
        values[f"{prefix} {field.name}".encode()] = value.encode()
        values[f"html {prefix} {field.name}".encode()] = escape(value).encode()
    return values
