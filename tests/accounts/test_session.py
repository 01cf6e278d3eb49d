"""A session: how long it lasts, how it is kept up, and what outlives it."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.models import Relation, User
from tests.builders import PASSWORD, hold, make_card, make_user, sign_in
from tests.security.routes import World, routes

pytestmark = pytest.mark.django_db
NOON = "2026-11-10T12:00:00+09:00"


def by_password(client: Client, user: User) -> None:
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302


def is_in(client: Client) -> bool:
    return client.get(reverse("accounts:me")).status_code == 200


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(NOON, tick=False) as travelling:
        yield travelling


def test_a_session_ends_an_hour_after_the_last_page(client: Client, clock: Any) -> None:
    by_password(client, make_user())
    for minutes in (50, 50, 50):
        clock.shift(minutes * 60)
        assert is_in(client)
    clock.shift(61 * 60)
    assert not is_in(client)


def test_a_session_ends_after_twelve_hours_however_busy_it_is(client: Client, clock: Any) -> None:
    by_password(client, make_user())
    for _half_hour in range(23):
        clock.shift(30 * 60)
        assert is_in(client)
    clock.shift(31 * 60)
    assert not is_in(client)


def test_whoever_wants_to_stay_gets_another_hour(client: Client, clock: Any) -> None:
    by_password(client, make_user())
    clock.shift(56 * 60)
    assert client.post(reverse("accounts:session-stay")).json()["left"] == 3600
    clock.shift(56 * 60)
    assert is_in(client)
    assert Client().post(reverse("accounts:session-stay")).json() == {"left": 0}


def test_the_session_gets_a_new_key_at_sign_in_and_the_old_one_opens_nothing(
    client: Client,
) -> None:
    client.get(reverse("account_login"))
    client.session.save()
    before = str(client.session.session_key)
    client.cookies["session"] = before
    by_password(client, make_user())
    assert client.session.session_key != before
    planted = Client()
    planted.cookies["session"] = before
    assert not is_in(planted)


def test_a_changed_password_ends_every_other_session(client: Client) -> None:
    user, elsewhere = make_user(), Client()
    by_password(elsewhere, user)
    by_password(client, user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    new = "another horse 8 battery"
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert is_in(client)
    assert not is_in(elsewhere)


def test_an_open_session_is_ended_from_another_device_at_once(client: Client) -> None:
    user, elsewhere, stranger = make_user(), Client(HTTP_USER_AGENT="Chrome/1 Android"), Client()
    by_password(elsewhere, user)
    by_password(client, user)
    by_password(stranger, make_user())
    page = client.get(reverse("accounts:sessions")).content.decode()
    assert "Chrome on Android" in page
    theirs = UserSession.objects.get(session_key=elsewhere.session.session_key)
    address = reverse("accounts:end-session", args=[theirs.pk])
    assert stranger.post(address).status_code == 404
    # Whoever finds this device unlocked ends nothing; the page with the button comes back.
    asked = client.post(address, follow=True)
    assert "Enter your password once more" in asked.content.decode()
    assert is_in(elsewhere)
    back = {"password": PASSWORD, "next": reverse("accounts:sessions")}
    assert (
        "End it"
        in client.post(reverse("account_reauthenticate"), back, follow=True).content.decode()
    )
    client.post(address)
    assert not is_in(elsewhere)
    assert is_in(client)


@pytest.mark.parametrize("name", ["accounts:card-unlink", "accounts:end-other-sessions"])
def test_who_shows_that_it_is_them_comes_back_to_the_button_and_to_no_error(
    client: Client, name: str
) -> None:
    """Seen to fail: the address of the button itself, which answers 405 to being opened."""
    by_password(client, make_user())
    asked = client.post(reverse(name))
    back = parse_qs(urlsplit(asked["Location"]).query)["next"][0]
    page = client.post(
        reverse("account_reauthenticate"), {"password": PASSWORD, "next": back}, follow=True
    )
    assert page.status_code == 200
    assert page.redirect_chain[-1][0] in (
        reverse("accounts:security"),
        reverse("accounts:sessions"),
    )


# --- What was being filled in ------------------------------------------------------------------
@pytest.fixture
def filling_in(client: Client, clock: Any) -> User:
    """The first question of an application for a new card is answered; then an hour goes by."""
    user = make_user("lan@example.org")
    card = make_card(reference="MINE")
    hold(user, card.resident)
    by_password(client, user)
    client.post(reverse("cards:reissue-apply", args=["MINE", "reason"]), {"reason": "damaged"})
    assert next_question(client) == "certificates"
    clock.shift(61 * 60)
    return user


def next_question(client: Client) -> str:
    answer = client.get(reverse("cards:reissue-apply", args=["MINE", "check"]))
    return str(answer["Location"]).rstrip("/").rpartition("/")[2]


def test_answers_outlive_the_session_for_whoever_gave_them(
    client: Client, filling_in: User
) -> None:
    """Seen to fail with drafts kept in the session alone: asked for the reason once more."""
    assert not is_in(client)
    client.get(reverse("account_login"))
    by_password(client, filling_in)
    assert next_question(client) == "certificates"


def test_answers_outlive_a_session_of_twelve_hours(client: Client, clock: Any) -> None:
    user = make_user()
    card = make_card(reference="MINE")
    hold(user, card.resident)
    by_password(client, user)
    client.post(reverse("cards:reissue-apply", args=["MINE", "reason"]), {"reason": "damaged"})
    for _half_hour in range(25):
        clock.shift(30 * 60)
        client.get(reverse("home"))
    assert not is_in(client)
    by_password(client, user)
    assert next_question(client) == "certificates"


def test_somebody_else_on_the_same_device_gets_none_of_them(
    client: Client, filling_in: User
) -> None:
    other = make_user()
    hold(other, filling_in.holdings.get().resident, Relation.GUARDIAN)
    by_password(client, other)
    assert next_question(client) == "reason"
    assert "damaged" not in str([row.get_decoded() for row in Session.objects.all()])


@pytest.mark.parametrize("how", ["sign out", "end it"])
def test_signing_out_leaves_nothing_behind(client: Client, how: str) -> None:
    user = make_user()
    card = make_card(reference="MINE")
    hold(user, card.resident)
    by_password(client, user)
    client.post(reverse("cards:reissue-apply", args=["MINE", "reason"]), {"reason": "damaged"})
    if how == "sign out":
        answer = client.post(reverse("account_logout"))
        # The browser, too; but not its cookies, one of which keeps the language.
        assert answer["Clear-Site-Data"] == '"cache", "storage"'
    else:
        elsewhere = Client()
        by_password(elsewhere, user)
        elsewhere.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        session = UserSession.objects.get(session_key=client.session.session_key)
        elsewhere.post(reverse("accounts:end-session", args=[session.pk]))
    by_password(client, user)
    assert next_question(client) == "reason"


class _Forms(HTMLParser):
    """The forms of a page that somebody types into, and what is said of them."""

    def __init__(self) -> None:
        super().__init__()
        self.lost: list[str] = []
        self._form: dict[str, str | None] | None = None
        self._typed = self._secret = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            self._form, self._typed, self._secret = said, False, False
        kind = said.get("type", "text")
        if tag in ("textarea", "select") or (
            tag == "input" and kind not in ("hidden", "submit", "search")
        ):
            self._typed = True
            secret = kind == "password" or said.get("autocomplete") == "one-time-code"
            self._secret = self._secret or secret

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._form is not None:
            posts = (self._form.get("method") or "get").lower() == "post"
            if posts and self._typed and not self._secret and "data-keep" not in self._form:
                self.lost.append(str(self._form.get("action")))
            self._form = None


def test_every_form_that_is_typed_into_is_kept_or_asks_for_a_secret(client: Client) -> None:
    """What one was typing as the session ended is offered again (static/js/keep.js)."""
    world, lost, pages = World(), [], 0
    person = world.people["resident"]
    assert person
    sign_in(client, person)
    for name, parameters in dict(routes()).items():
        # The desk's forms are kept wherever they stand; these two are read by terminals.
        if name.startswith(("admin:", "cards:kiosk", "cards:hand-over")):
            continue
        answer = client.get(world.address(name, parameters), follow=True)
        page = answer.content.decode()
        # Pages on the way to signing in are of no session.
        if answer.headers.get("Content-Type", "").startswith("text/html") and (
            "data-entrance" not in page
        ):
            forms = _Forms()
            forms.feed(page)
            lost += [f"{name}: {one}" for one in forms.lost]
            pages += 1
    assert lost == []
    assert pages > 30
