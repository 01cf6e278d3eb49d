"""Reminder days set by an administrator: what residents get then, and what nobody gets twice."""

import re
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from cards.importing.database import ImportBusy, PostgreSQL, SQLite
from cards.lead_days import align
from cards.models import CardEvent, Deadline, LeadDays
from cards.operations.refresh import refresh_deadlines
from cards.rules.kinds import DeadlineKind
from cards.rules.reminders import LEAD_DAYS
from notifications.models import Notification
from notifications.outbox import send_queue
from notifications.planner import raise_alerts
from tests.builders import make_card, make_clerk, make_move, make_staff, sign_in

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 10)


def days_left(days: int, **fields):
    card = make_card(expires_on=TODAY + timedelta(days), certificates=False, **fields)
    refresh_deadlines(card)
    return card


def told() -> list[tuple[str, int]]:
    rows = Notification.objects.order_by("id").values_list("card__reference", "lead")
    return list(rows)


@pytest.fixture
def boss(client: Client, on_day) -> Client:
    on_day(TODAY)
    sign_in(client, make_staff("administrator"))
    return client


def of(kind: DeadlineKind) -> str:
    return f"/admin/cards/leaddays/{LeadDays.objects.get(kind=kind.value).pk}/change/"


def setting(
    client: Client, days: str, *, after: bool = True, kind=DeadlineKind.CARD_EXPIRY, **more
):
    typed = {"before": days} | ({"after": "on"} if after else {}) | more
    return client.post(of(kind), typed)


def set_to(client: Client, days: str, **more) -> None:
    assert setting(client, days, confirmed="yes", **more).status_code == 302


def test_what_will_happen_is_said_before_anything_does(boss: Client):
    passed = days_left(40)
    raise_alerts(TODAY - timedelta(20))  # 60 days left
    days_left(20)
    raise_alerts(TODAY)  # 14 is to come, 30 was said
    days_left(100)
    before = Deadline.objects.values_list("pk", "next_alert_on")
    was = list(before)
    page = setting(boss, "30 45 0 1").content.decode()
    assert "Change the reminder days of “The card expires”" in page
    assert "Until now: 90, 60, 30, 14, 7, 3, 1, 0, and the day after" in page
    assert "From now on: 45, 30, 1, 0, and the day after" in page
    assert "1 holder has passed one of the new days already" in page
    assert list(before) == was
    assert LeadDays.objects.get(kind="card_expiry").days == list(
        LEAD_DAYS[DeadlineKind.CARD_EXPIRY]
    )

    set_to(boss, "30 45 0 1")
    sent = told()
    raise_alerts(TODAY)
    assert told() == [*sent, (passed.reference, 45)]


def test_every_card_follows_the_new_days_and_what_was_sent_is_not_sent_again(boss: Client):
    card = days_left(30)
    raise_alerts(TODAY)
    set_to(boss, "60, 31、10　2", after=False)
    seen = []
    for number in range(34):
        raise_alerts(TODAY + timedelta(number))
        raise_alerts(TODAY + timedelta(number))
        seen.append(Notification.objects.count())
    assert told() == [(card.reference, 30), (card.reference, 10), (card.reference, 2)]
    assert [seen.index(count) for count in (1, 2, 3)] == [0, 20, 28]


def test_a_card_that_comes_after_the_change_follows_it_at_once(boss: Client):
    set_to(boss, "20 3")
    days_left(21)
    (deadline,) = Deadline.objects.all()
    assert deadline.next_alert_on == TODAY + timedelta(1)


def test_the_mail_names_the_days_that_are_left_whatever_the_lead(boss: Client, smtp_sink):
    set_to(boss, "45 2")
    days_left(45)
    raise_alerts()
    send_queue()
    (sent,) = smtp_sink.messages
    assert "in 45 days" in sent["Subject"]


def test_promises_and_the_forecast_count_by_the_days_in_force(boss: Client):
    days_left(50)
    forecast = boss.get("/admin/forecast/").content.decode()
    set_to(boss, "55 2")
    with pytest.raises(CommandError, match="1 alerts are due and not raised: card_expiry"):
        call_command("check_promises")
    raise_alerts(TODAY)
    assert told()[-1][1] == 55
    assert boss.get("/admin/forecast/").content.decode() != forecast


