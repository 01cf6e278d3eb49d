"""A guardian is told thirty days before a child turns 18, and on the day: by mail and page."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.models import Holding, Relation, User
from cards.models import Card
from notifications.guardians import tell_guardians
from notifications.models import Delivery, DeliveryState, Notification
from notifications.outbox import send_queue
from notifications.promises import broken
from tests.builders import hold, make_card, make_clerk, make_resident, make_user, sign_in
from tests.servers.smtp import SmtpSink

pytestmark = pytest.mark.django_db

BIRTHDAY = date(2026, 12, 22)


@pytest.fixture
def parent() -> User:
    return make_user("mother@example.org", language="ja")


@pytest.fixture
def card(parent: User) -> Card:
    child = make_resident(
        name="NGUYEN VAN MINH",
        birth_date=date(2008, 12, 22),
        email="contact@example.org",
        language="en",
    )
    hold(parent, child, Relation.GUARDIAN)
    return make_card(child, expires_on=date(2030, 1, 1))


def browser(user: User) -> Client:
    client = Client()
    sign_in(client, user)
    return client


def told() -> list[tuple[date | None, int | None]]:
    return list(Notification.objects.order_by("pk").values_list("last_day", "lead"))


def sent(settings: Any, smtp_sink: SmtpSink) -> list[Any]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = smtp_sink.host, smtp_sink.port
    send_queue()
    return list(smtp_sink.messages)


def test_it_is_told_thirty_days_before_and_on_the_day_and_never_twice(card: Card) -> None:
    for day, count in (
        ("2026-11-21", 0),
        ("2026-11-22", 1),
        ("2026-11-22", 1),
        ("2026-12-21", 1),
        ("2026-12-22", 2),
        ("2026-12-23", 2),
        ("2027-06-01", 2),
    ):
        tell_guardians(date.fromisoformat(day))
        assert len(told()) == count, day
    assert told() == [(BIRTHDAY, 30), (BIRTHDAY, 0)]
    assert Delivery.objects.count() == 2


def test_after_days_without_the_scheduler_only_the_nearest_is_told(card: Card) -> None:
    tell_guardians(date(2026, 12, 27))
    assert told() == [(BIRTHDAY, 0)]


def test_what_ended_long_ago_is_not_dug_out(card: Card) -> None:
    tell_guardians(date(2027, 3, 1))
    assert told() == []


def test_only_guardians_of_the_child_are_told(card: Card, parent: User) -> None:
    hold(make_user(), card.resident)
    gone = make_user(is_active=False)
    hold(gone, card.resident, Relation.GUARDIAN)
    hold(make_user(), make_card(make_resident(birth_date=date(2015, 1, 1))).resident)
    tell_guardians(BIRTHDAY)
    assert [one.holding.user for one in Notification.objects.all()] == [parent]


def test_each_of_two_parents_is_told_once_and_reads_only_their_own(
    card: Card, parent: User, on_day: Any
) -> None:
    other = make_user()
    hold(other, card.resident, Relation.GUARDIAN)
    on_day("2026-11-22")
    tell_guardians()
    assert Notification.objects.count() == 2
    for user in (parent, other):
        (mine,) = Notification.objects.for_holder(user)
        assert mine.holding.user == user


def test_the_mail_goes_to_the_account_in_its_language(
    card: Card, on_day: Any, settings: Any, smtp_sink: SmtpSink
) -> None:
    on_day("2026-11-22")
    tell_guardians()
    (mail,) = sent(settings, smtp_sink)
    assert mail["To"] == "mother@example.org"
    text = "".join(mail.get_body(("plain",)).get_content().split())
    assert "2026年12月22日" in text
    assert "NGUYENVANMINH" in text
    assert "アカウントのメールアドレス" in text
    assert "連絡先" not in text


def test_a_mail_that_was_held_up_until_the_birthday_is_not_sent_any_more(
    card: Card, on_day: Any, settings: Any, smtp_sink: SmtpSink
) -> None:
    on_day("2026-12-21")
    tell_guardians()
    on_day("2026-12-22")
    assert sent(settings, smtp_sink) == []
    assert Delivery.objects.get().state == DeliveryState.CANCELLED
    tell_guardians()
    (mail,) = sent(settings, smtp_sink)
    text = mail.get_body(("plain",)).get_content()
    assert "18歳になりました" in text


def test_the_notice_is_read_on_the_page_also_after_the_end(
    card: Card, parent: User, on_day: Any
) -> None:
    on_day("2026-12-22")
    tell_guardians()
    client = browser(parent)
    told = Notification.objects.get()
    assert "You no longer look after this card in the portal" in client.get(
        "/en/notifications/"
    ).content.decode().replace("\n", " ")
    page = client.get(f"/en/notifications/{told.pk}/").content.decode()
    assert "On 22 December 2026 the card&#x27;s holder turned 18." in page
    assert client.post(f"/en/notifications/{told.pk}/read/").status_code == 302
    child = make_user()
    hold(child, card.resident)
    assert browser(child).get(f"/en/notifications/{told.pk}/").status_code == 404


def test_a_link_that_the_office_ended_takes_its_notices_along(
    card: Card, settings: Any, smtp_sink: SmtpSink
) -> None:
    tell_guardians(date(2026, 12, 1))
    desk = browser(make_clerk(card.resident.office))
    held = Holding.objects.get()
    answer = desk.post(f"/admin/accounts/holding/{held.pk}/delete/", {"post": "yes"})
    assert answer.status_code == 302
    assert not Notification.objects.exists()
    assert sent(settings, smtp_sink) == []


def test_a_corrected_birth_date_starts_anew(card: Card) -> None:
    tell_guardians(date(2026, 12, 22))
    card.resident.birth_date = date(2009, 1, 22)
    card.resident.save()
    tell_guardians(date(2026, 12, 23))
    assert told() == [(BIRTHDAY, 0), (date(2027, 1, 22), 30)]


def test_the_hourly_job_and_the_command_tell_them_and_the_promise_is_watched(
    card: Card, on_day: Any
) -> None:
    on_day("2026-11-22")
    assert any("guardians are not told" in line for line in broken())
    said = StringIO()
    call_command("raise_alerts", stdout=said)
    assert "1 guardians told that it ends at 18." in said.getvalue()
    assert not any("guardians are not told" in line for line in broken())


@pytest.mark.django_db(transaction=True)
def test_two_planners_at_the_same_moment_tell_once(card: Card) -> None:
    """Seen to fail without the table's constraint and `ignore_conflicts` (on PostgreSQL)."""

    def run(_number: int) -> None:
        try:
            tell_guardians(date(2026, 12, 1))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(run, range(8)))
    assert Notification.objects.count() == Delivery.objects.count() == 1


def test_the_work_does_not_grow_with_what_is_due(
    card: Card, parent: User, django_assert_num_queries: Any
) -> None:
    for number in range(20):
        child = make_resident(name=f"CHILD {number}", birth_date=date(2008, 12, 22))
        hold(parent, child, Relation.GUARDIAN)
        make_card(child, certificates=False)
    with django_assert_num_queries(7):
        tell_guardians(date(2026, 12, 1))
    assert Delivery.objects.count() == 21


def test_reminders_come_in_the_language_that_the_holder_chose_for_their_account(
    on_day: Any, settings: Any, smtp_sink: SmtpSink
) -> None:
    """To the address that the office keeps, whatever the account's."""
    on_day("2026-12-01")
    resident = make_resident(language="en", email="contact@example.org")
    make_card(resident, expires_on=date(2026, 12, 4), certificates=False)
    hold(make_user("account@example.org", language="ja"), resident)
    call_command("raise_alerts", stdout=StringIO())
    (mail,) = sent(settings, smtp_sink)
    assert mail["To"] == "contact@example.org"
    assert mail["Content-Language"] == "ja"
