"""What a reader chooses about mails: which, how early, one a day, and the language of a child's."""

import threading
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Relation, User
from cards.models import Card
from cards.operations.refresh import refresh_deadlines
from cards.operations.suspend import suspend
from cards.rules.kinds import EventKind
from notifications.kinds_of_mail import DAILY_MAIL, Group
from notifications.models import Delivery, Notification, Preference
from notifications.outbox import daily, send_queue
from notifications.outbox.letters import IN_DAILY, NEARER, TOO_EARLY, TURNED_OFF
from notifications.planner import raise_alerts, tell_events
from notifications.preferences import set_preferences
from notifications.promises import broken
from tests.builders import hold, make_card, make_move, make_resident, make_user, sign_in
from tests.servers.smtp import SmtpSink

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(on_day: Any) -> Card:
    """Expires on 31 March 2027; its new address must be written on it by 20 March."""
    on_day("2026-12-20")
    resident = make_resident(name="NGUYEN THI LAN", email="contact@example.org")
    card = make_card(resident, expires_on=date(2027, 3, 31), certificates=False)
    make_move(card, notified_on=date(2026, 12, 20))
    return card


def choose(card: Card, **chosen: Any) -> Preference:
    plain: dict[str, Any] = {"turned_off": frozenset(), "earliest": 90, "daily": False}
    return set_preferences(card.resident, **(plain | chosen))


def states() -> list[tuple[str, int | None, str]]:
    rows = Delivery.objects.exclude(notification__kind=DAILY_MAIL).order_by("pk")
    return [
        (kind, lead, reason or state)
        for kind, lead, state, reason in rows.values_list(
            "notification__kind", "notification__lead", "state", "reason"
        )
    ]


def run(on_day: Any, *moments: str) -> None:
    for moment in moments:
        day, _, at = moment.partition(" ")
        on_day(day, at=at or "00:01")
        raise_alerts()
        tell_events()
        send_queue()


def told(client: Client, path: str) -> str:
    return " ".join(client.get(f"/en/notifications/{path}").content.decode().split())


def browser(user: User) -> Client:
    client = Client()
    sign_in(client, user)
    return client


def test_what_is_turned_off_is_read_in_the_inbox_and_never_mailed_before_the_last_days(
    card: Card, on_day: Any, smtp_sink: SmtpSink
) -> None:
    choose(card, turned_off=frozenset(Group))
    run(on_day, "2026-12-31", "2027-03-01", "2027-03-17", "2027-03-20")
    assert sorted(states()) == [
        ("card_expiry", 14, TURNED_OFF),
        ("card_expiry", 30, TURNED_OFF),
        ("card_expiry", 90, TURNED_OFF),
        ("card_update_90", 0, "sent"),
        ("card_update_90", 3, "sent"),
        ("card_update_90", 30, TURNED_OFF),
    ]
    assert len(smtp_sink.messages) == 2
    assert broken() == []


@pytest.mark.parametrize(
    ("earliest", "mailed"), [(90, [90, 60, 30, 14, 7, 3]), (14, [14, 7, 3]), (7, [7, 3])]
)
def test_reminders_begin_as_early_as_was_chosen(
    on_day: Any, smtp_sink: SmtpSink, earliest: int, mailed: list[int]
) -> None:
    on_day("2026-12-20")
    card = make_card(expires_on=date(2027, 3, 31), certificates=False)
    choose(card, earliest=earliest)
    days = ("2026-12-31", "2027-01-30", "2027-03-01", "2027-03-17", "2027-03-24", "2027-03-28")
    run(on_day, *days)
    by_lead = {lead: what for _kind, lead, what in states()}
    assert [lead for lead, what in by_lead.items() if what == "sent"] == mailed
    assert set(by_lead.values()) <= {"sent", TOO_EARLY}
    assert len(by_lead) == 6
    assert broken() == []


def test_what_was_chosen_after_a_mail_was_queued_counts_as_well(
    card: Card, on_day: Any, smtp_sink: SmtpSink
) -> None:
    """Seen to fail without asking again at the moment of sending."""
    on_day("2026-12-31")
    raise_alerts()
    choose(card, earliest=14)
    assert send_queue().cancelled == 1
    assert states() == [("card_expiry", 90, TOO_EARLY)]


