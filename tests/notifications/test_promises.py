"""`check_promises` says what was promised and not done."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command

from accounts.models import Resident
from cards.models import Card, Deadline
from cards.operations.suspend import suspend
from notifications.models import Delivery, Notification
from notifications.outbox import rows, send_queue
from notifications.outbox.account_mails import queue
from notifications.planner import raise_alerts, tell_events
from notifications.promises import broken
from portal import clock
from tests.builders import make_card, make_resident

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _card(on_day):
    on_day("2027-03-01")
    resident = make_resident(email="lan@example.org")
    make_card(resident, expires_on=date(2027, 3, 31), certificates=False)


def check() -> str:
    out = StringIO()
    call_command("check_promises", stdout=out)
    return out.getvalue()


def test_all_is_well_when_everything_was_raised_and_sent(smtp_sink):
    raise_alerts()
    send_queue()
    assert check() == "Every promise is kept.\n"


def test_an_alert_that_was_not_raised_is_named():
    with pytest.raises(CommandError, match="1 alerts are due and not raised: card_expiry on 2027"):
        check()


def test_an_event_that_nobody_will_tell_is_named(on_day):
    """Seen to pass: what was to be told was believed to be all that there was to tell."""
    suspend(Card.objects.get(), by=None)
    tell_events()
    on_day("2027-03-01", at="12:20")
    raise_alerts()
    assert "never told" not in "".join(broken())
    Notification.objects.filter(kind="suspended").delete()
    with pytest.raises(CommandError, match="1 events were never told"):
        check()


def test_an_alert_lost_by_a_wrong_next_day_is_named():
    Deadline.objects.update(next_alert_on=None)
    raise_alerts()
    with pytest.raises(CommandError, match="not raised"):
        check()


def test_a_mail_that_nobody_sends_is_named(on_day):
    raise_alerts()
    assert "kept" in check()
    on_day("2027-03-01", at="12:11")
    with pytest.raises(CommandError, match="1 mails wait since 2027-03-01 12:00"):
        check()


def test_a_mail_stuck_with_a_dead_sender_is_named(on_day):
    raise_alerts()
    rows.claim()
    Delivery.objects.update(leased_until=clock.now() - timedelta(hours=1))
    with pytest.raises(CommandError, match="1 mails wait since"):
        check()


def test_an_event_that_was_not_told_is_named(on_day):
    raise_alerts()
    suspend(make_card(), by=None)
    on_day("2027-03-01", at="12:09")
    assert "kept" in check()
    on_day("2027-03-01", at="12:11")
    with pytest.raises(CommandError, match="1 events are not told"):
        check()
    tell_events()


def test_a_mail_that_fails_is_shown_with_its_reason_and_breaks_no_promise(smtp_sink):
    raise_alerts()
    smtp_sink.behave("5xx")
    send_queue()
    assert check().splitlines() == [
        "1 mails failed: 550 5.1.1 No such mailbox",
        "Every promise is kept.",
    ]


def test_an_alert_that_lost_its_mail_is_named():
    raise_alerts()
    Delivery.objects.all().delete()
    with pytest.raises(CommandError, match="1 notifications have neither a mail nor a reason"):
        check()


def test_a_mail_put_off_for_ever_is_named():
    raise_alerts()
    Delivery.objects.update(not_before=clock.now() + timedelta(days=30))
    with pytest.raises(CommandError, match="1 mails are put off for more than two days"):
        check()


def test_a_resident_without_an_address_is_no_broken_promise():
    raise_alerts()
    Delivery.objects.all().delete()
    Notification.objects.all().delete()
    Resident.objects.update(email="")
    Deadline.objects.update(last_lead=None, next_alert_on=date(2027, 3, 1))
    raise_alerts()
    assert check() == "Every promise is kept.\n"


def test_a_code_that_nobody_sends_is_named(on_day):
    raise_alerts()
    send_nothing = Delivery.objects.all()
    send_nothing.update(state="cancelled", reason="for this test")
    queue(EmailMessage("s", "b", to=["lan@example.org"]), worth=timedelta(hours=1))
    on_day("2027-03-01", at="12:11")
    with pytest.raises(CommandError, match="1 account mails wait since 2027-03-01 12:00"):
        check()


def test_a_mail_set_aside_is_shown_as_such_and_breaks_no_promise():
    raise_alerts()
    for _ in range(rows.TRIES):
        Delivery.objects.update(not_before=clock.now())
        rows.claim()
        Delivery.objects.filter(state="sending").update(leased_until=clock.now() - timedelta(1))
        rows.reclaim_expired()
    assert check().splitlines() == [
        "1 mails are set aside: The sender stopped while this was being sent.",
        "Every promise is kept.",
    ]
