"""When alerts are raised: what a resident finds in the inbox, and what waits to be mailed.

Every lead of every kind is held against a model in test_120_days.py.
"""

import threading
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from cards.models import Deadline
from cards.operations.refresh import refresh_deadlines
from cards.operations.suspend import suspend
from notifications.models import Delivery, Notification
from notifications.planner import raise_alerts, tell_events
from notifications.promises import broken
from tests.builders import make_card, make_move, make_resident

DAY = timedelta(1)


def raised() -> list[tuple[str, date, int]]:
    rows = Notification.objects.order_by("id").values_list("kind", "last_day", "lead")
    return [(kind, day, lead) for kind, day, lead in rows]


def leads() -> list[int]:
    return [lead for _, _, lead in raised()]


def card_expiring(day: str, **fields):
    return make_card(expires_on=date.fromisoformat(day), certificates=False, **fields)


@pytest.mark.django_db
def test_an_alert_is_raised_on_its_day_and_not_before():
    card_expiring("2027-03-31")
    assert raise_alerts(date(2026, 12, 30)).total == 0
    done = raise_alerts(date(2026, 12, 31))
    assert done.by_kind == {"card_expiry": 1}
    assert raised() == [("card_expiry", date(2027, 3, 31), 90)]


@pytest.mark.django_db
def test_running_again_raises_nothing_more():
    card_expiring("2027-03-31")
    for _ in range(3):
        raise_alerts(date(2027, 1, 30))
    assert leads() == [60]
    assert Delivery.objects.count() == 1


@pytest.mark.django_db
def test_after_days_without_a_run_only_the_most_urgent_alert_goes_out():
    card_expiring("2027-03-31")
    raise_alerts(date(2027, 3, 1))
    raise_alerts(date(2027, 3, 29))
    assert leads() == [30, 3]


@pytest.mark.django_db
def test_the_day_after_the_last_day_is_told_once_and_then_nothing():
    card_expiring("2027-03-31")
    for days in range(1, 5):
        raise_alerts(date(2027, 3, 31) + days * DAY)
    assert leads() == [-1]
    assert Deadline.objects.get().next_alert_on is None


@pytest.mark.django_db
def test_no_mail_waits_for_a_resident_without_an_address():
    card_expiring("2027-03-31", resident=make_resident(email=""))
    done = raise_alerts(date(2027, 3, 31))
    assert (done.total, done.mails) == (1, 0)
    delivery = Delivery.objects.get()
    assert delivery.state == "cancelled"
    assert delivery.reason == "The office has no e-mail address for this resident."


@pytest.mark.django_db
def test_a_changed_last_day_ends_the_old_reminders_and_starts_new_ones():
    card = card_expiring("2027-03-31")
    raise_alerts(date(2027, 3, 1))
    card.expires_on = date(2027, 5, 31)
    card.save()
    refresh_deadlines(card)
    raise_alerts(date(2027, 3, 24))
    raise_alerts(date(2027, 4, 1))
    assert raised() == [
        ("card_expiry", date(2027, 3, 31), 30),
        ("card_expiry", date(2027, 5, 31), 90),
        ("card_expiry", date(2027, 5, 31), 60),
    ]


@pytest.mark.django_db
def test_a_day_that_is_brought_back_is_not_told_of_again():
    card = card_expiring("2027-03-31")
    raise_alerts(date(2027, 3, 1))
    for day in (date(2027, 9, 30), date(2027, 3, 31)):
        card.expires_on = day
        card.save()
        refresh_deadlines(card)
    raise_alerts(date(2027, 3, 2))
    assert leads() == [30]
    raise_alerts(date(2027, 3, 17))
    assert leads() == [30, 14]


@pytest.mark.django_db
def test_a_row_written_while_the_sweep_ran_cannot_alert_twice():
    """What an operation that read the row before the sweep and saved it after leaves behind."""
    card_expiring("2027-03-31")
    before = Deadline.objects.values("last_lead", "next_alert_on").get()
    raise_alerts(date(2027, 3, 1))
    Deadline.objects.update(**before)
    raise_alerts(date(2027, 3, 1))
    assert leads() == [30]
    assert Delivery.objects.count() == 1


@pytest.mark.django_db
def test_a_deadline_that_was_met_alerts_no_more():
    card = make_card(expires_on=date(2029, 3, 31), certificates=False)
    move = make_move(card, notified_on=date(2026, 9, 1))
    raise_alerts(date(2026, 10, 1))
    move.card_updated_on = date(2026, 10, 2)
    move.save()
    refresh_deadlines(card)
    raise_alerts(date(2026, 11, 30))
    assert raised() == [("card_update_90", date(2026, 11, 30), 60)]


