"""Addresses: none leads elsewhere, and mails name one site alone."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from notifications.outbox.account_mails import send_account_mails
from tests.builders import PASSWORD, app_code, make_clerk, make_user, sign_in
from tests.security.routes import World, routes

pytestmark = pytest.mark.django_db

ELSEWHERE = (
    "https://elsewhere.example/",
    "//elsewhere.example/",
    "https:elsewhere.example",
    "/\\elsewhere.example/",
    "javascript:alert(1)//elsewhere.example",
)


def leads_elsewhere(answer: Any) -> bool:
    where = urlsplit(answer.get("Location", ""))
    return where.scheme not in ("", "http", "https") or where.netloc not in ("", "testserver")


@pytest.mark.parametrize("role", ["nobody", "resident"])
def test_no_address_leads_to_another_site(role: str) -> None:
    world, wrong = World(), []
    for name, parameters in dict(routes()).items():
        if name.startswith("admin:"):  # see below
            continue
        client = Client(raise_request_exception=False)
        if person := world.people[role]:
            sign_in(client, person)
        address = world.address(name, parameters)
        if leads_elsewhere(client.get(address, {"next": ELSEWHERE[0]})):
            wrong.append(name)
    assert wrong == []


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_out_and_showing_that_it_is_you_lead_to_no_other_site(target: str) -> None:
    user, client = make_user(), Client()
    typed = {"login": user.email, "password": PASSWORD, "next": target}
    answers = [
        client.post(reverse("account_login"), typed),
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": target}),
        client.post(reverse("account_logout"), {"next": target}),
    ]
    clerk = make_clerk()
    typed = {"login": clerk.email, "password": PASSWORD, "next": target}
    answers += [
        client.post(reverse("account_login"), typed),
        client.post(reverse("mfa_authenticate"), {"code": app_code(), "next": target}),
        client.get(reverse("accounts:second-factor"), {"next": target}),
        client.get(reverse("admin:login"), {"next": target}),
        client.post(reverse("admin:language"), {"language": "en", "next": target}),
    ]
    for answer in answers:
        assert answer.status_code == 302
        assert not leads_elsewhere(answer), answer["Location"]


def test_a_made_up_host_is_refused_and_never_stands_in_a_mail(
    client: Client, mailoutbox: list[EmailMessage], settings: Any
) -> None:
    settings.SITE_URL = "https://portal.example"
    user = make_user()
    form = {"email": user.email}
    refused = client.post(reverse("account_reset_password"), form, HTTP_HOST="elsewhere.example")
    assert refused.status_code == 400
    assert "elsewhere" not in refused.content.decode()
    client.post(
        reverse("account_reset_password"),
        form,
        HTTP_HOST="localhost",
        HTTP_X_FORWARDED_HOST="elsewhere.example",
    )
    send_account_mails()
    (mail,) = mailoutbox
    assert "elsewhere" not in mail.message().as_string()
    assert "localhost" not in mail.body
