"""Redis is gone: what needs it says so plainly, and a PIN still locks."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cards.operations import Tried, try_pin
from cards.rules.kinds import PinKind
from tests.builders import PASSWORD, make_card, make_pin, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]


@pytest.fixture(autouse=True)
def no_cache(settings: Any, tmp_path: Any) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"unix://{tmp_path}/nobody-listens",
        }
    }


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("account_login", {"login": "someone@example.org", "password": PASSWORD}),
        ("cards:hand-over", {"code": "ABCDEFGHJK"}),
        ("cards:kiosk-sign-in", {"key": "a key"}),
    ],
)
def test_what_cannot_count_tries_lets_nobody_in_and_says_so(
    name: str, typed: dict[str, str]
) -> None:
    """Seen to fail with the error of the cache passed on: 500, “something went wrong”."""
    make_user("someone@example.org")
    client = Client(raise_request_exception=False)
    response = client.post(reverse(name), typed)
    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    page = response.content.decode()
    assert "This is not possible for the moment" in page
    assert "0120-0178-27" in page
    assert "_auth_user_id" not in client.session


def test_a_pin_locks_without_the_cache() -> None:
    card = make_card()
    make_pin(card, PinKind.USER_PROOF, "7294")
    for left in (2, 1, 0):
        assert try_pin(card, PinKind.USER_PROOF, "8163", by=None) == Tried(False, left)
    assert not try_pin(card, PinKind.USER_PROOF, "7294", by=None).right
