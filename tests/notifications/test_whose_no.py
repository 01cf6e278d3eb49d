"""A mail server's no: the server's with everybody, or about one recipient. Nobody is lost by it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage

from accounts.models import Resident
from accounts.operations import set_contact
from cards.models import Deadline, LeadDays
from cards.rules.kinds import DeadlineKind
from notifications import pulse, watching
from notifications.models import AccountMail, AskedReminder, Delivery, MailTrouble, Notification
from notifications.outbox import rows, send_queue
from notifications.outbox.account_mails import queue
from notifications.outbox.answers import Whose, whose
from notifications.outbox.sender import HOLDS_FOR
from notifications.outbox.server import MailServer
from notifications.planner import raise_alerts, tell_events
from notifications.promises import broken
from portal import clock
from tests.builders import make_card, make_resident
from tests.notifications.test_hang_ups import BEAT, SELDOM, Clocked, alerts, state_of
from tests.servers.smtp import SmtpSink

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _thirty_days_before(on_day) -> None:
    on_day("2027-03-01")


@pytest.fixture
def clocked(monkeypatch: pytest.MonkeyPatch) -> Clocked:
    return Clocked(monkeypatch)


def states() -> set[str]:
    return set(Delivery.objects.values_list("state", flat=True))


def mail_is_red() -> bool:
    return bool(watching.troubles()["mail"])


@pytest.mark.parametrize(
    ("answer", "means"),
    [
        ("550 5.1.1 No such mailbox", Whose.ADDRESS),
        ("450 4.1.2 Domain not found", Whose.ADDRESS),
        ("556 5.1.10 Takes no mail", Whose.ADDRESS),
        ("452 4.2.2 Full", Whose.MAILBOX),
        ("452 4.2.2", Whose.MAILBOX),
        ("450 4.2.0 Greylisted", Whose.UNTOLD),
        ("452 mailbox full (#4.2.2)", Whose.MAILBOX),
        ("550 5.1.8 Sender unknown", Whose.SERVER),
        ("550 5.4.1 Recipient address rejected: Access denied", Whose.ADDRESS),
        ("550 No such user here", Whose.ADDRESS),
        ("550 relay not permitted", Whose.SERVER),
        ("550 No", Whose.UNTOLD),
        ("554 5.7.1 Relay access denied", Whose.SERVER),
        ("530 Authentication required", Whose.SERVER),
        ("503 AUTH first", Whose.SERVER),
        ("452 4.3.1 No room", Whose.SERVER),
    ],
)
def test_an_answer_tells_whose_it_is(answer: str, means: Whose) -> None:
    assert whose(answer) is means


@pytest.mark.parametrize(
    ("answer", "hours"),
    [
        ("554 5.7.1 Relay access denied", 1),
        ("530 5.7.0 Authentication required", 1),
        ("503 AUTH first", 1),
        ("550 relay not permitted", 1),
        ("550 Go away", 1),
        ("450 4.2.0 Greylisted", 11),
        ("450 4.1.2 Domain not found", 11),
    ],
)
def test_a_server_that_refuses_everybody_loses_nobodys_mail_and_is_red(
    smtp_sink: SmtpSink, clocked: Clocked, answer: str, hours: int
) -> None:
    """Seen to fail: all failed at once, their addresses flagged, and nothing was red; of those put
    off, all were set aside after ten hours."""
    alerts(*(f"r{number}" for number in range(8)))
    smtp_sink.behave(answer)
    clocked.turns(timedelta(minutes=20), every=timedelta(minutes=1))
    assert mail_is_red()
    clocked.turns(timedelta(hours=hours), every=SELDOM)
    assert states() == {"queued"}
    assert not MailTrouble.objects.exists()
    smtp_sink.behave("well")
    clocked.turns(timedelta(minutes=9))
    assert states() == {"sent"}
    assert not mail_is_red()
    assert broken() == []


def test_one_that_is_refused_while_others_pass_is_set_aside_and_not_held_against_its_address(
    smtp_sink: SmtpSink, clocked: Clocked
) -> None:
    """“Not by you” may be said again at any time: somebody looks at it."""
    smtp_sink.behave("550 5.7.1 Not for this one", to="bad@example.org")
    alerts("bad")
    clocked.turns(timedelta(minutes=20), every=timedelta(minutes=1))
    assert state_of("bad")[0] == "queued"
    assert mail_is_red()
    for number in range(rows.TRIES):
        alerts(f"ok{number}")
        clocked.turns(timedelta(minutes=61), every=SELDOM)
    assert state_of("ok0")[0] == "sent"
    assert state_of("bad")[0] == "failed"
    assert watching.troubles()["set_aside"]
    assert not mail_is_red()
    assert not MailTrouble.objects.exists()


BAD = [("550 Go away", 6), ("550 5.7.1 Not for this one", 6), ("451 4.3.0 Try later", 22)]


@pytest.mark.parametrize(("answer", "many"), BAD)
@pytest.mark.parametrize("every", [BEAT, timedelta(minutes=9)], ids=["beat", "cron"])
def test_many_dead_mailboxes_hold_up_nobody_after_an_outage_and_are_given_up(
    smtp_sink: SmtpSink, clocked: Clocked, answer: str, many: int, every: timedelta
) -> None:
    """Seen to fail: what came behind them in each batch never left, they were tried for ever."""
    alerts("ok0", *(f"bad{number}" for number in range(many)), "ok1", "ok2")
    smtp_sink.behave("refuse")
    clocked.turns(timedelta(minutes=20), every=every)
    for number in range(many):
        smtp_sink.behave(answer, to=f"bad{number}@example.org")
    smtp_sink.behave("well")
    clocked.turns(timedelta(minutes=20), every=every)
    assert {state_of(f"ok{number}")[0] for number in range(3)} == {"sent"}
    for number in range(rows.TRIES):
        alerts(f"later{number}")
        clocked.turns(timedelta(minutes=61), every=SELDOM)
    assert {state_of(f"bad{number}")[0] for number in range(many)} == {"failed"}
    assert {state_of(f"later{number}")[0] for number in range(rows.TRIES)} == {"sent"}
    assert watching.troubles()["mail"] == []


def test_many_dead_mailboxes_behind_all_others_are_given_up_and_flagged(
    smtp_sink: SmtpSink, clocked: Clocked
) -> None:
    for number in range(6):
        smtp_sink.behave("550 Go away", to=f"bad{number}@example.org")
    alerts("ok", *(f"bad{number}" for number in range(6)))
    clocked.turns(BEAT)
    assert state_of("ok")[0] == "sent"
    for number in range(8):
        alerts(f"ok{number}")
        clocked.turns(timedelta(minutes=10), every=timedelta(minutes=10))
    assert {state_of(f"bad{number}")[0] for number in range(6)} == {"failed"}
    assert MailTrouble.objects.filter(hard=True).count() == 6
    assert not mail_is_red()


@pytest.mark.parametrize("answer", ["554 5.7.1 Relay access denied", "550 relay not permitted"])
def test_a_server_that_refuses_all_mail_of_accounts_loses_none_and_is_red(
    smtp_sink: SmtpSink, clocked: Clocked, answer: str
) -> None:
    """Seen to fail: each was given up and erased, and the account's address flagged."""
    smtp_sink.behave(answer)
    for number in range(6):
        news = EmailMessage("News", "123", to=[f"r{number}@example.org"])
        queue(news, worth=timedelta(days=3))
        clocked.turns(timedelta(minutes=4), every=timedelta(minutes=2))
    assert mail_is_red()
    assert not MailTrouble.objects.exists()
    smtp_sink.behave("well")
    clocked.turns(timedelta(minutes=16), every=timedelta(minutes=2))
    assert set(AccountMail.objects.values_list("state", flat=True)) == {"sent"}


