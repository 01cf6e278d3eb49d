"""What every answer carries, and what no page contains."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from tests.builders import PASSWORD, sign_in
from tests.security.routes import World, routes

pytestmark = pytest.mark.django_db

INLINE = re.compile(r"^on[a-z]+$")


@pytest.fixture
def world() -> World:
    return World()


def _everything(world: World, role: str) -> Any:
    """Every page of the portal that answers this role with HTML."""
    client = Client(raise_request_exception=False)
    if person := world.people[role]:
        sign_in(client, person)
    for name, parameters in dict(routes()).items():
        answer = client.get(world.address(name, parameters))
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            yield name, answer


def _policy(answer: Any) -> dict[str, list[str]]:
    parts = [part.split() for part in answer["Content-Security-Policy"].split(";") if part.strip()]
    return {name: values for name, *values in parts}


class _Inline(HTMLParser):
    """Collects what a strict policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(f"<{tag}>")
        self.found += [f"{tag} {name}" for name in names if name == "style" or INLINE.match(name)]
        self.found += [
            f"{tag} {name}={value}"
            for name, value in attrs
            if name in ("href", "src", "action") and (value or "").startswith("javascript:")
        ]


@pytest.mark.parametrize("role", ["nobody", "resident", "superuser"])
def test_every_page_has_the_strict_policy_and_needs_no_exception(world, role):
    pages = 0
    for name, answer in _everything(world, role):
        policy = _policy(answer)
        assert policy["default-src"] == ["'none'"], name
        assert policy["frame-ancestors"] == ["'none'"], name
        assert policy["base-uri"] == ["'none'"], name
        assert policy["form-action"] == ["'self'"], name
        assert policy["require-trusted-types-for"] == ["'script'"], name
        allowed = {value for values in policy.values() for value in values}
        assert allowed <= {"'none'", "'self'", "'script'"}, name
        inline = _Inline()
        inline.feed(answer.content.decode())
        assert inline.found == [], name
        pages += 1
    assert pages > 10


@pytest.mark.parametrize("role", ["resident", "clerk"])
def test_nothing_a_signed_in_person_sees_is_kept_by_any_cache(world, role):
    for name, answer in _everything(world, role):
        assert "no-store" in answer.get("Cache-Control", ""), name


def test_every_page_says_what_it_is_and_is_not_framed(world):
    for name, answer in _everything(world, "nobody"):
        assert answer["X-Content-Type-Options"] == "nosniff", name
        assert answer["X-Frame-Options"] == "DENY", name
        assert answer["Referrer-Policy"] == "same-origin", name
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", name


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
