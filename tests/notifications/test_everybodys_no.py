"""What a mail server says to everybody, or to whoever comes: nobody's mail is lost by it, nobody's
address flagged, and nobody waits longer than there is a reason for."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage

from cards.models import Card
from cards.operations.suspend import suspend
from notifications import pulse, watching
from notifications.bounces import Verdict, came_back
from notifications.models import AccountMail, Delivery, MailTrouble
from notifications.outbox import send_queue
from notifications.outbox.account_mails import queue, send_account_mails
from notifications.outbox.server import MailServer
from notifications.planner import tell_events
from portal import clock
from tests.builders import make_user
from tests.notifications.test_hang_ups import BEAT, SELDOM, Clocked, alerts, state_of
from tests.servers.smtp import SmtpSink

pytestmark = pytest.mark.django_db

MINUTES_20 = timedelta(minutes=20)


@pytest.fixture(autouse=True)
def _thirty_days_before(on_day) -> None:
    on_day("2027-03-01")


@pytest.fixture
def clocked(monkeypatch: pytest.MonkeyPatch) -> Clocked:
    return Clocked(monkeypatch)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each mail takes a second: who was sent one, in their order."""
    spent, send = 0.0, MailServer.send
    order: list[str] = []
    monkeypatch.setattr("notifications.outbox.sender.time.monotonic", lambda: spent)

    def slowly(self: MailServer, to: str, *rest: Any, **options: Any) -> Any:
        nonlocal spent
        spent += 1.0
        order.append(to.partition("@")[0])
        return send(self, to, *rest, **options)

    monkeypatch.setattr(MailServer, "send", slowly)
    return order


def code(name: str) -> AccountMail:
    mail = EmailMessage("Code", "123", to=[f"{name}@example.org"])
    return queue(mail, worth=timedelta(minutes=15))


def mail_is_red() -> bool:
    return bool(watching.troubles()["mail"])


OURS = [
    "550 5.4.5 Daily user sending limit exceeded",
    "550 Administrative prohibition",
    "550 5.0.0 Access denied",
    "550 5.1.8 Access denied, bad outbound sender",
    "554 Transaction failed",
    "554 Message rejected: Email address is not verified",
]


@pytest.mark.parametrize("answer", OURS)
def test_mails_that_trickle_at_a_server_that_refuses_everybody_are_kept(
    smtp_sink: SmtpSink, clocked: Clocked, answer: str
) -> None:
    """Seen to fail: one by one they were given up, most addresses were flagged; it was green."""
    smtp_sink.behave(answer)
    for number in range(6):
        alerts(f"r{number}")
        news = EmailMessage("News", "123", to=[f"r{number}@example.org"])
        queue(news, worth=timedelta(days=3))
        clocked.turns(MINUTES_20, every=timedelta(minutes=4))
    assert mail_is_red()
    assert not MailTrouble.objects.exists()
    smtp_sink.behave("well")
    clocked.turns(timedelta(minutes=20), every=timedelta(minutes=2))
    assert len(smtp_sink.messages) == 12
    assert not mail_is_red()


def test_of_mails_that_a_server_refuses_for_reasons_of_its_own_one_is_given_up_at_most(
    smtp_sink: SmtpSink, clocked: Clocked
) -> None:
    """Seen to fail: all eight, and none of the addresses was written to again."""
    smtp_sink.behave("550 Nope")
    for number in range(8):
        alerts(f"r{number}")
        code(f"c{number}")
        clocked.turns(MINUTES_20, every=timedelta(minutes=4))
    assert Delivery.objects.filter(state="failed").count() <= 1
    assert MailTrouble.objects.count() <= 1
    assert mail_is_red()


def test_thirty_codes_at_once_at_a_server_that_denies_relaying_flag_nobody_and_are_red(
    smtp_sink: SmtpSink, clocked: Clocked
) -> None:
    smtp_sink.behave("550 Nope")
    for number in range(30):
        code(f"c{number}")
    clocked.turns(timedelta(minutes=2))
    assert AccountMail.objects.filter(state="failed").count() <= 1
    clocked.turns(timedelta(minutes=10), every=timedelta(minutes=1))
    smtp_sink.behave("well")
    clocked.turns(timedelta(minutes=3), every=timedelta(minutes=1))
    assert AccountMail.objects.filter(state="sent").count() >= 20


def test_permission_that_comes_and_goes_costs_nobody_a_mail(
    smtp_sink: SmtpSink, clocked: Clocked
) -> None:
    """Seen to fail: two noes with a good spell between were final for ten."""
    names = [f"r{number}" for number in range(10)]
    alerts(*names)
    for spell in range(4):
        smtp_sink.behave("554 5.7.1 Relay access denied")
        clocked.turns(timedelta(minutes=5), every=timedelta(minutes=1))
        for name in names:
            smtp_sink.behave("554 5.7.1 Relay access denied", to=f"{name}@example.org")
        smtp_sink.behave("well")
        alerts(f"ok{spell}")
        clocked.turns(timedelta(minutes=2), every=timedelta(minutes=1))
    assert {state_of(name)[0] for name in names} == {"queued"}
    smtp_sink._to.clear()
    clocked.turns(timedelta(hours=1), every=SELDOM)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    assert not MailTrouble.objects.exists()


