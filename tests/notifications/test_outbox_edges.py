"""Where two things meet while mail leaves: midnight, a death, a report, a reminder that waits."""

import re
from datetime import date
from typing import Any

import icalendar
import pytest
from django.test import Client

from cards.models import Card, Deadline
from cards.operations.refresh import refresh_deadlines
from notifications.bounces import Verdict, came_back
from notifications.kinds_of_mail import DAILY_MAIL, Group
from notifications.models import AskedReminder, Delivery, MailTrouble, Notification
from notifications.outbox import rows, send_queue, sender
from notifications.outbox.server import MailServer
from notifications.planner import raise_alerts
from notifications.preferences import set_preferences, turned_off
from notifications.promises import broken
from tests.builders import hold, make_card, make_certificate, make_resident, make_user
from tests.notifications.test_calendar_feed import make_address

pytestmark = pytest.mark.django_db


def a_card(name: str = "lan", expires_on: str = "2027-03-31", **card: Any) -> Card:
    resident = make_resident(email=f"{name}@example.org")
    card.setdefault("certificates", False)
    return make_card(resident, expires_on=date.fromisoformat(expires_on), **card)


def test_a_batch_that_lasts_past_midnight_says_nothing_of_yesterday(
    smtp_sink: Any, on_day: Any, monkeypatch: Any
) -> None:
    """Seen to fail while the day was asked once a batch: all three read “expires today”."""
    on_day("2027-03-31", at="23:59")
    for name in "abc":
        a_card(name)
    raise_alerts()
    send = MailServer.send

    def until_midnight(self: MailServer, *args: Any, **options: Any) -> Any:
        done = send(self, *args, **options)
        on_day("2027-04-01", at="00:01")
        return done

    monkeypatch.setattr(MailServer, "send", until_midnight)
    send_queue()
    assert ["expires today" in one["Subject"] for one in smtp_sink.messages] == [True]
    raise_alerts()
    send_queue()
    assert all("has expired" in one["Subject"] for one in smtp_sink.messages[1:])
    assert len(smtp_sink.messages) == 4
    assert broken() == []


def test_an_address_is_flagged_with_its_mail_or_not_at_all(
    smtp_sink: Any, on_day: Any, monkeypatch: Any
) -> None:
    """Seen to fail with two transactions: the mail had failed, and nobody was told why."""
    on_day("2027-03-01")
    a_card()
    raise_alerts()
    smtp_sink.behave("5xx")

    def dies(*_of: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sender, "refused", dies)
        with pytest.raises(KeyboardInterrupt):
            send_queue()
    assert Delivery.objects.get().state == "queued"
    send_queue()
    assert Delivery.objects.get().state == "failed"
    assert MailTrouble.objects.get().hard


def test_a_report_that_is_faster_than_our_own_mark_counts(smtp_sink: Any, on_day: Any) -> None:
    on_day("2027-03-01")
    card = a_card()
    raise_alerts()
    claim = rows.claim()
    (pk,) = claim.ids
    assert came_back(pk, Verdict.HARD, "5.1.1", address=card.resident.email)
    assert rows.mark_sent(claim.lease, pk, "l…@example.org")
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.reason) == ("sent", "5.1.1")
    assert delivery.bounced_at
    assert MailTrouble.objects.get().hard
    assert not came_back(pk, Verdict.HARD, "5.1.1", address=card.resident.email)


def test_what_was_asked_for_is_not_mailed_beside_a_reminder_that_waits(
    smtp_sink: Any, on_day: Any
) -> None:
    """The mail server was down: the reminder of 14 days before has not left two days later."""
    on_day("2027-03-17")
    card = a_card()
    raise_alerts()
    deadline = Deadline.objects.get(card=card)
    AskedReminder.objects.create(deadline=deadline, due_on=date(2027, 3, 19), by=make_user())
    on_day("2027-03-19")
    raise_alerts()
    assert Notification.objects.filter(lead=None).count() == 1  # read in the inbox all the same
    send_queue()
    assert len(smtp_sink.messages) == 1
    assert broken() == []


