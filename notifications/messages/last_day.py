"""The calendar file that a reminder brings: one entry, on the last day to be at the counter."""

from __future__ import annotations

from email.charset import Charset

from django.core.mail.message import SafeMIMEText
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cards.rules.kinds import DeadlineKind
from notifications import calendar
from notifications.messages.letter import Letter
from notifications.messages.words import Words

FILE_NAME = "last-day.ics"


def attachment(
    letter: Letter, said: Words, link: str, encoding: str | Charset
) -> SafeMIMEText | None:
    """The file, in the active language; None for what has no day ahead to be in time for."""
    if not letter.uid or not letter.said_at or not said.by_when:
        return None
    kind = DeadlineKind(letter.matter.kind)
    title = _("%(what)s (%(name)s)") % {"what": calendar.TITLES[kind], "name": letter.name}
    office = letter.office
    entry = calendar.Entry(
        uid=letter.uid,
        day=calendar.day_of(kind, letter.matter.day),
        said_at=letter.said_at,
        sequence=calendar.sequence(letter.said_at),
        summary=title,
        description=_description(said, link),
        location="" if said.where else f"{office.name}, {office.counter}, {office.address}",
    )
    content = calendar.calendar([entry], method=calendar.PUBLISH).decode()
    # As Django hands its own text parts an encoding; its stubs know names alone.
    part = SafeMIMEText(content, "calendar", encoding)  # type: ignore[arg-type]
    part.set_param("method", calendar.PUBLISH)
    part.add_header("Content-Disposition", "attachment", filename=FILE_NAME)
    return part


def _description(said: Words, link: str) -> str:
    blocks = [said.by_when, said.what_to_do, said.where]
    if said.bring:
        heading = pgettext("heading in a mail", "What to bring")
        blocks.append("\n".join((heading, *(f"- {thing}" for thing in said.bring))))
    return "\n\n".join(filter(None, (*blocks, link)))