@pytest.mark.parametrize(
    "answer",
    ["450 Too many messages", "451 4.3.2 Slow down", "452 4.5.3 Too many", "450 4.7.1 Rate limit"],
)
def test_a_server_that_takes_one_an_hour_sets_nothing_aside_whatever_it_says(
    smtp_sink: SmtpSink, clocked: Clocked, answer: str
) -> None:
    """Seen to fail: with so few waiting, those that came last were set aside and held against."""
    smtp_sink.too_many = answer
    alerts(*(f"r{number}" for number in range(20)))
    for _hour in range(13):
        smtp_sink.takes = 1
        clocked.turns(timedelta(hours=1), every=SELDOM)
    assert "failed" not in set(Delivery.objects.values_list("state", flat=True))
    assert not MailTrouble.objects.exists()
    assert Delivery.objects.filter(state="sent").count() >= 12


def test_a_server_that_has_taken_enough_is_left_in_peace(smtp_sink: SmtpSink) -> None:
    """Seen to fail: everything that waited was offered to it, again and again."""
    smtp_sink.takes = 0
    alerts(*(f"r{number}" for number in range(60)))
    done = send_queue(batch=25)
    assert len(smtp_sink.refused) == 25
    assert done.trouble
    assert pulse.last(pulse.MAIL_SERVER_TROUBLE)


def test_many_addresses_in_a_row_that_are_refused_as_dead_are_red(
    smtp_sink: SmtpSink, clocked: Clocked
) -> None:
    """A server that lost its list of domains says of everybody that nobody is there.

    Seen to fail: all were flagged, and nothing was red."""
    smtp_sink.behave("550 5.1.1 User unknown in relay recipient table")
    alerts(*(f"r{number}" for number in range(20)))
    clocked.turns(BEAT)
    assert mail_is_red()
    smtp_sink.behave("well")
    alerts("ok")
    clocked.turns(BEAT)
    assert not mail_is_red()


def test_what_was_taken_by_a_clock_that_was_ahead_is_no_proof_that_others_are_taken(
    smtp_sink: SmtpSink, clocked: Clocked
) -> None:
    """Seen to fail: ten were set aside, held for their own noes."""
    clocked._now += timedelta(days=2)
    alerts("early")
    clocked.turns(BEAT)
    clocked._now -= timedelta(days=2)
    smtp_sink.behave("451 4.3.0 Try later")
    alerts(*(f"r{number}" for number in range(10)))
    clocked.turns(timedelta(hours=14), every=SELDOM)
    assert {state_of(f"r{number}")[0] for number in range(10)} == {"queued"}


def test_a_code_is_let_through_by_alerts_that_take_their_time(
    smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch, slow: list[str]
) -> None:
    """Seen to fail: nobody looked at it until all of the alerts had left."""
    alerts(*(f"r{number}" for number in range(12)))
    code("waiting")
    send_queue()
    order = [mail["To"].partition("@")[0] for mail in smtp_sink.messages]
    assert order.index("waiting") <= 3
    assert len(order) == 13


def test_what_happened_to_a_card_is_told_before_the_alerts_that_wait(
    smtp_sink: SmtpSink, slow: list[str]
) -> None:
    """Seen to fail: it left after every one of them."""
    alerts(*(f"r{number}" for number in range(6)))
    suspend(Card.objects.get(resident__email="r3@example.org"), by=None)
    tell_events()
    send_queue(batch=3)
    assert slow[0] == "r3"
    assert "suspended" in smtp_sink.messages[0]["Subject"]


def test_the_first_of_a_batch_are_asked_anew_too_where_a_server_takes_its_time(
    smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch, slow: list[str]
) -> None:
    """Seen to fail: the first ten left as they had been at the claim."""
    alerts(*(f"r{number:02}" for number in range(10)))
    send = MailServer.send

    def changing(self: MailServer, to: str, *rest: Any, **options: Any) -> Any:
        if to == "r02@example.org":
            Card.objects.filter(resident__email="r09@example.org").update(replaced_at=clock.now())
        return send(self, to, *rest, **options)

    monkeypatch.setattr(MailServer, "send", changing)
    send_queue()
    assert not smtp_sink.to("r09@example.org")
    assert state_of("r09")[0] == "cancelled"


@pytest.mark.parametrize("pipelining", [False, True])
def test_a_server_that_looks_into_a_message_for_long_gets_it_once(
    smtp_sink: SmtpSink, settings: Any, pipelining: bool
) -> None:
    """Seen to fail: it was hung up on, and got the same mail every hour."""
    settings.EMAIL_TIMEOUT = 0.4
    smtp_sink.pipelining = pipelining
    smtp_sink.behave("slow", seconds=1.0)
    alerts("r0")
    code("c0")
    assert send_queue().sent == 1
    assert send_account_mails().sent == 1
    assert len(smtp_sink.messages) == 2
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_a_server_that_ends_each_connection_after_a_message_gets_every_code(
    smtp_sink: SmtpSink,
) -> None:
    """Seen to fail: one code a run, and the others were given up after their time."""
    smtp_sink.ends_after = 1
    for number in range(6):
        code(f"c{number}")
    assert send_account_mails().sent == 6