@pytest.mark.django_db
def test_nothing_is_said_of_a_day_after_the_card_has_ended_on_another():
    """The move-in clock ends the card on 21 November; the later expiry is no news then."""
    card = card_expiring("2026-12-24")
    make_move(card, moved_in_on=date(2026, 11, 7))
    raise_alerts(date(2026, 11, 21))
    assert set(raised()) == {
        ("card_expiry", date(2026, 12, 24), 60),
        ("move_in_14", date(2026, 11, 21), 0),
    }
    raise_alerts(date(2026, 11, 24))
    raise_alerts(date(2026, 12, 24))
    assert [kind for kind, _, _ in raised()].count("card_expiry") == 1
    assert leads()[-1] == -1


@pytest.mark.django_db
def test_a_late_run_silences_what_is_no_longer_true():
    card = card_expiring("2026-12-24")
    make_move(card, moved_in_on=date(2026, 11, 7))
    done = raise_alerts(date(2026, 12, 1))
    assert done.silenced == 1
    assert raised() == [("move_in_14", date(2026, 11, 21), -1)]
    assert not Deadline.objects.filter(next_alert_on__isnull=False).exists()


@pytest.mark.django_db
def test_a_suspended_card_still_has_its_deadlines(on_day):
    on_day("2027-03-01")
    suspend(card_expiring("2027-03-31"), by=None)
    assert raise_alerts().by_kind == {"card_expiry": 1}


@pytest.mark.django_db
def test_a_replaced_card_raises_nothing(on_day):
    on_day("2027-03-01")
    card = card_expiring("2027-03-31")
    card.replaced_at = "2027-02-01T00:00:00+09:00"
    card.save()
    refresh_deadlines(card)
    assert raise_alerts().total == 0


@pytest.mark.django_db
def test_a_suspension_is_told_once(on_day):
    on_day("2026-11-22")
    suspend(make_card(), by=None)
    assert tell_events().by_kind == {"suspended": 1}
    assert tell_events().total == 0
    notification = Notification.objects.get(kind="suspended")
    assert notification.event is not None
    assert notification.delivery.state == "queued"


@pytest.mark.django_db
def test_chunks_together_raise_what_one_run_would(monkeypatch):
    monkeypatch.setattr("notifications.planner.CHUNK", 2)
    for _ in range(5):
        card_expiring("2027-03-31")
    assert raise_alerts(date(2027, 3, 1)).total == 5


@pytest.mark.django_db
def test_a_day_that_was_set_too_early_is_put_right_and_holds_up_nothing(monkeypatch):
    monkeypatch.setattr("notifications.planner.CHUNK", 2)
    for _ in range(4):
        card_expiring("2029-03-31")
    Deadline.objects.update(next_alert_on=date(2027, 1, 1))
    card_expiring("2027-03-31")
    assert raise_alerts(date(2027, 3, 1)).total == 1
    days = Deadline.objects.filter(last_day=date(2029, 3, 31)).values_list("next_alert_on")
    assert {day for (day,) in days} == {date(2028, 12, 31)}


@pytest.mark.django_db
def test_the_command_says_what_it_did(on_day):
    on_day("2027-03-02")
    card_expiring("2027-03-31")
    out = StringIO()
    call_command("raise_alerts", "--on", "2027-03-01", stdout=out)
    assert out.getvalue().splitlines() == [
        "2027-03-01: 1 alerts raised, 1 by mail.",
        "       1  The card expires",
    ]


@pytest.mark.django_db
def test_a_day_still_to_come_is_refused_and_ends_no_reminders(on_day):
    """Seen to fail: a mistyped year said everything at once, and nothing on the days that count."""
    on_day("2027-03-01")
    card_expiring("2027-12-31")
    for day in ("2027-03-02", "2027-12-31", "2028-01-05"):
        with pytest.raises(CommandError, match=f"{day} is still to come"):
            call_command("raise_alerts", "--on", day)
    assert raised() == []
    assert broken() == []
    on_day("2027-12-31")
    call_command("raise_alerts", "--on", "2027-12-30", stdout=StringIO())
    call_command("raise_alerts", "--on", "2027-12-31", stdout=StringIO())
    assert leads() == [1, 0]


@pytest.mark.django_db
def test_an_alert_that_was_raised_before_its_day_proves_nothing(on_day):
    on_day("2027-03-01")
    card_expiring("2027-12-31")
    raise_alerts(date(2027, 12, 31))
    on_day("2027-12-31")
    raise_alerts()
    assert any("not raised" in line for line in broken())


@pytest.mark.django_db(transaction=True)
def test_planners_at_the_same_moment_raise_each_alert_once():
    """Seen to fail, one planner dying of the other's rows, without ON CONFLICT and SKIP LOCKED."""
    for _ in range(40):
        card_expiring("2027-03-31")
    start = threading.Barrier(4)

    def plan() -> None:
        start.wait()
        try:
            raise_alerts(date(2027, 3, 1))
        finally:
            connection.close()

    threads = [threading.Thread(target=plan) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert leads() == [30] * 40
    assert Delivery.objects.count() == 40