def test_one_mail_a_day_gathers_what_is_not_urgent_at_eight(
    card: Card, on_day: Any, smtp_sink: SmtpSink
) -> None:
    choose(card, daily=True)
    run(on_day, "2027-03-01 00:01", "2027-03-01 07:59")
    assert smtp_sink.messages == []
    run(on_day, "2027-03-01 08:00", "2027-03-01 08:05", "2027-03-01 23:00")
    (mail,) = smtp_sink.messages
    assert mail["To"] == "contact@example.org"
    text = " ".join(mail.get_body(("plain",)).get_content().split())
    assert "expires in 30 days" in text
    assert "19 days left to have the new address written on the card" in text
    html = mail.get_body(("html",)).get_content()
    assert "expires in 30 days" in html
    assert {what for _kind, _lead, what in states()} == {IN_DAILY}
    whole = Delivery.objects.get(notification__kind=DAILY_MAIL)
    assert (whole.state, whole.sent_to, whole.gathered.count()) == ("sent", "c…@example.org", 2)
    assert broken() == []


def test_urgent_mails_do_not_wait_for_the_mail_of_the_day(
    card: Card, on_day: Any, smtp_sink: SmtpSink
) -> None:
    choose(card, daily=True)
    on_day("2027-03-17", at="00:01")
    suspend(card, by=None)
    run(on_day, "2027-03-17 00:01")
    assert sorted(m["Subject"][:30] for m in smtp_sink.messages) == [
        "3 days left to have the new ad",
        "The Individual Number Card is ",
    ]
    run(on_day, "2027-03-17 08:00")
    assert len(smtp_sink.messages) == 3


def test_what_comes_after_eight_is_in_the_mail_of_the_next_day_and_days_late_in_one(
    card: Card, on_day: Any, smtp_sink: SmtpSink
) -> None:
    choose(card, daily=True)
    run(on_day, "2027-03-01 08:30")
    assert smtp_sink.messages == []
    on_day("2027-03-06", at="10:00")
    send_queue()
    assert len(smtp_sink.messages) == 1
    assert sorted(states()) == [
        ("card_expiry", 30, IN_DAILY),
        ("card_update_90", 30, NEARER),  # that of 14 days before is due by now
    ]


def test_what_was_met_while_it_waited_is_left_out_and_an_empty_mail_does_not_leave(
    card: Card, on_day: Any, smtp_sink: SmtpSink
) -> None:
    choose(card, daily=True)
    run(on_day, "2027-03-01 00:01")
    type(card).objects.update(replaced_at="2027-03-01T07:00+09:00")
    refresh_deadlines(type(card).objects.get())
    run(on_day, "2027-03-01 08:00")
    assert smtp_sink.messages == []
    assert Delivery.objects.get(notification__kind=DAILY_MAIL).state == "cancelled"
    assert broken() == []


def test_a_connection_that_breaks_repeats_the_mail_of_the_day_under_the_same_name(
    card: Card, on_day: Any, smtp_sink: SmtpSink
) -> None:
    choose(card, daily=True)
    run(on_day, "2027-03-01 00:01")
    smtp_sink.behave("drop")
    run(on_day, "2027-03-01 08:00")
    smtp_sink.behave("well")
    run(on_day, "2027-03-01 09:00")
    assert len(smtp_sink.messages) == 2
    assert len({m["Message-ID"] for m in smtp_sink.messages}) == 1


