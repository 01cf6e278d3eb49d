"""A reminder that was asked for is said once, whatever the mail server and the reader do meanwhile.

Mails of 30 and 14 days before may be turned off; what was asked for may not.
"""

from datetime import date
from typing import Any

import pytest

from accounts.operations import set_contact
from cards.models import Card, Deadline
from notifications.models import AskedReminder, Delivery, Notification
from notifications.outbox import send_queue
from notifications.outbox.letters import NEARER, TURNED_OFF
from notifications.planner import raise_alerts, remind_again, tell_events
from notifications.preferences import set_preferences
from notifications.promises import broken
from tests.builders import make_card, make_resident, make_user
from tests.servers.smtp import SmtpSink

pytestmark = pytest.mark.django_db
LAN = "lan@example.org"


def a_card(day: str, *, daily: bool = False) -> Card:
    """Its last day is 31 March; its holder asked to be reminded on `day`."""
    resident = make_resident(email=LAN)
    card = make_card(resident, expires_on=date(2027, 3, 31), certificates=False)
    choose(card, daily=daily)
    due_on = date.fromisoformat(day)
    AskedReminder.objects.create(
        deadline=Deadline.objects.get(card=card), due_on=due_on, by=make_user()
    )
    return card


def choose(card: Card, *, off: frozenset[Any] = frozenset(), daily: bool = False) -> None:
    set_preferences(card.resident, turned_off=off, earliest=90, daily=daily)


def turn_off(card: Card, *, daily: bool = False) -> None:
    choose(card, off=frozenset({"expiry"}), daily=daily)


def turns(on_day: Any, *moments: str) -> None:
    """What beat does at these moments, every promise kept after each."""
    for moment in moments:
        day, _, at = moment.partition(" ")
        on_day(day, at=at or "09:00")
        raise_alerts()
        for _ in range(2):
            tell_events()
            remind_again()
            send_queue()
        assert broken() == []


def reasons() -> set[str]:
    return set(Delivery.objects.exclude(reason="").values_list("reason", flat=True))


def test_it_leaves_though_the_reminder_that_stood_in_for_it_waited_and_was_turned_off(
    on_day: Any, smtp_sink: SmtpSink
) -> None:
    """Seen to fail: after a night without a mail server it had given way, and neither left."""
    on_day("2027-02-22")
    card = a_card("2027-03-01")
    smtp_sink.behave("4xx")
    turns(on_day, "2027-03-01", "2027-03-02")
    turn_off(card)
    smtp_sink.behave("well")
    turns(on_day, "2027-03-02 11:00", "2027-03-02 15:00")
    (mail,) = smtp_sink.messages
    assert "in 29 days" in mail["Subject"]


def test_without_a_word_of_its_reader_one_of_the_two_leaves(
    on_day: Any, smtp_sink: SmtpSink
) -> None:
    on_day("2027-02-22")
    a_card("2027-03-01")
    smtp_sink.behave("4xx")
    turns(on_day, "2027-03-01", "2027-03-02")
    smtp_sink.behave("well")
    turns(on_day, "2027-03-02 11:00", "2027-03-02 15:00")
    assert len(smtp_sink.messages) == 1
    assert reasons() == {NEARER}


def test_it_does_not_give_way_to_what_falls_due_while_it_waits_and_may_be_turned_off(
    on_day: Any, smtp_sink: SmtpSink
) -> None:
    """Seen to fail: it gave way to the mail of 14 days before, and that was turned off."""
    on_day("2027-03-12")
    card = a_card("2027-03-16")
    turns(on_day, "2027-03-12 10:00")  # the mail of 30 days before, days late
    smtp_sink.clear()
    smtp_sink.behave("4xx")
    turns(on_day, "2027-03-16", "2027-03-17")
    turn_off(card)
    smtp_sink.behave("well")
    turns(on_day, "2027-03-17 11:00", "2027-03-17 15:00")
    (mail,) = smtp_sink.messages
    assert "in 14 days" in mail["Subject"]


def test_it_gives_way_to_the_last_days_which_cannot_be_turned_off(
    on_day: Any, smtp_sink: SmtpSink
) -> None:
    on_day("2027-03-24")
    card = a_card("2027-03-27")
    turns(on_day, "2027-03-24 10:00")
    smtp_sink.clear()
    smtp_sink.behave("4xx")
    turns(on_day, "2027-03-27", "2027-03-28")
    turn_off(card)
    smtp_sink.behave("well")
    turns(on_day, "2027-03-28 11:00", "2027-03-28 15:00")
    assert len(smtp_sink.messages) == 1
    assert Delivery.objects.get(state="sent", notification__lead=3)


