"""A mail server that hangs up: what one recipient makes it do keeps no other waiting."""

from datetime import date, datetime, timedelta

import pytest
from django.core.mail import EmailMessage

from accounts.models import User
from notifications import pulse
from notifications.models import Delivery, MailTrouble
from notifications.outbox import rows, send_queue
from notifications.outbox.account_mails import queue, send_account_mails
from notifications.planner import raise_alerts
from notifications.tasks import send_account_mails as send_mails_of_accounts
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
    for number in range(rows.TRIES - 1):
        alerts(f"later{number}")
        assert turn() == 1
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
    for number in range(6 * rows.TRIES):
        if number % 3 == 0:
            alerts(f"later{number}")
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


@pytest.fixture
def clocked(monkeypatch: pytest.MonkeyPatch) -> "Clocked":
    return Clocked(monkeypatch)


class Clocked:
    """Time that goes on as beat's turns do, and a little with each look at the clock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._now = clock.now()
        monkeypatch.setattr(clock, "now", self._look)

    def _look(self) -> datetime:
        self._now += timedelta(microseconds=50)
        return self._now

    def turns(self, until: timedelta, every: timedelta = BEAT) -> None:
        """Beat's turns for so long; one `every` so often, to save time where nothing happens."""
        over = self._now + until
        while self._now < over:
            send_mail_queue()
            send_mails_of_accounts()
            self._now += every


SELDOM = timedelta(minutes=9)


@pytest.mark.parametrize(
    ("manner", "many"), [("421", 2), ("421", 4), ("421", 6), ("4xx", 1), ("4xx", 6)]
)
def test_a_server_that_takes_from_nobody_for_a_day_sets_nothing_aside(
    smtp_sink: SmtpSink, clocked: Clocked, manner: str, many: int
) -> None:
    """Seen to fail: all were set aside after nine hours, as if each were what it broke at."""
    alerts(*(f"r{number}" for number in range(many)))
    smtp_sink.behave(manner)
    clocked.turns(timedelta(hours=11), every=SELDOM)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"queued"}
    assert not MailTrouble.objects.exists()
    smtp_sink.behave("well")
    clocked.turns(timedelta(minutes=9))
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_a_server_lost_in_the_midst_of_a_batch_sets_nothing_aside(
    smtp_sink: SmtpSink, clocked: Clocked
) -> None:
    """Seen to fail: what it took last was dated after what it hung up at."""
    alerts(*(f"ok{number}" for number in range(4)), *(f"r{number}" for number in range(6)))
    for number in range(6):
        smtp_sink.behave("421", to=f"r{number}@example.org")
    clocked.turns(BEAT)
    assert Delivery.objects.filter(state="sent").count() == 4
    clocked.turns(timedelta(hours=11), every=SELDOM)
    assert max(Delivery.objects.values_list("attempts", flat=True)) <= 6
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent", "queued"}


@pytest.mark.parametrize("manner", ["full", "4xx", "421"])
def test_some_mailboxes_that_take_nothing_hold_up_nobodys_new_mail(
    smtp_sink: SmtpSink, clocked: Clocked, manner: str
) -> None:
    """Seen to fail, for ever: after a quiet hour these few were all that was asked."""
    for number in range(6):
        smtp_sink.behave(manner, to=f"bad{number}@example.org")
    alerts("ok", *(f"bad{number}" for number in range(6)))
    clocked.turns(timedelta(hours=1))
    alerts(*(f"new{number}" for number in range(6)))
    clocked.turns(timedelta(minutes=4))
    assert {state_of(f"new{number}")[0] for number in range(6)} == {"sent"}


def test_after_an_hour_in_which_it_took_nothing_some_bad_mailboxes_hold_up_nobody(
    smtp_sink: SmtpSink, clocked: Clocked
) -> None:
    """Seen to fail: 0 of 25 had left after twelve hours."""
    alerts(*(f"bad{number}" for number in range(6)), *(f"ok{number}" for number in range(6)))
    smtp_sink.behave("4xx")
    clocked.turns(timedelta(hours=1), every=timedelta(minutes=1))
    for number in range(6):
        smtp_sink.behave("4xx", to=f"bad{number}@example.org")
    smtp_sink.behave("well")
    clocked.turns(timedelta(minutes=9))
    assert {state_of(f"ok{number}")[0] for number in range(6)} == {"sent"}


def test_mails_of_accounts_at_which_it_hangs_up_hold_up_no_reminder(
    smtp_sink: SmtpSink, clocked: Clocked
) -> None:
    """Seen to fail: their tries, one after the other, never let the server's rest end."""
    for number in range(3):
        smtp_sink.behave("421", to=f"bad{number}@example.org")
        news = EmailMessage("News", "123", to=[f"bad{number}@example.org"])
        queue(news, worth=timedelta(days=3))
        clocked.turns(timedelta(minutes=5))
    clocked.turns(timedelta(hours=1), every=timedelta(minutes=1))
    alerts("new")
    clocked.turns(timedelta(minutes=3))
    assert state_of("new")[0] == "sent"


def test_a_code_given_up_leaves_no_alarm_behind(smtp_sink: SmtpSink, clocked: Clocked) -> None:
    """Seen to fail: the server was said to take nothing, hours after nothing waited for it."""
    smtp_sink.behave("refuse")
    queue(EmailMessage("Code", "123", to=["lan@example.org"]), worth=timedelta(minutes=15))
    clocked.turns(timedelta(minutes=14))
    assert pulse.last(pulse.MAIL_SERVER_TROUBLE)
    clocked.turns(timedelta(minutes=20))
    assert pulse.last(pulse.MAIL_SERVER_TROUBLE) is None


def test_a_server_in_trouble_is_left_in_peace_longer_and_longer(
    smtp_sink: SmtpSink, clocked: Clocked
) -> None:
    """Seen to fail: some 360 connections in the first hour."""
    alerts(*(f"r{number}" for number in range(50)))
    smtp_sink.behave("421")
    clocked.turns(timedelta(hours=1))
    assert smtp_sink.connections <= 150
    smtp_sink.behave("well")
    clocked.turns(timedelta(minutes=9))
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