@pytest.mark.django_db(transaction=True)
def test_gathered_by_several_at_once_everything_is_in_one_mail_a_card(
    on_day: Any, smtp_sink: SmtpSink
) -> None:
    """Seen to fail, on PostgreSQL, without the lock that lets one gather at a time."""
    on_day("2027-03-01", at="00:01")
    for _ in range(30):
        card = make_card(expires_on=date(2027, 3, 31), certificates=False)
        make_move(card, notified_on=date(2026, 12, 20))
        choose(card, daily=True)
    raise_alerts()
    on_day("2027-03-01", at="08:00")
    start = threading.Barrier(4)
    trouble: list[Exception] = []

    def gather() -> None:
        start.wait()
        try:
            daily.gather()
        except Exception as broke:
            trouble.append(broke)
        finally:
            connection.close()

    threads = [threading.Thread(target=gather) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    daily.gather()
    assert trouble == []
    wholes = Delivery.objects.filter(notification__kind=DAILY_MAIL)
    assert wholes.count() == 30
    assert {whole.gathered.count() for whole in wholes} == {2}
    assert not Delivery.objects.filter(daily=True, state="queued").exists()


def test_the_mail_of_the_day_is_no_notification_and_its_parts_say_what_became_of_it(
    card: Card, on_day: Any, smtp_sink: SmtpSink
) -> None:
    lan = make_user()
    hold(lan, card.resident)
    choose(card, daily=True)
    run(on_day, "2027-03-01 00:01", "2027-03-01 08:00")
    client = browser(lan)
    assert told(client, "").count('<li class="unread">') == 2
    assert told(client, "mails/").count("In the mail of the day: 1 March 2027, 08:00") == 2
    pk = Notification.objects.get(kind=DAILY_MAIL).pk
    assert client.get(f"/en/notifications/{pk}/").status_code == 404


def test_a_holder_chooses_on_the_page(card: Card) -> None:
    lan = make_user()
    held = hold(lan, card.resident)
    client = browser(lan)
    page = told(client, "preferences/")
    assert "Three days before a last day, and from then on." in page
    assert "If somebody else did it, you have to know at once." in page
    address = f"/en/notifications/preferences/{held.pk}/"
    assert 'name="language"' not in client.get(address).content.decode(), "the account has one"
    assert client.post(address, {"earliest": "5"}).status_code == 422
    chosen = {"wanted": ["expiry"], "earliest": "14", "rhythm": "daily"}
    answer = client.post(address, chosen, follow=True).content.decode()
    assert "Your choice is kept." in answer
    kept = Preference.objects.get()
    assert kept.turned_off == {Group.MOVES, Group.CERTIFICATES, Group.APPLICATIONS}
    assert (kept.earliest, kept.daily, kept.language) == (14, True, "")
    assert "From 14 days before" in answer
    assert browser(make_user()).get(address).status_code == 404


def test_parents_choose_for_a_child_and_its_own_account_decides_the_language(
    on_day: Any, smtp_sink: SmtpSink
) -> None:
    on_day("2027-03-01")
    mother, father = make_user("mother@example.net"), make_user("father@example.net", language="ja")
    child = make_resident(name="NGUYEN VAN MINH", birth_date=date(2012, 1, 1), language="en")
    card = make_card(child, expires_on=date(2027, 3, 31), certificates=False)
    hers = hold(mother, child, Relation.GUARDIAN)
    his = hold(father, child, Relation.GUARDIAN)
    plain = {"wanted": [one.value for one in Group], "earliest": "90", "rhythm": "each"}
    browser(mother).post(f"/en/notifications/preferences/{hers.pk}/", {**plain, "language": "ja"})
    assert "日本語" in told(browser(father), "preferences/"), "it belongs to the card"
    raise_alerts()
    send_queue()
    assert smtp_sink.messages[-1]["Content-Language"] == "ja"
    browser(father).post(
        f"/en/notifications/preferences/{his.pk}/", {**plain, "language": "en", "wanted": []}
    )
    assert Preference.objects.get().turned_off == set(Group)
    hold(make_user(language="ja"), child)
    suspend(card, by=None)
    tell_events()
    send_queue()
    assert smtp_sink.messages[-1]["Content-Language"] == "ja", "the child's own account decides"


def test_every_kind_that_may_be_turned_off_can_wait_and_no_other(on_day: Any) -> None:
    """The planner's own list, held against the module that says why."""
    from notifications.kinds_of_mail import GROUPS, SECURITY
    from notifications.planner_sql import _CHOICES

    for kind in GROUPS:
        assert f"'{kind}'" in _CHOICES["may_be_off"]
    for kind in SECURITY:
        assert f"'{EventKind(kind)}'" not in _CHOICES["may_be_off"]
