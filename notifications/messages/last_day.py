"""The calendar file that a reminder brings: one entry, on the last day to be at the counter."""

from __future__ import annotations

from email.charset import Charset

from django.core.mail.message import SafeMIMEText
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cards.rules.kinds import DeadlineKind
from notifications import calendar
from notifications.messages.letter import Letter, OfficeWords, Saying
from notifications.messages.words import Matter, Words

FILE_NAME = "last-day.ics"


def attachment(
    letter: Letter, said: Words, link: str, encoding: str | Charset
) -> SafeMIMEText | None:
    """The file, in the active language; None for what has no day ahead to be in time for."""
    if letter.matter.parts:
        parts = list(zip(letter.matter.parts, said.parts, letter.sayings, strict=True))
    else:
        parts = [(letter.matter, said, letter.saying)]
    entries = [
        _entry(letter, matter, words, saying, link)
        for matter, words, saying in parts
        if saying and words.by_when
    ]
    if not entries:
        return None
    content = calendar.calendar(entries, method=calendar.PUBLISH).decode()
    # As Django hands its own text parts an encoding; its stubs know names alone.
    part = SafeMIMEText(content, "calendar", encoding)  # type: ignore[arg-type]
    part.set_param("method", calendar.PUBLISH)
    part.add_header("Content-Disposition", "attachment", filename=FILE_NAME)
    return part


def _entry(
    letter: Letter, matter: Matter, said: Words, saying: Saying, link: str
) -> calendar.Entry:
    kind, office = DeadlineKind(matter.kind), letter.office
    what = calendar.title(kind, matter.about)
    title = _("%(what)s (%(name)s)") % {"what": what, "name": letter.name}
    return calendar.Entry(
        uid=saying.uid,
        day=calendar.day_of(kind, matter.day, matter.opening),
        said_at=saying.said_at,
        sequence=calendar.sequence(saying.said_at),
        summary=title,
        description=_description(said, office, link),
        location="" if said.where else office.place,
    )


def _description(said: Words, office: OfficeWords, link: str) -> str:
    ends = (one.words for one in said.what_ends)
    # Where another counter may be the one to go to, the entry is at no place: this one is to ask.
    where = (said.where, office.lines) if said.where else ()
    blocks = [said.by_when, *ends, said.first, said.what_to_do, *where]
    if said.bring:
        heading = pgettext("heading in a mail", "What to bring")
        blocks.append("\n".join((heading, *(f"- {thing}" for thing in said.bring))))
    return "\n\n".join(filter(None, (*blocks, link)))
