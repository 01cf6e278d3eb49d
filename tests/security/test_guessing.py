"""What can be guessed is limited, whatever an attacker says of where they come from."""

import re
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from accounts.models import User
from notifications.outbox.account_mails import send_account_mails
from tests.builders import PASSWORD, app_code, make_app, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return make_user("lan@example.org")


def guess(client: Client, password: str, **headers: str) -> Any:
    typed = {"login": "lan@example.org", "password": password}
    return client.post(reverse("account_login"), typed, **headers)


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def code_in(mail: EmailMessage) -> str:
    found = re.search(r"^\s*([A-Z0-9]{3,}(?:-[A-Z0-9]+)*)\s*$", mail.body, re.MULTILINE)
    assert found, mail.body
    return found[1]


def test_after_five_wrong_passwords_even_the_right_one_has_to_wait_and_the_page_says_how_long(
    user: User,
) -> None:
    for number in range(5):
        # Each from another address: the account itself is guarded.
        guess(Client(REMOTE_ADDR=f"203.0.113.{number}"), "wrong")
    client = Client()
    answer = guess(client, PASSWORD)
    assert not is_in(client)
    page = answer.content.decode()
    assert "Wait five minutes, then try again, or set a new password." in page
    assert reverse("account_reset_password") in page
    assert reverse("account_request_login_code") in page


def test_one_address_cannot_try_many_accounts(user: User) -> None:
    client = Client()
    for number in range(10):
        typed = {"login": f"user{number}@example.org", "password": "wrong"}
        client.post(reverse("account_login"), typed)
    guess(client, PASSWORD)
    assert not is_in(client)
    elsewhere = Client(REMOTE_ADDR="203.0.113.7")
    guess(elsewhere, PASSWORD)
    assert is_in(elsewhere)


@pytest.mark.parametrize("proxies", [0, 1])
def test_nobody_gets_more_tries_by_making_up_where_they_come_from(
    user: User, settings: Any, proxies: int
) -> None:
    """Without a proxy the header is not read; with one, only what the proxy itself wrote counts.

    Seen to fail where the first address of the header was taken.
    """
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    client = Client()
    for number in range(11):
        made_up = f"198.51.100.{number}" + (", 203.0.113.66" if proxies else "")
        typed = {"login": f"user{number}@example.org", "password": "wrong"}
        client.post(reverse("account_login"), typed, HTTP_X_FORWARDED_FOR=made_up)
    behind = ", 203.0.113.66" if proxies else ""
    guess(client, PASSWORD, HTTP_X_FORWARDED_FOR=f"192.0.2.1{behind}")
    assert not is_in(client)


def test_behind_a_proxy_one_persons_guesses_lock_out_nobody_else(user: User, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client = Client(REMOTE_ADDR="10.0.0.1")
    for number in range(11):
        typed = {"login": f"user{number}@example.org", "password": "wrong"}
        client.post(reverse("account_login"), typed, HTTP_X_FORWARDED_FOR="203.0.113.66")
    guess(client, PASSWORD, HTTP_X_FORWARDED_FOR="203.0.113.77")
    assert is_in(client)
    kept = user.sign_ins.get()
    assert kept.network == "203.0.113.…"


def test_a_code_by_mail_is_given_up_after_three_wrong_tries(
    user: User, client: Client, mailoutbox: list[EmailMessage]
) -> None:
    client.post(reverse("account_request_login_code"), {"email": user.email})
    send_account_mails()
    for _try in range(3):
        client.post(reverse("account_confirm_login_code"), {"code": "AAAA-AAAA"})
    client.post(reverse("account_confirm_login_code"), {"code": code_in(mailoutbox[0])})
    assert not is_in(client)
    # The way back: another code, at once.
    client.post(reverse("account_request_login_code"), {"email": user.email})
    send_account_mails()
    client.post(reverse("account_confirm_login_code"), {"code": code_in(mailoutbox[1])})
    assert is_in(client)


def test_a_code_by_mail_works_only_in_the_browser_that_asked(
    user: User, client: Client, mailoutbox: list[EmailMessage]
) -> None:
    client.post(reverse("account_request_login_code"), {"email": user.email})
    send_account_mails()
    elsewhere = Client()
    elsewhere.post(reverse("account_request_login_code"), {"email": user.email})
    elsewhere.post(reverse("account_confirm_login_code"), {"code": code_in(mailoutbox[0])})
    assert not is_in(elsewhere)


def test_a_second_step_is_guessed_at_five_times_at_most(user: User) -> None:
    make_app(user)
    for number in range(6):
        client = Client(REMOTE_ADDR=f"203.0.113.{number}")
        guess(client, PASSWORD)
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    client = Client()
    guess(client, PASSWORD)
    answer = client.post(reverse("mfa_authenticate"), {"code": app_code()})
    assert not is_in(client)
    assert "too often" in answer.content.decode()


def test_showing_again_that_it_is_you_is_limited_and_says_what_to_do(
    user: User, client: Client
) -> None:
    guess(client, PASSWORD)
    for _try in range(10):
        client.post(reverse("account_reauthenticate"), {"password": "wrong"})
    answer = client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    page = answer.content.decode()
    assert "Wait a minute, then go back and try again." in page
    assert reverse("cards:lost") in page


@pytest.mark.parametrize(
    ("name", "field", "times"),
    [
        ("account_request_login_code", "email", 3),
        ("account_reset_password", "email", 5),
    ],
)
def test_nobody_fills_a_mailbox_with_codes(
    user: User, mailoutbox: list[EmailMessage], name: str, field: str, times: int
) -> None:
    for number in range(times + 3):
        client = Client(REMOTE_ADDR=f"203.0.113.{number}")
        client.post(reverse(name), {field: user.email})
    send_account_mails()
    assert len(mailoutbox) == times