def test_many_events_at_which_the_server_hangs_up_keep_no_alert_waiting(
    smtp_sink: SmtpSink, clocked: Clocked
) -> None:
    """Seen to fail: what happened to a card came first each time, tried or not."""
    names = [f"bad{number}" for number in range(15)]
    alerts("ok", *names)
    clocked.turns(BEAT)
    for name in names:
        smtp_sink.behave("421", to=f"{name}@example.org")
        suspend(Card.objects.get(resident__email=f"{name}@example.org"), by=None)
    tell_events()
    clocked.turns(timedelta(hours=1))
    alerts(*(f"new{number}" for number in range(6)))
    clocked.turns(timedelta(minutes=30))
    assert {state_of(f"new{number}")[0] for number in range(6)} == {"sent"}


def test_a_code_is_let_through_by_batches_that_are_soon_over(
    smtp_sink: SmtpSink, slow: list[str]
) -> None:
    """Seen to fail: with each batch the time until it was looked for began anew."""
    alerts(*(f"r{number}" for number in range(12)))
    code("waiting")
    send_queue(batch=1)
    order = [mail["To"].partition("@")[0] for mail in smtp_sink.messages]
    assert order.index("waiting") <= 3


def test_news_of_an_account_that_is_refused_because_of_us_is_tried_for_as_long_as_it_is_of_use(
    smtp_sink: SmtpSink, clocked: Clocked
) -> None:
    """Seen to fail: given up after some hours, and nobody learnt of it."""
    refusal = "550 5.7.606 Access denied, banned sending IP"
    smtp_sink.behave(refusal, to="lan@example.org")
    news = EmailMessage("News", "123", to=["lan@example.org"])
    row = queue(news, worth=timedelta(days=3))
    for hour in range(8):
        alerts(f"ok{hour}")
        clocked.turns(timedelta(hours=1), every=SELDOM)
    row.refresh_from_db()
    assert row.state == "queued"
    smtp_sink._to.clear()
    clocked.turns(timedelta(minutes=20), every=SELDOM)
    assert len(smtp_sink.to("lan@example.org")) == 1


def test_codes_refused_after_one_was_taken_flag_one_account_at_most(
    smtp_sink: SmtpSink, clocked: Clocked
) -> None:
    """Seen to fail: all nine were given up and flagged."""
    for number in range(10):
        make_user(f"c{number}@example.org")
        code(f"c{number}")
        if number:
            smtp_sink.behave("550 Nope", to=f"c{number}@example.org")
    clocked.turns(timedelta(minutes=5))
    assert AccountMail.objects.filter(state="failed").count() == 1
    assert MailTrouble.objects.count() == 1


def test_addresses_that_came_back_by_report_are_no_alarm(smtp_sink: SmtpSink) -> None:
    """Seen to fail: twenty reports after the last mail of the week were red until the next."""
    alerts(*(f"r{number}" for number in range(20)))
    send_queue()
    for mail in Delivery.objects.all():
        came_back(mail.pk, Verdict.HARD, "5.1.1")
    assert MailTrouble.objects.filter(hard=True).count() == 20
    assert not mail_is_red()


def test_a_few_that_are_always_put_off_by_policy_are_set_aside(
    smtp_sink: SmtpSink, clocked: Clocked
) -> None:
    """Seen to fail: six were taken for a limit of our rate."""
    names = [f"bad{number}" for number in range(6)]
    for name in names:
        policy = "450 4.7.1 Client host rejected: cannot find your hostname"
        smtp_sink.behave(policy, to=f"{name}@example.org")
    alerts(*names)
    for hour in range(17):
        alerts(f"ok{hour}")
        clocked.turns(timedelta(minutes=61), every=SELDOM)
    assert {state_of(name)[0] for name in names} == {"failed"}


def test_what_changes_while_the_server_thinks_is_heeded_by_the_next(
    smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen to fail: the next one had been written while the server looked into this."""
    alerts("r00", "r01")
    spent, send = 0.0, MailServer.send
    monkeypatch.setattr("notifications.outbox.sender.time.monotonic", lambda: spent)

    def thinks(self: MailServer, to: str, *rest: Any, **options: Any) -> Any:
        nonlocal spent
        send(self, to, *rest, **options)
        Card.objects.filter(resident__email="r01@example.org").update(replaced_at=clock.now())
        spent += 90.0

    monkeypatch.setattr(MailServer, "send", thinks)
    send_queue()
    assert not smtp_sink.to("r01@example.org")
    assert state_of("r01")[0] == "cancelled"
