"""A letter as a mail: text and HTML in one language, and the same in Japanese below."""

from __future__ import annotations

from dataclasses import dataclass
from email.charset import BASE64, Charset
from email.mime.base import MIMEBase
from email.utils import format_datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts import languages
from accounts.mail_html import BLUE, font
from cards.rules.kinds import DeadlineKind
from notifications.kinds_of_mail import DAILY_MAIL, GUARDIANSHIP_END
from notifications.messages import last_day, words
from notifications.messages.letter import Letter
from notifications.messages.turning_off import Leaving, leaving

# A pair of templates for each shape of mail; what a kind says is in its own function.
TEMPLATES = "notifications/mail"
COUNTER_LANGUAGE = "ja"

# Upcoming, last day or told at once, gone: the figures of the site's own colours.
_ORANGE, _RED = "#fb5b01", "#ce0000"


@dataclass(frozen=True, slots=True)
class Parts:
    """`calendar` is the file attached, or None."""

    subject: str
    text: str
    html: str
    calendar: MIMEBase | None = None


def parts(letter: Letter, *, encoding: str | Charset = "utf-8") -> Parts:
    """The letter put into words: subject, text, HTML and calendar file."""
    language = letter.language
    with translation.override(language):
        said = words.words(letter.matter)
        off: Leaving = leaving(letter.matter.kind, letter.lead)
        link = _link(language)
        attached = last_day.attachment(letter, said, link, encoding)
        context = {
            "words": said,
            "subject": said.subject,
            "name": letter.name,
            "office": letter.office,
            "language": language,
            "site": str(settings.SITE_NAME),
            "link": link,
            "accent": accent(letter.matter.days_left),
            "font": font(language),
            "off": off,
            "unsubscribe": letter.unsubscribe,
            "has_calendar": attached is not None,
        }
        if language != COUNTER_LANGUAGE:
            with translation.override(COUNTER_LANGUAGE):
                context["counter"] = words.words(letter.matter)
            context["counter_office"] = letter.counter_office
            context["counter_font"] = font(COUNTER_LANGUAGE)
        template = f"{TEMPLATES}/{_shape(letter.matter.kind)}"
        return Parts(
            subject=said.subject,
            text=render_to_string(f"{template}.txt", context),
            html=render_to_string(f"{template}.html", context),
            calendar=attached,
        )


def headers(letter: Letter) -> dict[str, str]:
    """Headers beyond From, To and Subject."""
    plain = {
        "Date": format_datetime(letter.date),
        "Message-ID": letter.message_id,
        "Auto-Submitted": "auto-generated",
        "Content-Language": letter.language,
    }
    if not letter.unsubscribe:
        return plain
    # A mail program's own button: one POST, nobody signed in (RFC 8058).
    return plain | {
        "List-Unsubscribe": f"<{letter.unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def django_mail(letter: Letter, *, seven_bit: bool = False) -> EmailMultiAlternatives:
    """The letter as Django builds it: the measure for `prepared`, and the way for odd letters.

    `seven_bit` encodes the parts for a server that takes ASCII only, and breaks no line rule
    however long a line is.
    """
    encoding: str | Charset = "utf-8"
    if seven_bit:
        encoding = Charset("utf-8")
        encoding.body_encoding = BASE64
    said = parts(letter, encoding=encoding)
    mail = EmailMultiAlternatives(
        subject=said.subject,
        body=said.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[letter.email],
        headers=headers(letter),
    )
    mail.attach_alternative(said.html, "text/html")
    if said.calendar:
        mail.attach(said.calendar)
    if seven_bit:
        mail.encoding = encoding
    return mail


def accent(days_left: int | None) -> str:
    """The colour on top: how urgent it is."""
    if days_left is None or days_left == 0:
        return _ORANGE
    return BLUE if days_left > 0 else _RED


def _link(language: str) -> str:
    """The front page, in the reader's language where pages speak it."""
    with translation.override(languages.spoken(language)):
        return f"{settings.SITE_URL}{reverse('home')}"


def _shape(kind: str) -> str:
    if kind == GUARDIANSHIP_END:
        return "guardianship"
    if kind == DAILY_MAIL:
        return "daily"
    return "deadline" if kind in frozenset(DeadlineKind) else "event"
