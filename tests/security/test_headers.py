"""Cookies, error pages and refusals; what every page carries stands in test_routes.py."""

from typing import Any

import pytest
from django.test import Client

from tests.builders import PASSWORD, sign_in
from tests.security.routes import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def _policy(answer: Any) -> dict[str, list[str]]:
    parts = [part.split() for part in answer["Content-Security-Policy"].split(";") if part.strip()]
    return {name: values for name, *values in parts}


def test_no_script_can_read_a_cookie(world):
    client = Client()
    client.get("/en/accounts/login/")
    person = world.people["resident"]
    assert person
    client.post("/en/accounts/login/", {"login": person.email, "password": PASSWORD})
    client.get("/en/accounts/email/")
    kept = [cookie for cookie in client.cookies.values() if cookie.value]
    assert len(kept) >= 2
    for cookie in kept:
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] in ("Lax", "Strict"), cookie.key


def test_error_pages_have_the_policy_too(client):
    answer = client.get("/en/not-here/")
    assert answer.status_code == 404
    assert _policy(answer)["default-src"] == ["'none'"]
    assert "This page is not here" in answer.content.decode()


def test_a_form_from_elsewhere_is_refused_in_our_words(world):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/ja/accounts/login/", {"login": "a@example.org", "password": "x"})
    assert answer.status_code == 403
    assert "もう一度送ってください" in answer.content.decode()


def test_when_all_is_broken_the_page_still_speaks_and_gives_the_numbers(world, monkeypatch):
    monkeypatch.setattr("portal.views.home.overview", None)
    client = Client(raise_request_exception=False)
    person = world.people["resident"]
    assert person
    sign_in(client, person)
    answer = client.get("/ja/")
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "こちらで問題が起きました" in page
    assert "tel:0120017827" in page
