"""Offices and their closed days: what is wrong is refused, and no last day is put off."""

import re
from datetime import date
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import ClosedDays, Office
from accounts.opening import Closures
from cards.models import Deadline
from tests.builders import (
    hold,
    make_card,
    make_office,
    make_resident,
    make_staff,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db
ADD = "/admin/accounts/closeddays/add/"


@pytest.fixture
def administrator(client: Client) -> Any:
    person = make_staff("administrator")
    sign_in(client, person)
    return person


def office_form(**cells: Any) -> dict[str, Any]:
    plain = {
        "code": "900003",
        "phone": "000-000-0003",
        "name_ja": "見本",
        "counter_ja": "1番",
        "address_ja": "見本町",
        "hours_ja": "平日 9時〜17時",
        "staff_language": "ja",
        "closed_weekdays": ["6", "7"],
    }
    return plain | cells


def test_an_office_is_added_with_its_words_and_the_days_it_is_closed_each_week(
    client, administrator
):
    answer = client.post("/admin/accounts/office/add/", office_form())
    assert answer.status_code == 302, answer.content.decode()
    office = Office.objects.get(code="900003")
    assert office.closed_weekdays == "67"
    address = f"/admin/accounts/office/{office.pk}/change/"
    client.post(address, office_form(closed_weekdays=["7"]))
    told = LogEntry.objects.latest("pk").get_change_message()
    assert "Saturday, Sunday → Sunday" in told
    client.post(address, office_form())
    shown = client.get(address).content.decode()
    assert len(re.findall(r'name="closed_weekdays"[^>]* checked', shown)) == 2
    assert "English" in client.get("/admin/accounts/office/").content.decode(), "missing in English"


@pytest.mark.parametrize("field", ["hours_ja", "name_ja", "counter_ja", "address_ja"])
def test_an_office_without_hours_or_name_is_refused_by_the_form_and_by_the_database(
    client, administrator, field
):
    assert (
        client.post("/admin/accounts/office/add/", office_form(**{field: " "})).status_code == 200
    )
    assert not Office.objects.filter(code="900003").exists()
    words = {k: v for k, v in office_form().items() if k != "closed_weekdays"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Office.objects.create(**(words | {field: None}))


def test_an_office_that_is_never_open_is_refused(client, administrator):
    form = office_form(closed_weekdays=list("1234567"))
    assert "open on some day" in client.post("/admin/accounts/office/add/", form).content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        Office.objects.filter(pk=make_office().pk).update(closed_weekdays="76")


def test_closed_days_are_kept_in_every_language_and_backwards_ones_refused(client, administrator):
    typed = {"first_on": "2026-12-29", "last_on": "2027-01-03", "name_ja": "年末年始"}
    assert client.post(ADD, typed | {"name_en": "New Year"}).status_code == 302
    assert ClosedDays.objects.get().name_en == "New Year"
    assert client.post(ADD, typed | {"last_on": "2026-12-28"}).status_code == 200
    assert client.post(ADD, typed | {"last_on": "2027-12-28"}).status_code == 200
    assert ClosedDays.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        ClosedDays.objects.create(first_on="2026-12-29", last_on="2026-12-28", name_ja="x")


def words(client: Client, path: str = "/en/") -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(path).content.decode()))


def test_a_last_day_on_which_the_office_is_closed_names_the_last_open_day_before(client, on_day):
    """Nothing rolls over: the last day stays, and so do the reminders (domain: no rolling over)."""
    on_day("2026-11-10")
    office = make_office(closed_weekdays="67")
    ClosedDays.objects.create(office=office, first_on="2026-12-18", last_on="2026-12-18", name="x")
    ClosedDays.objects.create(
        office=make_office("900002"), first_on="2026-12-17", last_on="2026-12-17", name="x"
    )
    user, resident = make_user(), make_resident(office=office)
    hold(user, resident)
    card = make_card(resident, expires_on=date(2026, 12, 21), reference="H-1")  # a Monday
    sign_in(client, user)
    before = list(Deadline.objects.values("last_day", "next_alert_on"))
    told = words(client, "/en/cards/H-1/")
    assert "Go by 17 December 2026: on 20 December 2026 the counter is closed." in told
    assert "Last day: 21 December 2026" in told
    assert list(Deadline.objects.values("last_day", "next_alert_on")) == before
    ClosedDays.objects.create(first_on="2026-12-14", last_on="2026-12-17", name="x")
    assert "Go by 11 December 2026" in words(client, "/en/cards/H-1/"), "closed everywhere"
    assert card.expires_on == date(2026, 12, 21)


