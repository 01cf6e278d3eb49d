"""An alert that did not leave goes out after all while it is due, once its obstacle is gone."""

from datetime import date
from pathlib import Path

import pytest

from accounts.models import MailToReconsider, Relation
from accounts.operations import set_contact
from cards.models import Card, Deadline
from cards.operations.refresh import refresh_deadlines
from cards.operations.suspend import suspend
from notifications import operations, promises
from notifications.bounces.flagging import works_again
from notifications.guardians import tell_guardians
from notifications.models import Delivery, MailTrouble, Notification
from notifications.outbox import send_queue
from notifications.planner import raise_alerts, tell_events
from notifications.preferences import set_preferences
from portal import clock
from tests.builders import hold, make_card, make_move, make_office, make_resident, make_user
from tests.cards.importing import imported, line
from tests.notifications.test_bounces import read, report
from tests.servers.smtp import SmtpSink

pytestmark = pytest.mark.django_db
LAN = "lan@example.org"


@pytest.fixture(autouse=True)
def _thirty_days_before(on_day, smtp_sink: SmtpSink) -> None:
    on_day("2027-03-01")


def due_card(email: str = LAN) -> Card:
    """Its last day is 31 March: the alert of 30 days before is raised today."""
    resident = make_resident(email=email)
    card = make_card(resident, expires_on=date(2027, 3, 31), certificates=False)
    refresh_deadlines(card)
    assert raise_alerts().total == 1
    return card


def ends_on(card: Card, day: date) -> None:
    card.expires_on = day
    card.save()
    refresh_deadlines(card)


def sent() -> int:
    """By one turn of what beat does."""
    raise_alerts()
    tell_events()
    return send_queue().sent


def reasons() -> list[str]:
    return list(Delivery.objects.values_list("reason", flat=True))


def test_a_date_that_was_changed_by_mistake_and_changed_back_keeps_its_alert(on_day) -> None:
    """Seen to fail (nothing until 14 days before) with a cancelled mail that stays cancelled."""
    card = due_card()
    ends_on(card, date(2028, 3, 31))
    assert sent() == 0
    assert reasons() == ["The deadline was met, or its date has changed."]
    ends_on(card, date(2027, 3, 31))
    assert promises.broken() == ["1 mails were given up for a deadline that holds."]
    assert sent() == 1
    assert promises.broken() == []
    assert sent() == 0


def test_what_has_left_does_not_leave_twice_for_a_date_that_comes_back() -> None:
    card = due_card()
    assert sent() == 1
    ends_on(card, date(2028, 3, 31))
    ends_on(card, date(2027, 3, 31))
    assert sent() == 0
    assert Delivery.objects.count() == 1


def test_an_alert_that_a_nearer_one_has_followed_stays_given_up(on_day) -> None:
    card = due_card()
    ends_on(card, date(2028, 3, 31))
    assert sent() == 0
    ends_on(card, date(2027, 3, 31))
    on_day("2027-03-17")
    assert sent() == 1
    assert sent() == 0


def test_an_address_that_is_recorded_later_at_the_desk_gets_what_is_due() -> None:
    card = due_card(email="")
    assert sent() == 0
    set_contact(card.resident, email=LAN, language="en")
    assert sent() == 1
    assert sent() == 0


def test_so_does_one_that_comes_in_a_file(tmp_path: Path) -> None:
    make_office("900001")
    imported(tmp_path / "a.csv", line(expires_on="2027-03-31", email=""))
    assert sent() == 0
    imported(tmp_path / "b.csv", line(expires_on="2027-03-31", email=LAN))
    assert sent() == 1
    assert sent() == 0


def test_a_day_that_a_file_takes_back_keeps_its_alert(tmp_path: Path) -> None:
    make_office("900001")
    for number, day in enumerate(("2027-03-31", "2028-03-31")):
        imported(tmp_path / f"{number}.csv", line(expires_on=day, email=LAN))
        raise_alerts()
    assert sent() == 0
    imported(tmp_path / "3.csv", line(expires_on="2027-03-31", email=LAN))
    assert sent() == 1


def test_a_new_address_gets_what_the_old_one_refused(smtp_sink: SmtpSink) -> None:
    card = due_card()
    smtp_sink.behave("5xx", to=LAN)
    assert sent() == 0
    set_contact(card.resident, email="other@example.org", language="en")
    assert sent() == 1
    assert len(smtp_sink.to("other@example.org")) == 1


def test_an_address_that_staff_say_works_gets_what_is_due(smtp_sink: SmtpSink) -> None:
    due_card()
    smtp_sink.behave("5xx", to=LAN)
    assert sent() == 0
    smtp_sink.behave("well", to=LAN)
    works_again(MailTrouble.objects.get())
    assert sent() == 1


