"""Nothing tells whether an address has an account: same words, same status, same work.

Time is compared by what takes it: hashes of passwords, letters written, statements to the database.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.contrib.auth import hashers
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.adapter import AccountAdapter
from accounts.staff import leave_today
from tests.builders import PASSWORD, make_app, make_staff, make_user

pytestmark = pytest.mark.django_db
KNOWN, UNKNOWN = "known@example.org", "nobody@example.org"


class Seen(NamedTuple):
    """What somebody outside gets to see of one answer."""

    status: int
    leads_to: str
    page: str


class Work(NamedTuple):
    """What an answer costs."""

    hashes: int
    mails: int
    statements: int


Step = Callable[[Client, str], Any]


def post(name: str, **typed: str) -> Step:
    """A form, with the address put where it says {}."""

    def step(client: Client, email: str) -> Any:
        filled = {field: value.replace("{}", email) for field, value in typed.items()}
        return client.post(reverse(name), filled)

    return step


def get(name: str) -> Step:
    return lambda client, _email: client.get(reverse(name))


PASSWORDS = {"password1": PASSWORD, "password2": PASSWORD}
WRONG = {"code": "AAAA-AAAA"}
JOURNEYS: dict[str, list[Step]] = {
    "sign-up by password": [
        post("account_signup", email="{}", **PASSWORDS),
        get("account_email_verification_sent"),
        post("account_email_verification_sent", **WRONG),
        post("account_email_verification_sent", action="resend"),
    ],
    "sign-up by passkey": [
        post("account_signup_by_passkey", email="{}"),
        get("account_email_verification_sent"),
        post("account_email_verification_sent", **WRONG),
    ],
    "sign-in by password": [
        post("account_login", login="{}", password="not the password"),
    ],
    "sign-in by code": [
        post("account_request_login_code", email="{}"),
        get("account_confirm_login_code"),
        post("account_confirm_login_code", **WRONG),
        post("account_confirm_login_code", action="resend"),
    ],
    "password reset": [
        post("account_reset_password", email="{}"),
        get("account_confirm_password_reset_code"),
        post("account_confirm_password_reset_code", **WRONG),
    ],
    "a passkey that nobody has": [
        post("mfa_login_webauthn", credential="{}"),
    ],
}


def walked(
    journey: list[Step], email: str, monkeypatch: pytest.MonkeyPatch
) -> list[tuple[Seen, Work]]:
    """The journey taken with this address, in a browser of its own."""
    cache.clear()
    client, seen = Client(), []
    for step in journey:
        count = {"hashes": 0, "mails": 0}
        with monkeypatch.context() as patch:
            _count_calls(patch, hashers.MD5PasswordHasher, "encode", count, "hashes")
            _count_calls(patch, AccountAdapter, "hand_over", count, "mails")
            with CaptureQueriesContext(connection) as queries:
                answer = step(client, email)
        seen.append(
            (
                Seen(answer.status_code, answer.get("Location", ""), _words(answer, email)),
                Work(count["hashes"], count["mails"], len(queries)),
            )
        )
    return seen


def _count_calls(
    patch: pytest.MonkeyPatch, owner: type, name: str, count: dict[str, int], what: str
) -> None:
    real = getattr(owner, name)

    def counted(*args: Any, **kwargs: Any) -> Any:
        count[what] += 1
        return real(*args, **kwargs)

    patch.setattr(owner, name, counted)


def _words(answer: Any, email: str) -> str:
    page = answer.content.decode().replace(email, "{}")
    return re.sub(r'(name="csrfmiddlewaretoken" value|data-options)="[^"]*"', "", page)


@pytest.mark.parametrize("journey", JOURNEYS)
@pytest.mark.parametrize("kind", ["with a password", "with a passkey", "who left"])
def test_an_address_with_an_account_is_answered_as_one_without(
    journey: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_staff("auditor", email=KNOWN) if kind == "who left" else make_user(KNOWN)
    if kind == "with a passkey":
        make_app(user)
        user.set_unusable_password()
        user.save()
    if kind == "who left":
        leave_today(user)
    known = walked(JOURNEYS[journey], KNOWN, monkeypatch)
    unknown = walked(JOURNEYS[journey], UNKNOWN, monkeypatch)
    for (seen_known, work_known), (seen_unknown, work_unknown) in zip(known, unknown, strict=True):
        assert seen_known == seen_unknown
        assert work_known.hashes == work_unknown.hashes
        assert work_known.mails == work_unknown.mails
        # A statement is a fraction of a millisecond, far below what a network hides.
        assert abs(work_known.statements - work_unknown.statements) <= 6
