"""One message to one person: what is known of it before it is put into words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext

from accounts.models import Office
from notifications.messages.words import Matter

# What of an office is said in a message.
OFFICE_FIELDS = ("name", "counter", "address", "hours", "phone")
# Where an office says nothing in the reader's language.
_ELSE = ("en", "ja")


@dataclass(frozen=True, slots=True)
class OfficeWords:
    """An office in one language, every field on one line."""

    name: str
    counter: str
    address: str
    hours: str
    phone: str

    @classmethod
    def of(cls, office: Office, language: str) -> OfficeWords:
        """The office as that language has it; where it says nothing, another language's words."""
        return cls(*(one_line(_said(office, field, language)) for field in OFFICE_FIELDS))

    @property
    def place(self) -> str:
        """Where it is, on one line."""
        return f"{self.name}, {self.counter}, {self.address}"

    @property
    def lines(self) -> str:
        """All of it, a thing a line, in the active language."""
        telephone = f"{gettext('Telephone:')} {self.phone}"
        return "\n".join((self.name, self.counter, self.address, self.hours, telephone))


class Saying(NamedTuple):
    """What makes a deadline an entry of a calendar: its UID, and when it was said."""

    uid: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Letter:
    """What one person is told, and how the mail is known.

    `message_id` is fixed by the row, so that a message that goes out twice is known as one.
    `lead` is the reminder's, in days; None for what is told at once.
    `unsubscribe` is where mails like this are turned off; "" where they cannot be.
    `saying` is of the calendar entry; None for what is no deadline. `sayings` are those of what
    the mail of the day carries, one for each part of its matter.
    """

    matter: Matter
    language: str
    name: str
    email: str
    office: OfficeWords
    counter_office: OfficeWords  # the same in Japanese, for the counter
    message_id: str
    date: datetime
    lead: int | None = None
    unsubscribe: str = ""
    saying: Saying | None = None
    sayings: tuple[Saying | None, ...] = ()


def one_line(text: str) -> str:
    """`text` without line ends and other control characters: safe in a header and on a line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _said(office: Office, field: str, language: str) -> str:
    for code in (language, *_ELSE):
        if words := getattr(office, f"{field}_{code.replace('-', '_')}", ""):
            return str(words)
    return getattr(office, field) or ""