def test_a_new_address_gets_what_came_back_from_the_old_one(
    smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen to fail: taken first and returned later, it never left again."""
    card = due_card()
    assert sent() == 1
    read(report(smtp_sink.messages[0]), monkeypatch)
    assert sent() == 0
    set_contact(card.resident, email="other@example.org", language="en")
    assert sent() == 1
    assert len(smtp_sink.to("other@example.org")) == 1
    assert sent() == 0
    assert promises.broken() == []


def test_a_new_address_gets_what_was_in_a_mail_of_the_day_that_came_back(
    smtp_sink: SmtpSink, on_day, monkeypatch: pytest.MonkeyPatch
) -> None:
    resident = make_resident(email=LAN)
    card = make_card(resident, expires_on=date(2027, 3, 31), certificates=False)
    set_preferences(resident, turned_off=frozenset(), earliest=90, daily=True)
    refresh_deadlines(card)
    raise_alerts()
    on_day("2027-03-02", at="08:01")
    assert sent() == 1
    read(report(smtp_sink.messages[0]), monkeypatch)
    set_contact(resident, email="other@example.org", language="en")
    assert sent() == 0
    on_day("2027-03-03", at="08:01")
    assert sent() == 1
    assert len(smtp_sink.to("other@example.org")) == 1


@pytest.mark.parametrize("how", ["none", "5xx", "report"])
def test_what_happened_to_a_card_is_told_once_its_holder_can_be_reached(
    how: str, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen to fail: a suspension was told to nobody, though the address came an hour later."""
    resident = make_resident(email="" if how == "none" else LAN)
    card = make_card(resident, expires_on=date(2028, 3, 31), certificates=False)
    if how == "5xx":
        smtp_sink.behave("5xx", to=LAN)
    suspend(card, by=None)
    sent()
    if how == "report":
        read(report(smtp_sink.messages[0]), monkeypatch)
    set_contact(resident, email="other@example.org", language="en")
    assert sent() == 1
    assert "suspended" in smtp_sink.to("other@example.org")[0]["Subject"]
    assert sent() == 0


def test_another_new_word_about_the_same_dead_address_sends_nothing(smtp_sink: SmtpSink) -> None:
    card = due_card()
    smtp_sink.behave("5xx", to=LAN)
    assert sent() == 0
    MailToReconsider.objects.ask([card.resident_id])
    assert sent() == 0
    assert Delivery.objects.get().state == "failed"


def test_who_asks_to_be_reminded_of_what_was_done_is_told_what_was_kept_back() -> None:
    """Seen to fail: the word was taken back, and what it had kept back stayed so."""
    card = due_card()
    holder = make_user()
    hold(holder, card.resident)
    deadline = Deadline.objects.get()
    operations.say_done(deadline, by=holder)
    assert sent() == 0
    operations.remind_again(deadline, 7, by=holder)
    assert sent() == 1


def test_nobody_is_to_be_reminded_of_a_deadline_after_the_card_has_ended(on_day) -> None:
    """Seen to fail: asked for, and then dropped without a word."""
    card = due_card()
    make_move(card, moved_in_on=date(2027, 2, 25))
    refresh_deadlines(card)
    deadline = Deadline.objects.get(kind="card_expiry")
    assert deadline.silent_after == date(2027, 3, 11)
    assert operations.remind_choices(deadline) == [1, 3, 7]


def test_what_is_not_done_after_all_is_reminded_of_while_it_is_due() -> None:
    card = due_card()
    holder = make_user()
    hold(holder, card.resident)
    deadline = Deadline.objects.get()
    operations.say_done(deadline, by=holder)
    assert sent() == 0
    operations.take_back_done(deadline)
    assert sent() == 1


def test_a_guardian_is_told_that_it_ends_at_18_though_the_card_was_replaced_meanwhile() -> None:
    """Seen to fail with notices about the link between account and child that end with a card."""
    child = make_resident(birth_date=date(2009, 3, 20), email="child@example.org")
    old = make_card(child, certificates=False)
    guardian = make_user("guardian@example.org")
    hold(guardian, child, Relation.GUARDIAN)
    assert tell_guardians().total == 1
    old.replaced_at = clock.now()
    old.save()
    refresh_deadlines(old)
    make_card(child, certificates=False)
    assert send_queue().sent == 1


def test_a_change_that_nobody_looks_at_is_a_broken_promise(on_day) -> None:
    card = due_card(email="")
    set_contact(card.resident, email=LAN, language="en")
    assert promises.broken() == []
    on_day("2027-03-01", at="12:30")
    assert "1 changes that may let a mail leave are not looked at" in promises.broken()[0]


def test_an_address_that_nobody_was_told_of_is_a_broken_promise() -> None:
    """Seen to fail: changed behind the operations' back, and the mail stayed given up."""
    card = due_card(email="")
    assert sent() == 0
    type(card.resident).objects.update(email=LAN)
    assert promises.broken() == [
        "1 mails were given up for want of an address, and there is one now."
    ]


def test_an_alert_that_somebody_deleted_is_a_broken_promise(on_day) -> None:
    """Seen to fail with a check that believes what the deadline says of its last alert."""
    due_card()
    on_day("2027-03-17")
    assert sent() == 1
    assert promises.broken() == []
    Notification.objects.get(lead=14).delete()
    assert promises.broken() == [
        "1 alerts are due and not raised: card_expiry on 2027-03-31. Run raise_alerts; "
        "what it leaves was deleted, or raised before its day."
    ]
