"""Guesses that come all at once get no more tries than one after the other."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from cards.views import hand_over, kiosk

pytestmark = pytest.mark.django_db(transaction=True)
CROWD = 40


@pytest.mark.parametrize(
    ("page", "view", "asks", "typed", "tries"),
    [
        ("cards:hand-over", hand_over, "open_hand_over", {"code": "AAAAAAAAAA"}, 20),
        ("cards:kiosk-sign-in", kiosk, "kiosk_with", {"key": "A" * 32}, 10),
    ],
)
def test_no_more_codes_are_looked_at_than_may_be_tried(
    monkeypatch: pytest.MonkeyPatch, page, view, asks, typed, tries
) -> None:
    """Seen to fail (all of them) with a limit that was asked first and counted afterwards."""
    looked: list[str] = []
    real, together = getattr(view, asks), Barrier(CROWD)

    def look(code: str) -> object:
        looked.append(code)
        time.sleep(0.3)  # until everybody has asked whether they may
        return real(code)

    monkeypatch.setattr(view, asks, look)

    def guess() -> None:
        together.wait()
        try:
            Client().post(reverse(page), typed)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CROWD) as crowd:
        for one in [crowd.submit(guess) for _ in range(CROWD)]:
            one.result()
    assert 0 < len(looked) <= tries
