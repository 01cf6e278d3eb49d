"""The desk's first page: what waits, what ends, what went wrong, and what is to come."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from redis.exceptions import ConnectionError as CacheDown

from accounts import desk as desk_page
from accounts.desk import counted
from accounts.models import User
from cards.models import Card, CardImport, PinSlot, Reissue, VariantRequest
from cards.operations import suspend
from cards.rules.kinds import PinKind
from notifications.models import Delivery, MailTrouble
from notifications.planner import raise_alerts
from portal import clock
from tests.builders import (
    make_card,
    make_clerk,
    make_move,
    make_office,
    make_resident,
    make_staff,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(on_day: Callable[..., None]) -> None:
    on_day("2026-11-10")


@pytest.fixture
def clerk() -> User:
    return make_clerk()


@pytest.fixture
def desk(client: Client, clerk: User) -> Client:
    sign_in(client, clerk)
    return client


def tiles(client: Client) -> dict[str, tuple[str, str]]:
    """What each tile of the first page says: its count, and where it leads."""
    context = client.get("/admin/").context
    return {
        str(tile.title): (str(count), tile.url)
        for _group, found in context["tile_groups"]
        for tile, count in found
    }


def listed(client: Client, url: str) -> int:
    return int(client.get(url).context["cl"].result_count)


def work_for(office_code: str) -> None:
    """One of everything that a desk can show."""
    office = make_office(office_code)

    def card(**facts: Any) -> Card:
        return make_card(make_resident(office=office), **facts)

    for state in ("requested", "accepted", "asked_back"):
        Reissue.objects.create(
            card=card(), reason="damaged", state=state, fee=1000 if state == "accepted" else None
        )
    VariantRequest.objects.create(card=card(), variant="photo_id")
    make_move(card(), moved_in_on=date(2026, 10, 27))  # 14 days: through today
    make_move(card(), notified_on=date(2026, 8, 20))  # 90 days: through 18 November
    card(expires_on=date(2026, 12, 9), certificates=False)
    suspend(card(), by=None)
    PinSlot.objects.create(card=card(), kind=PinKind.USER_PROOF.value, failed_tries=3)
    PinSlot.objects.create(card=card(), kind=PinKind.SIGNATURE.value, failed_tries=3)  # two left
    person = make_resident(office=office)
    MailTrouble.objects.create(
        resident=person, address=person.email, hard=True, failing_since=clock.now()
    )
    for state in ("checked", "failed"):
        CardImport.objects.create(office=office, name="cards.csv", size=1, state=state)
    raise_alerts()
    Delivery.objects.filter(
        notification__card__resident__office=office,
        notification__kind="card_expiry",
    ).update(state="failed", reason="No such person", set_aside_at=clock.now())


def test_the_desk_shows_the_work_of_ones_own_office_and_each_tile_leads_to_exactly_that(
    desk: Client,
) -> None:
    work_for("900001")
    work_for("900002")
    found = tiles(desk)
    assert {title: count for title, (count, _url) in found.items()} == {
        "Applications for a new card to decide": "1",
        "New cards to hand out": "1",
        "Requests for the other variant of the card": "1",
        "Checked files of cards that wait for a yes": "1",
        "Last days that are today": "1",
        "Cards that lapse within 14 days unless a move is completed": "2",
        "Cards that expire within 30 days": "1",
        "Locked PINs": "1",
        "Suspended cards": "1",
        "Imports of cards that broke off": "1",
        "People whom mail does not reach": "1",
        "Mails that could not be delivered": "1",
        "Mails set aside after too many tries": "1",
    }
    assert {title: str(listed(desk, url)) for title, (_count, url) in found.items()} == {
        title: count for title, (count, _url) in found.items()
    }


def test_an_auditor_sees_every_office_and_an_editor_no_tile(client: Client) -> None:
    work_for("900001")
    work_for("900002")
    sign_in(client, make_staff("auditor"))
    assert tiles(client)["Locked PINs"][0] == "2"
    sign_in(client, make_staff("editor"))
    assert tiles(client) == {}
    assert "Locked PINs" not in client.get("/admin/").content.decode()


def test_a_count_looks_no_further_than_anybody_needs(django_assert_num_queries: Any) -> None:
    for _ in range(4):
        make_card(certificates=False)
    assert [str(counted(Card.objects.all(), at_most)) for at_most in (3, 4, 5)] == ["3+", "4", "4"]
    with django_assert_num_queries(1) as asked:
        assert str(counted(Card.objects.order_by("reference"), 1_000)) == "4"
    assert "LIMIT 1001" in asked[0]["sql"]
    assert "ORDER BY" not in asked[0]["sql"]


def test_the_desk_asks_the_database_as_often_for_much_as_for_nothing(
    desk: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(32) as few:
        assert desk.get("/admin/").status_code == 200
    work_for("900001")
    make_card(certificates=False)
    cache.clear()
    with django_assert_max_num_queries(len(few)):
        assert desk.get("/admin/").status_code == 200


def test_plots_are_drawn_on_the_server_and_stand_in_a_table_too(desk: Client) -> None:
    work_for("900001")
    body = desk.get("/admin/").content.decode()
    drawn = re.findall('<section class="plot".*?</section>', body, re.S)
    ages, weeks, mails = drawn
    assert "<script" not in weeks + ages + mails
    assert "style=" not in weeks + ages + mails
    for plot in (weeks, ages, mails):
        assert '<rect class="bar' in plot
        assert plot.count("<tbody><tr>") == 1
    assert re.search(r'<th scope="row">7 Dec</th><td class="number">1</td>', weeks)
    assert re.search(
        r'today or yesterday</th><td class="number">3</td><td class="number">1</td>', ages
    )
    assert re.search(r'Failed</th><td class="number">1</td>', mails)


def test_the_plots_of_one_office_are_never_those_of_another(desk: Client, client: Client) -> None:
    work_for("900001")
    desk.get("/admin/")
    sign_in(client, make_clerk(make_office("900002")))
    plots = {plot.slug: plot for plot in client.get("/admin/").context["plots"]}
    assert all(plot.is_empty for plot in plots.values())


def test_without_the_cache_the_desk_still_opens(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_for("900001")

    def down(*args: Any) -> None:
        raise CacheDown

    monkeypatch.setattr(desk_page.cache, "get", down)
    assert not desk.get("/admin/").context["plots"][0].is_empty


def test_the_forecast_page_and_its_file_say_the_same_of_ones_own_office(desk: Client) -> None:
    resident = make_resident(office=make_office("900001"))
    make_card(resident, expires_on=date(2026, 12, 1), certificates=False)
    make_card(make_resident(office=make_office("900002")), expires_on=date(2026, 12, 1))
    page = desk.get("/admin/forecast/").content.decode()
    assert "7 alerts" in page
    file = desk.get("/admin/forecast/file/")
    assert file["Content-Disposition"] == 'attachment; filename="forecast-2026-11-10.csv"'
    text = b"".join(file.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    # The nearest lead reached goes out today, those that follow each on their day.
    days = [date(2026, 11, 10), *(date(2026, 12, 1) - timedelta(lead) for lead in (14, 7, 3, 1, 0))]
    assert [row["day"] for row in rows] == [*map(str, days), "2026-12-02"]
    assert {(row["office_code"], row["kind"], row["alerts"]) for row in rows} == {
        ("900001", "card_expiry", "1")
    }


def test_the_forecast_is_narrowed_by_kind_and_by_office_that_is_seen(client: Client) -> None:
    theirs = make_card(make_resident(office=make_office("900002")), expires_on=date(2026, 12, 1))
    make_move(make_card(certificates=False), moved_in_on=date(2026, 11, 7))
    sign_in(client, make_staff("auditor"))

    def total(query: str) -> int:
        return int(client.get(f"/admin/forecast/{query}").context["total"])

    everything = total("")
    one_office = total(f"?office={theirs.resident.office_id}")
    assert 0 < one_office < everything
    assert total("?kind=move_in_14") == 5
    assert total("?kind=nonsense&office=99999999999999999999999") == everything
    sign_in(client, make_clerk(make_office("900003")))
    assert total(f"?office={theirs.resident.office_id}") == 0
