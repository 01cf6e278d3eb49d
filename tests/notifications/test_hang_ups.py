"""A mail server that hangs up: what one recipient makes it do keeps no other waiting."""

from datetime import date, timedelta

import pytest
from django.core.mail import EmailMessage

from accounts.models import User
from notifications.models import Delivery, MailTrouble
from notifications.outbox import rows, send_queue
from notifications.outbox.account_mails import queue, send_account_mails
from notifications.planner import raise_alerts
from notifications.tasks import send_mail_queue
from portal import clock
from portal.schedule import BEAT_SCHEDULE
from tests.builders import make_card, make_resident, make_user
from tests.servers.smtp import SmtpSink

pytestmark = pytest.mark.django_db


BEAT = timedelta(seconds=BEAT_SCHEDULE["send mail queue"]["schedule"])


@pytest.fixture(autouse=True)
def _thirty_days_before(on_day) -> None:
    on_day("2027-03-01")


@pytest.fixture(params=[False, True], ids=["step by step", "pipelining"])
def sink(request: pytest.FixtureRequest, smtp_sink: SmtpSink) -> SmtpSink:
    smtp_sink.pipelining = request.param
    return smtp_sink


def alerts(*names: str) -> None:
    for name in names:
        resident = make_resident(email=f"{name}@example.org")
        make_card(resident, expires_on=date(2027, 3, 31), certificates=False)
    raise_alerts()


def state_of(name: str) -> tuple[str, int]:
    row = Delivery.objects.get(notification__card__resident__email=f"{name}@example.org")
    return row.state, row.attempts


def turn() -> int:
    """Beat's next turn, when the shortest pause of those that wait is over: mails sent."""
    waiting = Delivery.objects.filter(state="queued").order_by("not_before")
    if first := waiting.first():
        wait = max(first.not_before - clock.now(), timedelta())
        for row in waiting:
            row.not_before -= wait
            row.save()
    return send_queue().sent


@pytest.mark.parametrize("manner", ["421", "421 after"])
def test_one_recipient_at_whom_it_hangs_up_holds_up_nobody_and_is_set_aside(
    sink: SmtpSink, manner: str
) -> None:
    """Seen to fail (nobody gets anything, for ever) with a 421 that is taken for everyone's."""
    alerts("bad", "ok1", "ok2")
    sink.behave(manner, to="bad@example.org")
    assert turn() == 2
    for _ in range(rows.TRIES - 1):
        turn()
    assert state_of("bad") == ("failed", rows.TRIES)
    assert Delivery.objects.get(state="failed").set_aside_at is not None


def test_several_at_whom_it_hangs_up_let_the_others_go_first_at_the_next_turn(
    sink: SmtpSink,
) -> None:
    """Seen to fail with one pause for all, after which the same ones came first again."""
    alerts("bad1", "bad2", "bad3", "bad4", "ok1", "ok2")
    for number in range(1, 5):
        sink.behave("421", to=f"bad{number}@example.org")
    turns = 0
    while state_of("ok2")[0] != "sent":
        turn()
        turns += 1
        assert turns <= 4
    assert state_of("ok1")[0] == "sent"
    for _ in range(6 * rows.TRIES):
        turn()
    assert {state_of(f"bad{number}")[0] for number in range(1, 5)} == {"failed"}


def test_a_server_that_hangs_up_at_everybody_is_not_asked_with_each_mail(sink: SmtpSink) -> None:
    alerts(*(f"r{number}" for number in range(10)))
    sink.behave("421")
    asked = sink.connections
    assert turn() == 0
    assert sink.connections - asked <= 4
    assert sum(Delivery.objects.values_list("attempts", flat=True)) <= 3
    sink.behave("well")
    assert sum(turn() for _ in range(4)) == 10


@pytest.mark.parametrize(("manner", "many"), [("421", 4), ("421", 6), ("4xx", 6)])
def test_a_server_that_takes_from_nobody_for_a_day_sets_nothing_aside(
    sink: SmtpSink, manner: str, many: int
) -> None:
    """Seen to fail: all were set aside after nine hours, as if each were what it broke at."""
    alerts(*(f"r{number}" for number in range(many)))
    sink.behave(manner)
    for _ in range(3 * rows.TRIES):
        turn()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"queued"}
    sink.behave("well")
    assert sum(turn() for _ in range(8)) == many


def test_a_server_in_trouble_is_left_in_peace_longer_and_longer(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen to fail: some 360 connections in the first hour."""
    start, passed = clock.now(), timedelta()
    monkeypatch.setattr(clock, "now", lambda: start + passed)
    alerts(*(f"r{number}" for number in range(50)))
    sink.behave("421")
    while passed < timedelta(hours=1):
        send_mail_queue()
        passed += BEAT
    assert sink.connections <= 90
    sink.behave("well")
    for _ in range(2):
        passed += timedelta(minutes=8)
        send_mail_queue()
    assert Delivery.objects.filter(state="sent").count() == 50


def test_a_no_is_heard_though_the_server_goes_right_after_it(sink: SmtpSink) -> None:
    """Seen to fail (tried 16 times, and nobody told) with a courtesy to a closed connection."""
    alerts("gone", "ok")
    sink.behave("5xx and gone", to="gone@example.org")
    turn()
    turn()
    assert state_of("gone")[0] == "failed"
    assert MailTrouble.objects.get().hard
    assert state_of("ok")[0] == "sent"


def test_an_account_whose_mail_is_refused_after_the_message_is_told_so(sink: SmtpSink) -> None:
    """Seen to fail: only a no to the recipient counted."""
    user: User = make_user("nobody@example.org")
    sink.behave("5xx after", to=user.email)
    queue(EmailMessage("Your code", "123", to=[user.email]), worth=timedelta(minutes=15))
    send_account_mails()
    assert MailTrouble.objects.get(user=user).hard
