"""Every kind of mail there is, as letters to one person: for the tests and for the gallery."""

import email
import email.policy
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

from allauth.core.context import request_context
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest
from django.test import RequestFactory

from accounts.adapter import AccountAdapter
from accounts.languages import spoken
from accounts.mail_html import with_html
from accounts.models import User
from cards.deadline_about import About, of_card
from cards.operations.record import TOLD_AT_ONCE
from cards.rules.deadlines import Ending
from cards.rules.kinds import (
    CardVariant,
    CertificateKind,
    CertificateMedium,
    DeadlineKind,
    EventKind,
    PinKind,
    ReissueReason,
    RevocationReason,
    WaiverGround,
)
from cards.rules.reminders import GONE, LEAD_DAYS
from cards.within_words import WITHIN_WORDS
from notifications import calendar, unsubscribing
from notifications.kinds_of_mail import choice_of
from notifications.messages import Matter, deadline_matter
from notifications.messages.events import detail_of
from notifications.messages.letter import Letter, OfficeWords, Saying
from portal.clock import TOKYO

LAST_DAY = date(2027, 3, 31)
OFFICES = {
    "en": OfficeWords("Hinode City Office", "Counter 3", "1-1 Chuo", "8:30 to 17:00", "03-0001"),
    "ja": OfficeWords("日の出市役所", "3番窓口", "中央1-1", "8時30分〜17時", "03-0001"),
}

# What the words of an event depend on besides its kind: all that can be.
_DATA: dict[EventKind, list[dict[str, Any]]] = {
    EventKind.CERTIFICATE_REVOKED: [{"because": one.value} for one in RevocationReason],
    EventKind.CERTIFICATE_ISSUED: [{"medium": one.value} for one in CertificateMedium],
    EventKind.PIN_CHANGED: [{"pin": PinKind.SIGNATURE.value}],
    EventKind.PIN_ONE_TRY_LEFT: [{"pin": PinKind.USER_PROOF.value}],
    EventKind.PIN_LOCKED: [
        {"pins": [one.value for one in PinKind][1:]},
        {"pin": PinKind.SIGNATURE.value},
        {"pin": PinKind.CARD_INFO_INPUT.value},
    ],
    EventKind.PIN_RESET: [{"pins": [one.value for one in PinKind]}],
    EventKind.PIN_SET: [{"pins": [one.value for one in PinKind]}],
    EventKind.PIN_INITIALISED: [{"pin": PinKind.SIGNATURE.value}],
    EventKind.REISSUE_ACCEPTED: [
        {},
        {"fee": 1000},
        *({"waiver": one.value} for one in WaiverGround),
        *({"fee": 1000, "reissue_reason": one.value} for one in ReissueReason),
        {"fee": 1000, "reissue_reason": "damaged", "variant": "photo_id"},
        {"waiver": "disaster", "reissue_reason": "fire", "variant": "standard"},
    ],
    EventKind.ISSUED: [{}, *({"variant": one.value} for one in CardVariant)],
    EventKind.VARIANT_REFUSED: [{"variant": one.value} for one in CardVariant],
    EventKind.VARIANT_CHANGED: [{"variant": one.value} for one in CardVariant],
}


_PINS = {kind for kind in _DATA if kind.value.startswith("pin_")}


def event_data() -> dict[EventKind, list[dict[str, Any]]]:
    """For every event that is told, the data that its words may depend on."""
    return {kind: _DATA.get(kind, [{}]) for kind in sorted(TOLD_AT_ONCE)}


def _deadlines() -> dict[str, tuple[Matter, int | None]]:
    """Every kind on every day on which it is told."""
    return {
        f"{kind.value} {lead if lead >= 0 else 'gone'}": (
            deadline_matter(kind.value, LAST_DAY, _counted_from(kind), LAST_DAY - timedelta(lead)),
            lead,
        )
        for kind, leads in LEAD_DAYS.items()
        for lead in leads
    } | {
        "card_expiry asked for": (
            deadline_matter("card_expiry", LAST_DAY, LAST_DAY, LAST_DAY - timedelta(20)),
            None,
        )
    }


def _deadlines_of_some_cards() -> dict[str, tuple[Matter, int | None]]:
    """What some cards are told in words of their own, before, on and after the last day."""
    expiring = {
        "extended": of_card(DeadlineKind.CARD_EXPIRY, variant="standard", second_visit=True),
        "by itself": About(by_itself=True),
    }
    ending = [
        Ending(kind, medium, date(2022, 4, 1) + timedelta(later))
        for later, (medium, kind) in enumerate(product(CertificateMedium, CertificateKind))
    ]
    certificates = {
        "photo_id": of_card(
            DeadlineKind.CERTIFICATE_EXPIRY,
            variant="photo_id",
            second_visit=False,
            ending=(ending[1],),
        ),
        "of all": About(ending=tuple(ending)),
        "of the signature": About(ending=(ending[0],)),
    }
    return {
        f"{kind.value} {card} {lead if lead >= 0 else 'gone'}": (
            deadline_matter(
                kind.value, LAST_DAY, LAST_DAY, LAST_DAY - timedelta(lead), about=of_the_card
            ),
            lead,
        )
        for kind, cards in {
            **{kind: {} for kind in DeadlineKind},
            DeadlineKind.CARD_EXPIRY: expiring,
            DeadlineKind.CERTIFICATE_EXPIRY: certificates,
        }.items()
        for card, of_the_card in (
            cards
            | {"suspended": About(suspended=True)}
            | ({"within": About(within=True)} if kind in WITHIN_WORDS else {})
        ).items()
        for lead in (30, 0, GONE)
    }