def test_another_municipalitys_closed_days_are_not_guessed(client, on_day):
    on_day("2026-11-10")
    from tests.builders import make_move

    user, resident = make_user(), make_resident(office=make_office(closed_weekdays="67"))
    hold(user, resident)
    make_move(make_card(resident, reference="H-1"), moved_in_on=date(2026, 11, 7))
    sign_in(client, user)
    # The 21st is a Saturday; the notification goes to where one lives after the move.
    assert "21 November 2026. If the counter is closed on that day, go before." in words(client)


@pytest.mark.parametrize(
    ("today", "on_front_page", "on_cards_page", "renewal"),
    [
        ("2026-12-18", "Go today, before", "then it is closed on every day until", "Go today"),
        ("2026-12-19", "Until 20 December 2026, the day to go by, the counter is closed", "", ""),
        ("2026-12-20", "Today is the day to go by, and the counter is closed.", "", ""),
        ("2026-12-21", "The day to go by was 20 December 2026, and today", "", ""),
        ("2026-12-22", "Ask for a new card", "Ask the counter for a new card", "cannot be"),
    ],
)
def test_nobody_is_sent_to_a_counter_that_is_closed(
    client, on_day, today, on_front_page, on_cards_page, renewal
):
    """A card that ends on a Monday, which is a holiday, too: renewal is for the days before."""
    on_day(today)
    office = make_office(closed_weekdays="67")
    ClosedDays.objects.create(office=office, first_on="2026-12-21", last_on="2026-12-21", name="x")
    user, resident = make_user(), make_resident(office=office)
    hold(user, resident)
    make_card(resident, expires_on=date(2026, 12, 21), reference="H-1")
    sign_in(client, user)
    assert on_front_page in words(client)
    told = words(client, "/en/cards/H-1/")
    assert (on_cards_page or "Otherwise go on the first day on which it is open") in told
    told = words(client, "/en/cards/H-1/renewing/")
    assert (renewal or "The counter is closed on every day that is left") in told
    if not renewal:
        assert "oday, before" not in told
        assert "Otherwise go on the first day on which it is open" in told


def test_on_the_last_day_an_open_counter_can_still_be_asked(client, on_day):
    on_day("2026-12-21")
    user, resident = make_user(), make_resident(office=make_office(closed_weekdays="67"))
    hold(user, resident)
    make_card(resident, expires_on=date(2026, 12, 21), reference="H-1")
    sign_in(client, user)
    assert "Go to the counter today all the same" in words(client, "/en/cards/H-1/")
    assert "Go to the counter today all the same" in words(client, "/en/cards/H-1/renewing/")


@given(
    by=st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    early=st.integers(0, 90),
    weekdays=st.sets(st.sampled_from("1234567")),
    periods=st.lists(
        st.tuples(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 40)), max_size=3
    ),
)
def test_the_last_open_day_is_open_in_time_and_no_later_day_is(by, early, weekdays, periods):
    from datetime import timedelta

    today = by - timedelta(early)
    spans = tuple((first, first + timedelta(length)) for first, length in periods)
    closures = Closures("".join(sorted(weekdays)), spans)
    found = closures.last_open_day(by, today=today)
    days = [by - timedelta(n) for n in range(min(early, 60) + 1)]
    opened = [day for day in days if not closures.closed(day)]
    assert found == (opened[0] if opened else None)
    when = closures.opening(by, today=today)
    assert when.closed == (not opened and early <= 60)
    assert when.open_by == (opened[0] if opened and opened[0] != by else None)
