"""Mails about one's own data. They hold a link at most, and never any of the data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

NOTHING: Mapping[str, Any] = {}


def send(template: str, email: str, language: str, context: Mapping[str, Any] = NOTHING) -> None:
    """Write `template` (…_subject.txt, …_message.txt) in `language` and have it sent.

    Raises OSError where the mail server is asked at once and does not take it.
    """
    with translation.override(language):
        site = {"current_site": {"name": str(settings.SITE_NAME)}}
        subject = render_to_string(f"{template}_subject.txt", dict(context))
        text = render_to_string(f"{template}_message.txt", site | dict(context))
    mail = EmailMessage(
        subject=" ".join(subject.split()),
        body=text.strip() + "\n",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[email],
        headers={"Content-Language": language, "Auto-Submitted": "auto-generated"},
    )
    get_adapter().hand_over(mail, secret=False)