def test_other_kinds_and_closed_deadlines_stay_as_they_are(boss: Client):
    card = days_left(40)
    make_move(card, moved_in_on=TODAY)
    refresh_deadlines(card)
    others = Deadline.objects.exclude(kind="card_expiry")
    was = list(others.values_list("pk", "next_alert_on"))
    Deadline.objects.create(
        card=card, kind="card_expiry", last_day=TODAY, counted_from=TODAY, closed_at=_now()
    )
    set_to(boss, "39 2")
    align()
    assert list(others.values_list("pk", "next_alert_on")) == was
    assert Deadline.objects.get(kind="card_expiry", closed_at=None).next_alert_on == (
        # The lapse after the missed move comes first: nothing is said after it.
        TODAY + timedelta(1)
    )
    assert Deadline.objects.get(closed_at__isnull=False).next_alert_on is None


def test_what_is_written_by_the_days_of_before_is_put_right_when_all_have_ended(
    boss: Client, on_day, monkeypatch
):
    """Whoever was at work during the change, and an import that runs on for half an hour."""
    set_to(boss, "40 2")
    card = days_left(50)
    align()
    late = Deadline.objects.filter(card=card, kind="card_expiry")
    late.update(next_alert_on=TODAY + timedelta(20))  # by the 30 of before
    on_day(TODAY, at="12:05")
    assert align() == 0
    on_day(TODAY, at="12:15")
    kept = type(_database())
    monkeypatch.setattr(kept, "lock", _busy)
    assert align() == 0
    monkeypatch.undo()
    assert align() == 1
    assert late.get().next_alert_on == TODAY + timedelta(10)
    late.update(next_alert_on=None)
    assert align() == 0  # nothing is walked through once it is done


def test_who_changed_it_and_from_what_to_what_stands_in_the_history(boss: Client):
    set_to(boss, "30 1", after=False)
    events = CardEvent.objects.count()
    page = boss.get(of(DeadlineKind.CARD_EXPIRY).replace("change", "history")).content.decode()
    assert "Days before the last day (90 60 30 14 7 3 1 0 → 30 1)" in page
    assert "Also on the day after, when it is over (Yes → No)" in page
    assert CardEvent.objects.count() == events


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ("", "Fill this in."),
        ("soon", "Enter whole numbers from 0 on, with spaces between them."),
        ("30 -1", "Enter whole numbers from 0 on, with spaces between them."),
        ("30 1.5", "Enter whole numbers from 0 on, with spaces between them."),
        ("99999 1", "Enter whole numbers from 0 on, with spaces between them."),
        ("30 7 30", "One of these days stands here twice: take one of the two out."),
        ("30 7", "One of the days must be 3 or less: nobody may miss the last day unwarned."),
        ("400 1", "can go out more than 365 days before its last day."),
        (" , ", "Enter the days before the last day, such as “30 7 1 0”."),
    ],
)
def test_days_that_cannot_be_are_refused_and_what_was_typed_stays(boss: Client, days, said):
    answer = setting(boss, days, confirmed="yes")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert said in page
    assert f'value="{days}"' in page or not days.strip()
    assert LeadDays.objects.get(kind="card_expiry").changed_at is None


def test_a_day_before_the_clock_starts_is_refused(boss: Client):
    page = setting(boss, "14 1", kind=DeadlineKind.MOVE_IN_14).content.decode()
    assert "can go out more than 13 days before its last day." in page


def test_saved_as_it_was_nothing_is_asked_and_nothing_walks(boss: Client):
    assert setting(boss, "0 1 3 7 14 30 60 90").status_code == 302
    assert LeadDays.objects.get(kind="card_expiry").changed_at is None


def test_all_staff_see_the_days_and_only_an_administrator_changes_them(client: Client, on_day):
    on_day(TODAY)
    sign_in(client, make_clerk())
    page = client.get("/admin/cards/leaddays/").content.decode()
    rows = re.findall(r'field-on_days">(.*?)</td>', page)
    assert rows[0] == "90, 60, 30, 14, 7, 3, 1, 0, and the day after"
    assert rows[-1] == "45, 21"
    assert len(rows) == len(DeadlineKind)
    assert 'href="/admin/cards/leaddays/"' in client.get("/admin/cards/deadline/").content.decode()
    assert setting(client, "30 1", confirmed="yes").status_code == 403


def _now():
    from portal import clock

    return clock.now()


def _database() -> SQLite | PostgreSQL:
    from cards.importing.database import database

    return database()


def _busy(self) -> None:
    raise ImportBusy
