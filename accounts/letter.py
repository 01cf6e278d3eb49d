"""The letter that brings a linking code: in the resident's language, and in Japanese beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts import languages
from accounts.adulthood import turns_18_on
from accounts.models import LinkingCode, Office, Relation
from accounts.qr import qr_svg
from portal import clock

# The office's own language, beside every line.
BESIDE = "ja"


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that the letter says, in one language, in reading order."""

    title: str
    to: str
    purpose: str
    steps: tuple[str, ...]
    code_label: str
    birth_date_label: str
    address_label: str
    last_day: str
    keep_secret: str
    ask: str
    office: tuple[str, ...]
    printed: str
    unofficial: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What the print view shows. `lines` pairs each text with its Japanese, or with None."""

    language: str
    own: Words
    beside: Words | None
    name: str
    address: str
    code: str
    entry: str
    qr: SafeString

    @property
    def steps(self) -> list[tuple[str, str | None]]:
        return _beside_each_other(self.own.steps, self.beside.steps if self.beside else None)

    @property
    def office(self) -> list[tuple[str, str | None]]:
        return _beside_each_other(self.own.office, self.beside.office if self.beside else None)


def letter_for(made: LinkingCode, code: str) -> Letter:
    """The letter for a code that was made just now.

    In the resident's language as far as the portal speaks it, else in English; Japanese stands
    beside it unless it is Japanese itself. The QR code holds the page's address with the code
    behind `#`, which browsers keep to themselves: it reaches no server and no log.
    """
    language = languages.spoken(made.resident.language)
    with translation.override(language):
        entry = settings.SITE_URL + reverse("accounts:link")
        own = _words(made)
        qr = qr_svg(f"{entry}#{code}", _("QR code: opens the page and brings the code along"))
    beside = None
    if language != BESIDE:
        with translation.override(BESIDE):
            beside = _words(made)
    return Letter(
        language=language,
        own=own,
        beside=beside,
        name=made.resident.name,
        address=made.resident.address,
        code=code,
        entry=entry,
        qr=qr,
    )


def _words(made: LinkingCode) -> Words:
    """The letter's texts in the active language."""
    guardian = made.relation == Relation.GUARDIAN
    resident, office = made.resident, made.resident.office
    return Words(
        title=(
            _("Your code to look after a child's Individual Number Card in the portal")
            if guardian
            else _("Your code to see your Individual Number Card in the portal")
        ),
        to=_("To the parent or guardian of") if guardian else "",
        purpose=(
            _(
                "With this code you put the child's card into your account of the Resident Card "
                "Portal. You then see its last days, get reminders and can have it suspended if "
                "it is lost. This ends on the child's 18th birthday, %(day)s."
            )
            % {"day": _day(turns_18_on(resident.birth_date))}
            if guardian
            else _(
                "With this code you put your card into your account of the Resident Card Portal. "
                "You then see its last days, get reminders and can have it suspended if it is lost."
            )
        ),
        steps=(
            _("Open the address below, or read the square picture with the camera of your phone."),
            _("Sign in, or create an account. You need an e-mail address for it."),
            _("Enter the code and the child's birth date.")
            if guardian
            else _("Enter the code and your birth date."),
        ),
        code_label=_("Code"),
        birth_date_label=_("Birth date"),
        address_label=_("Address of the page"),
        last_day=_("The code works once. The last day is %(day)s.") % {"day": _day(made.last_day)},
        keep_secret=_(
            "Give this code to nobody. No office and nobody from the portal asks for it by "
            "telephone or by mail, nor for a PIN or the 12-digit number."
        ),
        ask=_(
            "If anything is unclear, if you did not ask for this letter, or if the last day has "
            "passed, ask here:"
        ),
        office=(
            f"{_of(office, 'name')} · {_of(office, 'counter')}",
            _of(office, "address"),
            _of(office, "hours"),
        ),
        printed=_("Printed on %(day)s") % {"day": _day(clock.day_of(made.created_at))},
        unofficial=_(
            "The Resident Card Portal is not a government site. You need not use it: the counter "
            "helps you without it, too."
        ),
    )


def _day(day: date) -> str:
    return date_format(day)


def _of(office: Office, field: str) -> str:
    """What the office says of itself in the active language, else in English, else at all."""
    language = (translation.get_language() or languages.DEFAULT).replace("-", "_")
    said = getattr(office, f"{field}_{language}", "") or getattr(office, f"{field}_en", "")
    return str(said or getattr(office, field))


def _beside_each_other(
    own: tuple[str, ...], beside: tuple[str, ...] | None
) -> list[tuple[str, str | None]]:
    return list(zip(own, beside or [None] * len(own), strict=True))
