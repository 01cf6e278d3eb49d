"""Signing in with the card: what is asked of the provider, and what of its answers is refused.

The provider is a real one, on this machine (tests/servers/openid.py). In a browser:
tests/browser/test_sign_in.py.
"""

from datetime import date
from html import unescape
from re import search
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client
from django.urls import reverse

from accounts.models import Relation, User
from cards.models import Card
from cards.operations import lift_suspension, suspend
from portal import clock
from tests.builders import (
    PASSWORD,
    hold,
    make_card,
    make_certificate,
    make_clerk,
    make_platform,
    make_resident,
    make_user,
)
from tests.servers.openid import LIES, Provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def linked(openid_provider: Provider) -> User:
    """An account that the card opens."""
    user = make_user("lan@example.org")
    SocialAccount.objects.create(user=user, provider="card", uid="card-1")
    return user


def leave(client: Client, **asked: str) -> str:
    """The address at the provider that the portal leads to."""
    page = client.post(reverse("accounts:card-sign-in", query=asked or None))
    found = search(r'http-equiv="refresh" content="0;url=([^"]+)"', page.content.decode())
    assert found
    return unescape(found[1])


def hold_the_card(address: str, answer: str = "yes") -> requests.Response:
    return requests.post(address, data={"answer": answer}, allow_redirects=False, timeout=10)


def come_back(client: Client, answer: requests.Response) -> Any:
    where = urlsplit(answer.headers["Location"])
    assert where.path == "/card-sign-in/back/"
    return client.get(f"{where.path}?{where.query}")


def changed(address: str, **parameters: str | None) -> str:
    where = urlsplit(address)
    asked = dict(parse_qsl(where.query)) | parameters
    kept = {name: value for name, value in asked.items() if value is not None}
    return where._replace(query=urlencode(kept)).geturl()


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_card_opens_the_account_that_it_is_linked_to(
    client: Client, linked: User, openid_provider: Provider
) -> None:
    answer = come_back(client, hold_the_card(leave(client)))
    assert answer["Location"] == "/en/"
    assert client.session["_auth_user_id"] == str(linked.pk)
    asked = openid_provider.asked[-1]
    assert asked["scope"] == "openid"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 16
    assert len(asked["nonce"]) == 64


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"state": None}, "Missing 'state'"),
        ({"nonce": None}, "Missing 'nonce'"),
        ({"code_challenge": None}, "Missing 'code_challenge'"),
        ({"code_challenge_method": "plain"}, "Unsupported 'code_challenge_method'"),
        ({"code_challenge_method": None}, "Missing 'code_challenge'"),
        ({"redirect_uri": "https://elsewhere.example/"}, "not supported"),
    ],
)
def test_the_provider_of_these_tests_refuses_what_is_weaker_than_the_portal_asks(
    client: Client, openid_provider: Provider, parameters: dict[str, str | None], words: str
) -> None:
    answer = hold_the_card(changed(leave(client), **parameters))
    assert "code" not in dict(parse_qsl(urlsplit(answer.headers.get("Location", "")).query))
    assert words in (answer.text + unescape(answer.headers.get("Location", "")).replace("+", " "))


def test_a_code_is_of_no_use_without_the_verifier_of_the_session_that_asked(
    client: Client, linked: User, openid_provider: Provider
) -> None:
    """A stolen code, brought to a session that has a state of its own."""
    stolen = hold_the_card(leave(Client()))
    code = dict(parse_qsl(urlsplit(stolen.headers["Location"]).query))["code"]
    state = dict(parse_qsl(urlsplit(leave(client)).query))["state"]
    answer = client.get(f"/card-sign-in/back/?{urlencode({'code': code, 'state': state})}")
    assert answer.status_code == 401
    assert "Code challenge failed" in openid_provider.refused[-1]
    assert not is_signed_in(client)


@pytest.mark.parametrize("lie", LIES)
def test_an_answer_that_is_not_for_this_very_sign_in_opens_nothing(
    client: Client, linked: User, openid_provider: Provider, lie: str
) -> None:
    """Seen to fail for nonce, signature and algorithm with allauth's own `complete_login`, and for
    keys that are fetched from where the provider's address leads on to."""
    openid_provider.lie = lie
    answer = come_back(client, hold_the_card(leave(client)))
    assert answer.status_code == 401
    assert "The card did not work this time" in answer.content.decode()
    assert not is_signed_in(client)


def test_an_answer_counts_once_and_only_in_the_browser_that_asked(
    client: Client, linked: User
) -> None:
    answer = hold_the_card(leave(client))
    somebody_else = Client()
    assert come_back(somebody_else, answer).status_code == 401
    assert not is_signed_in(somebody_else)
    assert come_back(client, answer).status_code == 302
    client.logout()
    assert come_back(client, answer).status_code == 401
    assert not is_signed_in(client)


def test_stopping_at_the_provider_changes_nothing(client: Client, linked: User) -> None:
    answer = come_back(client, hold_the_card(leave(client), "no"))
    page = client.get(answer["Location"])
    assert "You stopped in the Digital Authentication App" in page.content.decode()
    assert not is_signed_in(client)


def test_a_provider_that_is_out_of_order_is_said_and_is_no_error_page(
    client: Client, linked: User, settings: Any
) -> None:
    app = settings.SOCIALACCOUNT_PROVIDERS["card"]["APPS"][0]
    app["settings"]["server_url"] = "http://127.0.0.1:1"
    answer = client.post(reverse("accounts:card-sign-in"))
    assert answer.status_code == 401
    assert "or the app is out of order" in answer.content.decode()