def test_what_was_asked_for_and_waits_gives_way_to_a_nearer_reminder(
    smtp_sink: Any, on_day: Any
) -> None:
    on_day("2027-03-17")
    card = a_card()
    raise_alerts()
    send_queue()
    deadline = Deadline.objects.get(card=card)
    AskedReminder.objects.create(deadline=deadline, due_on=date(2027, 3, 20), by=make_user())
    on_day("2027-03-20")
    raise_alerts()
    on_day("2027-03-24")
    raise_alerts()
    send_queue()
    assert ["in 7 days" in one["Subject"] for one in smtp_sink.messages] == [False, True]
    assert broken() == []


def test_who_wants_reminders_late_is_told_of_the_second_visit_all_the_same(
    smtp_sink: Any, on_day: Any
) -> None:
    """Its reminders end early, since those of the card's expiry go on: none were left."""
    on_day("2027-01-01")
    card = a_card(expiry_basis="application_filed")
    refresh_deadlines(card)
    set_preferences(card.resident, turned_off=frozenset(), earliest=7, daily=False)
    for day in range(1, 32):
        on_day(date(2027, 3, day))
        raise_alerts()
        send_queue()
    told = Delivery.objects.filter(state="sent").order_by("pk")
    kinds = told.values_list("notification__kind", "notification__lead")
    assert ("second_visit", 21) in kinds
    assert ("card_expiry", 14) not in kinds


def test_the_mail_of_the_day_is_turned_off_by_one_post(smtp_sink: Any, on_day: Any) -> None:
    on_day("2027-03-01")
    card = a_card(certificates=True)
    set_preferences(card.resident, turned_off=frozenset(), earliest=90, daily=True)
    raise_alerts()
    on_day("2027-03-02", at="08:01")
    send_queue()
    (mail,) = smtp_sink.messages
    assert Delivery.objects.filter(notification__kind=DAILY_MAIL, state="sent").count() == 1
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = re.sub(r"^\s*<https?://[^/]+|>$", "", mail["List-Unsubscribe"])
    assert "Nothing has been changed yet" in Client().get(address).content.decode()
    assert turned_off(card.resident) == set()
    page = Client().post(address, {"List-Unsubscribe": "One-Click"}).content.decode()
    assert turned_off(card.resident) == set(Group)
    undo = re.search(r'name="on" value="([^"]+)"', page)
    assert undo
    Client().post(address, {"on": undo[1]})
    assert turned_off(card.resident) == set()


def files(mail: Any) -> list[Any]:
    (file,) = mail.iter_attachments()
    return list(icalendar.Calendar.from_ical(file.get_content()).walk("VEVENT"))


def test_an_entry_of_a_mail_and_of_the_feed_are_one_and_two_deadlines_are_two(
    smtp_sink: Any, on_day: Any
) -> None:
    """Seen to fail: two certificates shared an entry, and each mail moved the other's away."""
    on_day("2027-03-01")
    card = a_card(expires_on="2029-03-31")
    for kind, ends_on in (("signature", date(2027, 3, 31)), ("user_proof", date(2027, 3, 8))):
        make_certificate(card, kind=kind, ends_on=ends_on)
    refresh_deadlines(card)
    person = make_user("person@example.org")
    hold(person, card.resident)
    raise_alerts()
    send_queue()
    mailed = {
        str(event["UID"]): event["DTSTART"].dt for m in smtp_sink.messages for event in files(m)
    }
    assert set(mailed.values()) == {date(2027, 3, 31), date(2027, 3, 8)}
    feed = icalendar.Calendar.from_ical(Client().get(make_address(person)).content)
    listed = {str(event["UID"]): event["DTSTART"].dt for event in feed.walk("VEVENT")}
    assert mailed.items() <= listed.items()
