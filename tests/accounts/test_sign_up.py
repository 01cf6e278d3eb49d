"""Making an account: the mail with the code, who it is from, and when there is no mail server."""

import re
from typing import Any

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from notifications.outbox.account_mails import send_account_mails

pytestmark = pytest.mark.django_db
SMTP = "django.core.mail.backends.smtp.EmailBackend"  # at a port where nobody listens


@pytest.mark.parametrize(
    ("language", "name"),
    [("en", "Resident Card Portal"), ("ja", "在留者マイナンバーカード・ポータル")],
)
def test_the_mail_with_the_code_comes_from_the_portal_by_its_name(
    client: Client, mailoutbox: list[EmailMessage], language: str, name: str
) -> None:
    password = "correct horse 7 battery"
    page = f"/{language}/accounts/signup/"
    entries = {"email": "lan@example.org", "password1": password, "password2": password}
    client.post(page, entries)
    send_account_mails()
    (mail,) = mailoutbox
    assert name in mail.body
    assert "testserver" not in mail.body


def test_a_mail_server_that_is_down_is_no_error_page_and_the_code_comes_later(
    client: Client, mailoutbox: list[EmailMessage], settings: Any
) -> None:
    kept, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, SMTP
    password = "correct horse 7 battery"
    entries = {"email": "lan@example.org", "password1": password, "password2": password}
    with time_machine.travel("2026-11-10T12:00:00+09:00", tick=False) as clock:
        page = client.post("/en/accounts/signup/", entries, follow=True)
        assert page.status_code == 200
        assert "We have sent a code to lan@example.org." in page.content.decode()
        assert send_account_mails().trouble
        clock.shift(5 * 60)
        settings.EMAIL_BACKEND = kept
        send_account_mails()
        code = re.search(r"^\s*([A-Z0-9-]{6,})\s*$", mailoutbox[0].body, re.MULTILINE)
        assert code
        client.post(reverse("account_email_verification_sent"), {"code": code[1]})
        assert client.get(reverse("accounts:me")).status_code == 200
