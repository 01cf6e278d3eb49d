"""People at the desk: contact details, links between accounts and residents, staff accounts."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import Client

from accounts.models import Holding, Resident, User
from tests.builders import (
    hold,
    make_card,
    make_clerk,
    make_office,
    make_resident,
    make_staff,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> User:
    return make_clerk()


@pytest.fixture
def desk(client: Client, clerk: User) -> Client:
    sign_in(client, clerk)
    return client


def test_a_clerk_changes_where_a_resident_is_written_to_and_nothing_else(
    desk: Client, clerk: User
) -> None:
    resident = make_resident(name="SUHARTO")
    url = f"/admin/accounts/resident/{resident.pk}/change/"
    desk.post(url, {"email": "new@example.org", "language": "id", "name": "SOMEBODY ELSE"})
    resident.refresh_from_db()
    assert (resident.email, resident.language) == ("new@example.org", "id")
    assert resident.name == "SUHARTO"
    entry = LogEntry.objects.get()
    assert entry.user_id == clerk.pk
    assert "Contact e-mail" in entry.get_change_message()


def test_residents_are_neither_added_nor_removed_by_hand(desk: Client) -> None:
    resident = make_resident()
    assert desk.get("/admin/accounts/resident/add/").status_code == 403
    url = f"/admin/accounts/resident/{resident.pk}/delete/"
    assert desk.post(url, {"post": "yes"}).status_code == 403
    assert Resident.objects.filter(pk=resident.pk).exists()


def test_a_clerk_unlinks_an_account_and_links_none_by_hand(desk: Client) -> None:
    account, card = make_user(), make_card()
    entries = {"account": account.email, "card_reference": card.reference, "relation": "self"}
    assert desk.post("/admin/accounts/holding/add/", entries).status_code == 403
    assert not Holding.objects.exists()
    holding = hold(account, card.resident)
    shown = desk.get(f"/admin/accounts/holding/{holding.pk}/change/").content.decode()
    assert account.email in shown
    desk.post(f"/admin/accounts/holding/{holding.pk}/delete/", {"post": "yes"})
    assert not Holding.objects.exists()


def test_an_office_that_no_key_can_be_finds_nothing(desk: Client) -> None:
    make_resident(name="SUHARTO")
    answer = desk.get("/admin/accounts/resident/?office=99999999999999999999")
    assert answer.status_code == 200
    assert "SUHARTO" not in answer.content.decode()


def test_links_of_other_offices_are_not_there(desk: Client) -> None:
    resident = make_resident(office=make_office("900002"))
    holding = hold(make_user(), resident)
    url = f"/admin/accounts/holding/{holding.pk}/delete/"
    assert desk.post(url, {"post": "yes"}).status_code == 404
    assert Holding.objects.exists()


def test_an_administrator_makes_a_clerk_who_sets_their_own_password(client: Client) -> None:
    sign_in(client, make_staff("administrator"))
    role = make_clerk().groups.get()
    client.post(
        "/admin/accounts/user/add/",
        {
            "email": "New.Clerk@example.org",
            "language": "ja",
            "is_staff": "on",
            "groups": [role.pk],
            "offices": [make_office().pk],
        },
    )
    made = User.objects.get(email="new.clerk@example.org")
    assert made.is_staff
    assert not made.has_usable_password()
    assert list(made.groups.all()) == [role]


def test_an_administrator_cannot_become_or_touch_a_superuser(client: Client) -> None:
    me, boss = make_staff("administrator"), make_staff("administrator", is_superuser=True)
    sign_in(client, me)
    for user in (me, boss):
        url = f"/admin/accounts/user/{user.pk}/change/"
        entries = {"language": "en", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
        assert client.post(url, entries).status_code == 403
    other = make_user()
    client.post(
        f"/admin/accounts/user/{other.pk}/change/",
        {"language": "en", "is_active": "on", "is_superuser": "on"},
    )
    other.refresh_from_db()
    assert not other.is_superuser


def test_a_clerk_sees_no_accounts(desk: Client) -> None:
    assert desk.get("/admin/accounts/user/").status_code == 403
    assert desk.get("/admin/auth/group/").status_code == 403


def test_the_desk_speaks_the_language_of_the_account(desk: Client, clerk: User) -> None:
    answer = desk.post("/admin/language/", {"language": "ja", "next": "/admin/cards/card/"})
    assert answer.headers["Location"] == "/admin/cards/card/"
    assert 'lang="ja"' in desk.get("/admin/").content.decode()
    clerk.refresh_from_db()
    assert clerk.language == "ja"


def test_choosing_a_language_leads_nowhere_else(desk: Client, clerk: User) -> None:
    for away in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        answer = desk.post("/admin/language/", {"language": "xx", "next": away})
        assert answer.headers["Location"] == "/admin/"
    clerk.refresh_from_db()
    assert clerk.language == "en"


@pytest.mark.parametrize("model", [model._meta.label_lower for model in admin.site._registry])
def test_no_page_of_the_desk_brings_the_library_that_its_policy_stops(
    client: Client, model: str
) -> None:
    sign_in(client, make_staff("administrator", is_superuser=True))
    app, name = model.split(".")
    for page in ("", "add/"):
        response = client.get(f"/admin/{app}/{name}/{page}")
        assert response.status_code in (200, 403)
        assert b"jquery" not in response.content