def test_it_leaves_though_its_part_of_the_mail_of_the_day_was_turned_off_on_its_way(
    on_day: Any, smtp_sink: SmtpSink
) -> None:
    """Seen to fail: the mail of the day left for the card's other deadline and told nothing of it,
    and was taken for it."""
    on_day("2027-02-22")
    card = a_card("2027-03-01", daily=True)
    smtp_sink.behave("4xx")
    turns(on_day, "2027-03-01 00:10", "2027-03-01 08:00")
    turn_off(card, daily=True)
    smtp_sink.behave("well")
    turns(on_day, "2027-03-01 11:00", "2027-03-01 15:00", "2027-03-01 16:00")
    (mail,) = smtp_sink.messages
    assert "in 30 days" in mail["Subject"]
    assert TURNED_OFF in reasons()  # and not that it was in the mail of the day


def test_it_is_said_beside_no_mail_of_the_day_that_waited_past_midnight(
    on_day: Any, smtp_sink: SmtpSink
) -> None:
    on_day("2027-02-22")
    a_card("2027-03-01", daily=True)
    smtp_sink.behave("4xx")
    turns(on_day, "2027-03-01 00:10", "2027-03-01 08:00", "2027-03-02 00:10")
    smtp_sink.behave("well")
    turns(on_day, "2027-03-02 03:00", "2027-03-02 08:01", "2027-03-03 08:01")
    assert len(smtp_sink.messages) == 1


def test_it_leaves_to_the_next_address_where_the_days_own_mail_was_refused(
    on_day: Any, smtp_sink: SmtpSink
) -> None:
    """Seen to fail: the refused mail stood in for it, and was then turned off."""
    on_day("2027-02-22")
    card = a_card("2027-03-01")
    smtp_sink.behave("5xx", to=LAN)
    turns(on_day, "2027-03-01", "2027-03-01 11:00")
    turn_off(card)
    set_contact(card.resident, email="other@example.org", language="en")
    turns(on_day, "2027-03-01 12:00", "2027-03-01 13:00")
    assert len(smtp_sink.to("other@example.org")) == 1
    assert not AskedReminder.objects.exists()
    assert Notification.objects.filter(lead=None).count() == 1


def test_a_refused_mail_of_the_day_goes_to_the_next_address_the_next_morning(
    on_day: Any, smtp_sink: SmtpSink
) -> None:
    """Seen to fail: what was in it was never sent, wherever the reader then was."""
    on_day("2027-02-22")
    card = a_card("2027-03-20", daily=True)
    turns(on_day, "2027-02-22", "2027-02-23")
    smtp_sink.clear()
    smtp_sink.behave("5xx", to=LAN)
    turns(on_day, "2027-03-01 00:10", "2027-03-01 08:00")
    assert smtp_sink.messages == []
    set_contact(card.resident, email="other@example.org", language="en")
    turns(on_day, "2027-03-01 12:00", "2027-03-02 08:01", "2027-03-03 08:01")
    (mail,) = smtp_sink.to("other@example.org")
    assert "in 29 days" in mail["Subject"]


def test_an_alert_left_out_of_the_mail_of_the_day_by_mistake_leaves_after_all(
    on_day: Any, smtp_sink: SmtpSink
) -> None:
    """An address taken away by mistake. Seen to fail: it was said to be in a mail of the day that
    never left."""
    on_day("2027-02-22")
    card = a_card("2027-03-20", daily=True)
    turns(on_day, "2027-02-22", "2027-02-23")
    smtp_sink.clear()
    smtp_sink.behave("4xx")
    turns(on_day, "2027-03-01 00:10", "2027-03-01 08:00")
    email = card.resident.email
    set_contact(card.resident, email="", language="en")
    smtp_sink.behave("well")
    turns(on_day, "2027-03-01 12:00")
    set_contact(card.resident, email=email, language="en")
    turns(on_day, "2027-03-01 13:00", "2027-03-02 08:01", "2027-03-03 08:01")
    assert len(smtp_sink.messages) == 1