def test_nothing_but_who_it_is_is_kept(client: Client, linked: User) -> None:
    come_back(client, hold_the_card(leave(client)))
    account = SocialAccount.objects.get()
    assert (account.uid, account.extra_data) == ("card-1", {})
    assert not SocialToken.objects.exists()


def test_a_card_that_is_new_to_the_portal_takes_over_no_account(
    client: Client, openid_provider: Provider, mailoutbox: Any
) -> None:
    """Somebody else's address, typed after holding an own card, gets them nowhere."""
    make_user("lan@example.org")
    openid_provider.subject = "card-of-another"
    answer = come_back(client, hold_the_card(leave(client)))
    client.post(answer["Location"], {"email": "lan@example.org"})
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()


def test_a_card_opens_one_account_and_cannot_be_linked_to_a_second(
    client: Client, linked: User
) -> None:
    other = make_user()
    client.force_login(other)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    answer = leave(client, process="connect", next=reverse("accounts:security"))
    come_back(client, hold_the_card(answer))
    assert SocialAccount.objects.get().user == linked


# --- The holder's own card must be able to sign in (G2, G4, G5②, G6, G9) --------------------------
HINDERED: dict[str, tuple[dict[str, Any], str]] = {
    "suspended": ({"suspended_at": "2026-11-10T03:00:00Z"}, "The card is suspended."),
    "expired": ({"expires_on": "2026-11-09"}, "The card has expired."),
    "lapsed": ({"lapses_on": "2026-11-10"}, "The card has lapsed after a move."),
    "replaced": ({"replaced_at": "2026-11-10T03:00:00Z"}, "A newer card has replaced this one."),
    "photo identification only": ({"variant": "photo_id"}, "with photo identification only"),
}
hindered = pytest.mark.parametrize(("facts", "why"), HINDERED.values(), ids=HINDERED)


@pytest.fixture
def own_card(linked: User, on_day: Any) -> Card:
    on_day("2026-11-10")
    resident = make_resident()
    hold(linked, resident)
    return make_card(resident)


def facts_are(card: Card, facts: dict[str, Any]) -> None:
    Card.objects.filter(pk=card.pk).update(**facts)


@hindered
def test_a_card_that_does_not_work_signs_nobody_in_and_says_why_and_what_else_does(
    client: Client, own_card: Card, facts: dict[str, Any], why: str
) -> None:
    """Seen to fail: a suspended, an expired and a lapsed card all opened the account."""
    facts_are(own_card, facts)
    answer = come_back(client, hold_the_card(leave(client)))
    assert answer.status_code == 403
    page = answer.content.decode()
    assert why in page
    assert "a code that we send to your e-mail address" in page
    assert reverse("account_login") in page
    assert not is_signed_in(client)


@hindered
def test_a_card_that_does_not_work_does_not_show_that_it_is_you(
    client: Client, linked: User, own_card: Card, facts: dict[str, Any], why: str
) -> None:
    client.force_login(linked)
    facts_are(own_card, facts)
    leaving = leave(client, process="redirect", next=reverse("accounts:me"))
    answer = come_back(client, hold_the_card(leaving))
    page = client.get(answer["Location"]).content.decode()
    assert why in page
    assert "cannot show that it is you" in page
    assert "/reauthenticate/" in client.post(reverse("accounts:card-unlink"))["Location"]


def test_a_card_that_does_not_work_is_not_linked_either(
    client: Client, own_card: Card, linked: User
) -> None:
    SocialAccount.objects.all().delete()
    facts_are(own_card, HINDERED["suspended"][0])
    client.force_login(linked)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    leaving = leave(client, process="connect", next=reverse("accounts:security"))
    answer = come_back(client, hold_the_card(leaving))
    assert "was not linked" in client.get(answer["Location"]).content.decode()
    assert not SocialAccount.objects.exists()


def test_a_card_whose_user_proof_certificate_was_revoked_signs_in_only_by_the_smartphone(
    client: Client, own_card: Card
) -> None:
    own_card.certificates.filter(kind="user_proof").update(
        revoked_at=clock.now(), revoked_because="holder_asked"
    )
    assert come_back(client, hold_the_card(leave(client))).status_code == 403
    make_certificate(own_card, kind="user_proof", medium="smartphone", platform=make_platform())
    come_back(client, hold_the_card(leave(client)))
    assert is_signed_in(client)


def test_a_card_that_was_found_and_a_new_one_in_place_of_the_old_sign_in_again(
    client: Client, own_card: Card, linked: User
) -> None:
    suspend(own_card, by=linked)
    assert come_back(client, hold_the_card(leave(client))).status_code == 403
    lift_suspension(own_card, identity_proof="passport", by=make_clerk())
    come_back(client, hold_the_card(leave(client)))
    assert is_signed_in(client)
    client.logout()
    facts_are(own_card, HINDERED["replaced"][0])
    make_card(own_card.resident)
    come_back(client, hold_the_card(leave(client)))
    assert is_signed_in(client)


def test_a_childs_card_hinders_nobody_and_an_unknown_one_is_the_providers_to_judge(
    client: Client, linked: User, on_day: Any
) -> None:
    """No card of the account's own is known: its letter is still to come, or it is a parent's."""
    on_day("2026-11-10")
    child = make_resident(birth_date=date(2020, 6, 1))
    hold(linked, child, Relation.GUARDIAN)
    facts_are(make_card(child), HINDERED["suspended"][0])
    come_back(client, hold_the_card(leave(client)))
    assert is_signed_in(client)