def test_alerts_that_trickle_at_a_server_that_denies_relaying_wait(
    smtp_sink: SmtpSink, clocked: Clocked
) -> None:
    """Seen to fail: one by one they failed, and good addresses were flagged."""
    smtp_sink.behave("550 relay not permitted")
    for number in range(8):
        alerts(f"r{number}")
        clocked.turns(timedelta(minutes=3), every=timedelta(minutes=1))
    assert states() == {"queued"}
    assert mail_is_red()
    smtp_sink.behave("well")
    clocked.turns(timedelta(minutes=9))
    assert states() == {"sent"}


def test_a_server_that_cannot_look_up_domains_is_red_though_it_takes_some(
    smtp_sink: SmtpSink, clocked: Clocked
) -> None:
    """Seen to fail: green for ten hours, with two hundred waiting."""
    for number in range(60):
        smtp_sink.behave("450 4.1.2 Domain not found", to=f"r{number}@example.org")
    alerts(*(f"r{number}" for number in range(60)))
    for number in range(5):
        alerts(f"ok{number}")
        clocked.turns(timedelta(minutes=5), every=timedelta(minutes=1))
    assert state_of("ok4")[0] == "sent"
    assert mail_is_red()


def test_a_sender_whose_lease_ran_out_flags_nobody(
    smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen to fail: what another had sent meanwhile was flagged as refused."""
    alerts("a", "b")
    for name in "ab":
        smtp_sink.behave("5xx", to=f"{name}@example.org")
    send = MailServer.send

    def outlived(self: MailServer, *args: Any, **options: Any) -> Any:
        Delivery.objects.filter(state="sending").update(lease="another's")
        return send(self, *args, **options)

    monkeypatch.setattr(MailServer, "send", outlived)
    send_queue()
    assert not MailTrouble.objects.exists()


def test_permission_lost_in_the_midst_of_a_run_costs_nobody_a_mail(
    smtp_sink: SmtpSink, clocked: Clocked
) -> None:
    for number in range(30):
        smtp_sink.behave("554 5.7.1 Relay access denied", to=f"r{number}@example.org")
    alerts("ok", *(f"r{number}" for number in range(30)))
    clocked.turns(BEAT)
    assert Delivery.objects.filter(state="queued").count() == 30
    assert Delivery.objects.filter(state="sent").count() == 1


def test_a_server_that_takes_so_many_an_hour_sets_nothing_aside(
    smtp_sink: SmtpSink, clocked: Clocked
) -> None:
    """Seen to fail: half were set aside, since others were taken each time."""
    alerts(*(f"r{number}" for number in range(50)))
    for _hour in range(13):
        smtp_sink.takes = 3
        clocked.turns(timedelta(hours=1), every=SELDOM)
    assert "failed" not in states()
    assert not MailTrouble.objects.exists()
    assert Delivery.objects.filter(state="sent").count() >= 36


def test_a_domain_that_is_not_found_is_no_alarm_and_set_aside_once_others_pass(
    smtp_sink: SmtpSink, clocked: Clocked
) -> None:
    """Seen to fail: red for three days for a mistyped domain."""
    smtp_sink.behave("450 4.1.2 Domain not found", to="bad@example.org")
    queue(EmailMessage("News", "123", to=["bad@example.org"]), worth=timedelta(days=3))
    alerts("bad", "ok")
    for hour in range(14):
        clocked.turns(timedelta(hours=1), every=SELDOM)
        alerts(f"ok{hour}")
        clocked.turns(BEAT)
        assert not mail_is_red()
    assert Delivery.objects.get(state="failed").set_aside_at
    assert state_of("bad")[0] == "failed"


def test_a_server_that_is_back_and_finds_one_mailbox_full_is_in_no_trouble(
    smtp_sink: SmtpSink, clocked: Clocked
) -> None:
    """Seen to fail: red for as long as that mailbox was full."""
    alerts("bad")
    smtp_sink.behave("refuse")
    clocked.turns(timedelta(minutes=2))
    assert pulse.last(pulse.MAIL_SERVER_TROUBLE)
    smtp_sink.behave("full")
    clocked.turns(timedelta(hours=1), every=timedelta(minutes=1))
    assert not mail_is_red()


def test_a_clock_that_was_put_back_keeps_no_mail(smtp_sink: SmtpSink, clocked: Clocked) -> None:
    """Seen to fail: nothing left for as long as the clock had been ahead."""
    alerts(*(f"r{number}" for number in range(3)))
    smtp_sink.behave("refuse")
    clocked.turns(timedelta(minutes=20), every=timedelta(minutes=1))
    clocked._now -= timedelta(days=1)
    smtp_sink.behave("well")
    alerts("new")
    clocked.turns(timedelta(minutes=1))
    assert state_of("new")[0] == "sent"


def test_codes_at_which_the_server_goes_without_a_word_hold_up_nobodys_code(
    smtp_sink: SmtpSink, clocked: Clocked
) -> None:
    """Seen to fail: the one after sixteen such was given up after its quarter of an hour."""
    for number in range(16):
        smtp_sink.behave("gone", to=f"bad{number}@example.org")
        code = EmailMessage("Code", "123", to=[f"bad{number}@example.org"])
        queue(code, worth=timedelta(minutes=15))
    queue(EmailMessage("Code", "123", to=["ok@example.org"]), worth=timedelta(minutes=15))
    clocked.turns(timedelta(minutes=2))
    newest = AccountMail.objects.order_by("-pk")[0]
    assert newest.state == "sent"
    assert len(smtp_sink.to("ok@example.org")) == 1


def test_an_alert_raised_late_leaves_though_a_nearer_day_was_added_meanwhile(
    smtp_sink: SmtpSink, clocked: Clocked
) -> None:
    """Seen to fail: it gave way to a day that nothing would say any more."""
    make_card(
        make_resident(email="late@example.org"), expires_on=date(2027, 3, 19), certificates=False
    )
    raise_alerts()
    kind = LeadDays.objects.get(kind=DeadlineKind.CARD_EXPIRY.value)
    kind.days = [*kind.days, 20]
    kind.save()
    raise_alerts()
    clocked.turns(BEAT)
    assert state_of("late")[0] == "sent"


def test_what_changes_while_a_slow_server_takes_its_time_is_heeded(
    smtp_sink: SmtpSink, clocked: Clocked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen to fail: what held at the claim was sent minutes later, to the address of then."""
    alerts(*(f"r{number:02}" for number in range(21)))
    spent, send = 0.0, MailServer.send
    monkeypatch.setattr("notifications.outbox.sender.time.monotonic", lambda: spent)

    def slow(self: MailServer, to: str, *rest: Any, **options: Any) -> Any:
        nonlocal spent
        spent += HOLDS_FOR
        if to == "r00@example.org":
            theirs = Deadline.objects.filter(card__resident__email="r20@example.org")
            theirs.update(closed_at=clock.now(), next_alert_on=None)
            Resident.objects.filter(email="r19@example.org").update(email="new@example.org")
        return send(self, to, *rest, **options)

    monkeypatch.setattr(MailServer, "send", slow)
    clocked.turns(BEAT)
    assert len(smtp_sink.to("new@example.org")) == 1
    assert not smtp_sink.to("r19@example.org")
    assert not smtp_sink.to("r20@example.org")
    assert state_of("r20")[0] == "cancelled"


def test_what_an_asked_reminder_gave_way_to_leaves_for_the_next_address(
    smtp_sink: SmtpSink, on_day: Any
) -> None:
    """Seen to fail: the one that gave way was taken for a nearer reminder that had followed."""
    alerts("lan")
    send_queue()
    on_day("2027-03-28")
    raise_alerts()
    deadline = Deadline.objects.get()
    AskedReminder.objects.create(deadline=deadline, due_on=date(2027, 3, 29), by=None)
    on_day("2027-03-29", at="00:10")
    raise_alerts()
    assert Notification.objects.filter(lead=None).exists()
    smtp_sink.behave("5xx", to="lan@example.org")
    send_queue()
    assert not Delivery.objects.filter(state="queued").exists()
    resident = Resident.objects.get()
    set_contact(resident, email="new@example.org", language="en")
    tell_events()
    send_queue()
    assert len(smtp_sink.to("new@example.org")) == 1