def _counted_from(kind: DeadlineKind) -> date:
    return LAST_DAY + timedelta(1 if kind is DeadlineKind.SECOND_VISIT else -30)


def _told_apart_by(kind: EventKind, data: dict[str, Any]) -> list[str]:
    return [detail_of(data)] if kind in _PINS else [str(one) for one in data.values()]


def _events() -> dict[str, tuple[Matter, int | None]]:
    return {
        " ".join((kind.value, *_told_apart_by(kind, data))): (
            Matter(kind.value, LAST_DAY, detail=detail_of(data)),
            None,
        )
        for kind, every in event_data().items()
        for data in every
    }


_GUARDIANS: dict[str, tuple[Matter, int | None]] = {
    f"guardianship_end {days}": (Matter("guardianship_end", LAST_DAY, days_left=days), days)
    for days in (30, 0)
}
# What the mail of a day may carry: a deadline ahead, news, and what was asked for.
_OF_ONE_DAY = (
    "card_expiry 14",
    "move_out_30 14",
    "certificate_expiry of all 30",
    "reissue_refused",
)


def _of_the_day() -> dict[str, tuple[Matter, int | None]]:
    single = _deadlines() | _deadlines_of_some_cards() | _events()
    parts = tuple(single[kind][0] for kind in _OF_ONE_DAY)
    return {
        "daily_mail": (Matter("daily_mail", date(2027, 3, 1), parts=parts), None),
        "daily_mail of one": (Matter("daily_mail", date(2027, 3, 1), parts=parts[:1]), None),
    }


# Name → what it is about and its lead.
KINDS = _deadlines() | _deadlines_of_some_cards() | _events() | _GUARDIANS | _of_the_day()


def letter(kind: str = "card_expiry 14", language: str = "en", **changes: Any) -> Letter:
    """A mail of this kind to NGUYEN THI LAN, as the outbox would have it."""
    matter, lead = KINDS[kind]
    choice = choice_of(matter.kind, lead)
    made = Letter(
        matter=matter,
        language=language,
        name="NGUYEN THI LAN",
        email="lan@example.org",
        office=OFFICES.get(language, OFFICES["en"]),
        counter_office=OFFICES["ja"],
        message_id="<notification.7.1@portal.example>",
        date=datetime(2027, 3, 1, 9, 30, tzinfo=TOKYO),
        lead=lead,
        unsubscribe=unsubscribing.address(7, choice, language) if choice else "",
        saying=_saying(matter),
        sayings=tuple(_saying(part) for part in matter.parts),
    )
    return replace(made, **changes)


def _saying(matter: Matter) -> Saying | None:
    if matter.counted_from is None:
        return None
    uid = calendar.uid(matter.kind, 7, matter.day, None)
    return Saying(uid, datetime(2027, 3, 1, 9, tzinfo=TOKYO))


def read(content: bytes) -> email.message.EmailMessage:
    """As a mail program reads it."""
    return email.message_from_bytes(content, policy=email.policy.default)


# --- Mails about an account -----------------------------------------------------------------------
TEMPLATES = Path(settings.BASE_DIR) / "templates"
CODE = "ABCD-2345"
# Each by its templates, so that a new one is among them by itself.
ACCOUNT_KINDS = sorted(
    str(path.relative_to(TEMPLATES)).removesuffix("_subject.txt")
    for path in TEMPLATES.glob("*/email/*_subject.txt")
)
WITH_CODE = {kind for kind in ACCOUNT_KINDS if "code" in kind or "confirmation" in kind} - {
    "mfa/email/recovery_codes_generated"
}


class _Collecting(AccountAdapter):
    """Keeps what would be sent."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.mails: list[EmailMultiAlternatives] = []

    def hand_over(self, mail: Any, *, secret: bool) -> None:
        self.mails.append(with_html(mail))


def account_mail(kind: str, user: User) -> EmailMultiAlternatives:
    """A mail of this kind to `user`, as it is handed to the mail server. Needs the database."""
    request = RequestFactory().get("/en/")
    request.user = AnonymousUser()
    context = {
        "user": user,
        "ip": "203.0.113.7",
        "user_agent": "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36",
        "from_email": "old@example.org",
        "to_email": user.email,
        "deleted_email": "old@example.org",
        "link": f"{settings.SITE_URL}/{spoken(user.language)}/privacy/download/",
        "until": datetime(2027, 3, 8, 9, 30, tzinfo=TOKYO),
        **({"code": CODE} if kind in WITH_CODE else {}),
    }
    with request_context(request):
        adapter = _Collecting(request)
        adapter.send_mail(kind, user.email, context)
    (mail,) = adapter.mails
    return mail
