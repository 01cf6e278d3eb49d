"""Redis is gone: what needs it says so plainly, and a PIN still locks."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import LinkingCode, Relation, User
from accounts.operations import make_linking_code
from cards.operations import Tried, try_pin
from cards.rules.kinds import PinKind
from notifications.models import AccountMail
from notifications.outbox.account_mails import send_account_mails
from tests.builders import (
    PASSWORD,
    app_code,
    make_app,
    make_card,
    make_clerk,
    make_pin,
    make_resident,
    make_user,
    sign_in,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]

LAN = "lan@example.org"
NEW = "a-new-one-of-mine-7294"
BORN = date(1994, 3, 9)


@pytest.fixture
def lose_cache(settings: Any, tmp_path: Any) -> Callable[[], None]:
    """Call it, and from then on nobody answers."""

    def lose() -> None:
        settings.CACHES = {
            "default": {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": f"unix://{tmp_path}/nobody-listens",
            }
        }

    return lose


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def assert_says_so(response: Any) -> None:
    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    page = response.content.decode()
    assert "This is not possible for the moment" in page
    assert "0120-0178-27" in page


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("account_login", {"login": LAN, "password": PASSWORD}),
        ("account_request_login_code", {"email": LAN}),
        ("account_reset_password", {"email": LAN}),
        ("account_signup", {"email": "new@example.org", "password1": NEW, "password2": NEW}),
        ("account_signup_by_passkey", {"email": "new@example.org"}),
        ("cards:hand-over", {"code": "ABCDEFGHJK"}),
        ("cards:kiosk-sign-in", {"key": "a key"}),
    ],
)
def test_what_cannot_count_tries_lets_nobody_in_and_says_so(
    name: str, typed: dict[str, str], client: Client, lose_cache: Callable[[], None]
) -> None:
    """Seen to fail with the error of the cache passed on: 500, “something went wrong”."""
    make_user(LAN)
    lose_cache()
    assert_says_so(client.post(reverse(name), typed))
    assert not is_in(client)
    # Nothing is half done: no account without its mail, no mail without its page.
    assert User.objects.count() == 1
    assert not AccountMail.objects.exists()


@pytest.mark.parametrize("confirmed", [{}, {"confirmed": "yes"}])
def test_a_letters_code_is_not_looked_at_uncounted(
    confirmed: dict[str, str], client: Client, lose_cache: Callable[[], None]
) -> None:
    """And is as good as before, once the cache is back. Seen to fail as above."""
    resident = make_resident(birth_date=BORN)
    clerk = make_clerk(resident.office)
    _made, code = make_linking_code(resident, relation=Relation.SELF, by=clerk)
    sign_in(client, make_user())
    lose_cache()
    born = {"birth_date_0": BORN.year, "birth_date_1": BORN.month, "birth_date_2": BORN.day}
    assert_says_so(client.post(reverse("accounts:link"), {"code": code} | born | confirmed))
    kept = LinkingCode.objects.get()
    assert (kept.used_at, kept.failed_tries) == (None, 0)
    assert not resident.holdings.exists()


def test_a_second_step_is_not_looked_at_uncounted(
    client: Client, lose_cache: Callable[[], None]
) -> None:
    """Seen to fail as above."""
    make_app(make_user(LAN))
    client.post(reverse("account_login"), {"login": LAN, "password": PASSWORD})
    lose_cache()
    assert_says_so(client.post(reverse("mfa_authenticate"), {"code": app_code()}))
    assert not is_in(client)


@pytest.mark.parametrize(
    ("asked", "typed_at"),
    [
        ("account_request_login_code", "account_confirm_login_code"),
        ("account_reset_password", "account_confirm_password_reset_code"),
    ],
)
def test_a_mailed_code_is_not_looked_at_uncounted(
    asked: str, typed_at: str, client: Client, lose_cache: Callable[[], None], settings: Any
) -> None:
    """And is as good as before, once the cache is back. Seen to fail with tries kept elsewhere."""
    make_user(LAN)
    client.post(reverse(asked), {"email": LAN})
    send_account_mails()
    found = re.search(r"^\s*([A-Z0-9]{3,}(?:-[A-Z0-9]+)*)\s*$", mail.outbox[0].body, re.MULTILINE)
    assert found
    there = settings.CACHES
    lose_cache()
    for code in ("WRONG-1", "WRONG-2", "WRONG-3", found[1]):
        assert_says_so(client.post(reverse(typed_at), {"code": code}))
    assert not is_in(client)
    settings.CACHES = there
    answer = client.post(reverse(typed_at), {"code": found[1]})
    assert answer.status_code == 302
    assert answer.url == reverse("account_complete_password_reset") or is_in(client)


def test_a_pin_locks_without_the_cache(lose_cache: Callable[[], None]) -> None:
    card = make_card()
    make_pin(card, PinKind.USER_PROOF, "7294")
    lose_cache()
    for left in (2, 1, 0):
        assert try_pin(card, PinKind.USER_PROOF, "8163", by=None) == Tried(False, left)
    assert not try_pin(card, PinKind.USER_PROOF, "7294", by=None).right
