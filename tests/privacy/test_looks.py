"""Whoever of the staff looks at somebody's data is written down, and the resident reads it."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Holding, Relation, User
from cards.models import Card
from privacy.models import Access, Action
from tests.builders import (
    hold,
    make_card,
    make_clerk,
    make_move,
    make_office,
    make_resident,
    make_staff,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db
NUMBER = "123456789018"

on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has no such guard: there the model refuses"
)


@pytest.fixture
def card() -> Card:
    return make_card(make_resident(name="PHAM VAN MINH"), reference="HINODE-7")


@pytest.fixture
def clerk() -> User:
    return make_clerk()


@pytest.fixture
def desk(client: Client, clerk: User) -> Client:
    sign_in(client, clerk)
    return client


def page_of(card: Card) -> str:
    return reverse("admin:cards_card_change", args=[card.pk])


def reads(user: User, language: str = "en") -> str:
    client = Client()
    sign_in(client, user)
    answer = client.get(f"/{language}/privacy/looks/")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def holder_of(card: Card, relation: Relation = Relation.SELF) -> User:
    user = make_user()
    hold(user, card.resident, relation)
    return user


def test_a_resident_reads_which_office_and_role_looked_at_which_page_and_when(
    desk: Client, card: Card, on_day: Any
) -> None:
    on_day("2026-11-10", at="09:40")
    desk.get(page_of(card))
    text = reads(holder_of(card))
    assert "Clerk at the counter, Hinode City Office" in text
    assert "10 November 2026" in text
    assert "PHAM VAN MINH" in text
    assert "Looked at: PHAM VAN MINH · card" in text


def test_the_name_of_the_clerk_is_for_auditors_alone(desk: Client, clerk: User, card: Card) -> None:
    desk.get(page_of(card))
    assert clerk.email not in reads(holder_of(card))
    auditor = Client()
    sign_in(auditor, make_staff("auditor"))
    assert clerk.email in auditor.get("/admin/privacy/access/").content.decode()


def test_the_page_speaks_japanese(desk: Client, card: Card) -> None:
    desk.get(page_of(card))
    text = reads(holder_of(card), "ja")
    assert "窓口の職員" in text
    assert "日の出市役所" in text


def test_a_parent_reads_who_looked_at_the_child_and_a_stranger_reads_nothing(
    desk: Client, card: Card
) -> None:
    desk.get(page_of(card))
    assert "PHAM VAN MINH" in reads(holder_of(card, Relation.GUARDIAN))
    assert "Nobody yet" in reads(make_user())


@pytest.mark.parametrize(
    "spelled", ["1_2", "%2012", "12%20", "+12", "-12", "１２", "12%0A", "0000000000000000000012"]
)
def test_no_second_spelling_of_a_number_opens_a_record_past_the_book(
    client: Client, spelled: str
) -> None:
    """Seen to fail: the database read all of these as 12, the book of looks none."""
    resident, account = make_resident(pk=12), make_user(pk=12)
    make_card(resident, pk=12)
    Holding.objects.create(pk=12, user=account, resident=resident, relation="self")
    # Numbered, too: by itself it might be the twelfth.
    sign_in(client, make_staff("administrator", resident.office, is_superuser=True, pk=13))
    for model in ("accounts/resident", "accounts/holding", "accounts/user", "cards/card"):
        for page in ("change", "delete", "history"):
            answer = client.get(f"/admin/{model}/{spelled}/{page}/")
            assert answer.status_code == 404, (model, page)
    assert not Access.objects.exists()
    for page in ("accounts/resident/{}/linking-letter/", "cards/card/{}/suspend/"):
        before = Access.objects.filter(resident=resident).count()
        shown = client.get(f"/admin/{page.format(spelled)}").status_code == 200
        assert Access.objects.filter(resident=resident).count() == before + shown


def test_one_page_is_one_row_whatever_it_loads(desk: Client, card: Card) -> None:
    desk.get(page_of(card))
    row = Access.objects.get()
    assert (row.resident, row.page, row.action) == (card.resident, "cards.card", Action.LOOKED)


def test_writing_it_down_costs_a_page_a_few_small_queries(
    desk: Client, card: Card, django_assert_max_num_queries: Any, monkeypatch: Any
) -> None:
    from django.test.utils import CaptureQueriesContext

    desk.get(page_of(card))
    with CaptureQueriesContext(connection) as queries:
        desk.get(page_of(card))
    about = [q["sql"] for q in queries if "privacy_access" in q["sql"]]
    assert len(about) == 1


def test_what_is_done_is_told_apart_from_what_is_looked_at(desk: Client, card: Card) -> None:
    address = reverse("admin:cards_card_suspend", args=[card.pk])
    seen = desk.get(address).context["form"]["seen"].value()
    desk.post(address, {"seen": seen, "confirmed": "yes"})
    assert list(Access.objects.order_by("id").values_list("action", flat=True)) == [
        Action.LOOKED,
        Action.CHANGED,
    ]
    assert "Acted or changed something" in reads(holder_of(card))


def test_a_reset_that_shows_its_code_at_once_is_an_act_and_not_a_look(
    desk: Client, card: Card
) -> None:
    address = reverse("admin:cards_card_reset-pins", args=[card.pk])
    typed = {
        "kinds": ["signature"],
        "identity_proof": "passport",
        "reason": "forgotten",
        "seen": desk.get(address).context["form"]["seen"].value(),
    }
    assert desk.post(address, typed | {"confirmed": "1"}).status_code == 200
    assert Access.objects.first().action == Action.CHANGED


def test_unlinking_an_account_is_written_down_though_the_link_is_gone(
    desk: Client, card: Card
) -> None:
    holding = hold(make_user(), card.resident)
    desk.post(f"/admin/accounts/holding/{holding.pk}/delete/", {"post": "yes"})
    row = Access.objects.get()
    assert (row.resident, row.action) == (card.resident, Action.CHANGED)


def test_what_was_refused_or_is_not_there_was_not_seen(client: Client, card: Card) -> None:
    elsewhere = make_clerk(make_office("900002"))
    for user in (elsewhere, make_staff("editor"), holder_of(card)):
        sign_in(client, user)
        client.get(page_of(card))
        client.post(reverse("admin:cards_card_suspend", args=[card.pk]))
        client.get(f"/admin/accounts/resident/{card.resident_id}/change/")
    sign_in(client, make_clerk())
    client.get(reverse("admin:cards_card_change", args=[999_999]))
    assert not Access.objects.exclude(action=Action.SEARCHED).exists()


def test_a_list_is_one_row_for_auditors_with_what_was_searched_for(
    desk: Client, card: Card
) -> None:
    make_card(make_resident(name="PHAM THI LAN"))
    desk.get("/admin/cards/card/", {"q": "pham"})
    row = Access.objects.get()
    assert (row.action, row.search, row.page) == (Action.SEARCHED, "q=pham", "cards.card")
    assert "Nobody yet" in reads(holder_of(card))
    auditor = Client()
    sign_in(auditor, make_staff("auditor"))
    assert "q=pham" in auditor.get("/admin/privacy/access/").content.decode()


def test_a_list_with_one_person_alone_in_it_is_a_look_at_them(desk: Client, card: Card) -> None:
    make_card(make_resident(name="SUHARTO"))
    desk.get("/admin/accounts/resident/", {"q": "minh"})
    assert "PHAM VAN MINH" in reads(holder_of(card))


def test_an_individual_number_searched_for_is_not_kept(desk: Client) -> None:
    desk.get("/admin/cards/card/", {"q": NUMBER})
    assert NUMBER not in Access.objects.get().search


def test_the_office_told_is_the_one_that_keeps_the_resident(client: Client, card: Card) -> None:
    both = make_clerk(make_office("900002", name_en="Mihon Town Office"))
    both.offices.add(card.resident.office)
    sign_in(client, both)
    client.get(page_of(card))
    assert Access.objects.get().office == card.resident.office


def test_what_a_clerk_was_is_told_even_after_they_left(
    desk: Client, clerk: User, card: Card
) -> None:
    from accounts.staff import leave_today

    desk.get(page_of(card))
    leave_today(clerk)
    assert "Clerk at the counter, Hinode City Office" in reads(holder_of(card))


def test_looks_in_a_row_at_the_same_page_stand_as_one(desk: Client, card: Card) -> None:
    for _time in range(3):
        desk.get(page_of(card))
    assert "(3 times on this day)" in reads(holder_of(card))


def test_an_administrator_who_opens_an_account_is_told_to_its_owner(client: Client) -> None:
    owner = make_user()
    administrator = make_staff("administrator")
    sign_in(client, administrator)
    client.get(f"/admin/accounts/user/{owner.pk}/change/")
    assert "Your account" in reads(owner)
    client.get(f"/admin/accounts/user/{administrator.pk}/change/")
    assert "Nobody yet" in reads(administrator)


def test_every_page_of_the_desk_about_somebody_is_written_down() -> None:
    """Walks all that there are, so that a new page cannot forget it."""
    from tests.security.routes import World, routes

    world = World()
    client = Client(raise_request_exception=False)
    person = world.people["superuser"]
    assert person
    sign_in(client, person)
    # About the office, the guide, a terminal or a role, and so about nobody; of an import, what
    # shows no rows of it.
    about_nobody = re.compile(
        r"admin:(accounts_office|accounts_closeddays|guide_section|cards_kiosk|cards_reissuefee"
        r"|cards_leaddays|cards_smartphoneplatform|auth_group|password_change)_"
        r"|admin:cards_cardimport_(?!change$|report$)"
    )
    # Shows a form in which a person is first to be named.
    names_somebody = {"admin:accounts_user_add"}
    walked = 0
    for name, parameters in dict(routes()).items():
        model = re.match(r"admin:[a-z]+_[a-z]+_", name)
        if name in names_somebody or not model or about_nobody.match(name):
            continue
        before = Access.objects.count()
        if client.get(world.address(name, parameters)).status_code == 200:
            assert Access.objects.count() > before, name
            walked += 1
    assert walked > 30


def test_a_look_can_be_neither_changed_nor_removed(desk: Client, card: Card) -> None:
    desk.get(page_of(card))
    row = Access.objects.get()
    row.role = "auditor"
    with pytest.raises(TypeError):
        row.save()
    with pytest.raises(TypeError):
        row.delete()


@on_postgresql
@pytest.mark.parametrize(
    "statement", ["UPDATE privacy_access SET role = 'none'", "DELETE FROM privacy_access"]
)
def test_the_database_itself_refuses_it_too(desk: Client, card: Card, statement: str) -> None:
    desk.get(page_of(card))
    with pytest.raises(Error, match="append-only"), transaction.atomic(), connection.cursor() as c:
        c.execute(statement)
    assert Access.objects.count() == 1


@on_postgresql
def test_not_even_a_purge_may_change_a_look(desk: Client, card: Card) -> None:
    desk.get(page_of(card))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL portal.purging = 'on'")
        with pytest.raises(Error, match="append-only"), transaction.atomic():
            cursor.execute("UPDATE privacy_access SET role = 'none'")


def test_an_auditor_finds_looks_by_member_of_staff_resident_card_role_and_day(
    desk: Client, clerk: User, card: Card, client: Client
) -> None:
    other = make_card(make_resident(name="SUHARTO", birth_date=date(1990, 1, 1)))
    make_move(other, moved_in_on=date(2026, 11, 7))
    desk.get(page_of(card))
    desk.get(page_of(other))
    auditor = Client()
    sign_in(auditor, make_staff("auditor"))

    def found(**asked: str) -> int:
        answer = auditor.get("/admin/privacy/access/", asked)
        assert answer.status_code == 200
        return len([row for row in answer.context["cl"].result_list if row.resident_id])

    assert found(q=clerk.email) == 2
    assert found(q="suharto") == 1
    assert found(q="hinode-7") == 1
    assert found(role__exact="clerk", action__exact="looked") == 2
    assert found(role__exact="administrator") == 0
    # To find one person's looks is a look at them: who looks after others is looked after too.
    assert found(role__exact="auditor") == 2
    assert found(staff_office=str(card.resident.office_id)) == 2
