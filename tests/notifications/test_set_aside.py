"""A mail that was set aside waits for somebody, who sends it again or leaves it."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.test import Client

from notifications.models import AccountMail, Delivery
from notifications.outbox import account_mails, rows, send_queue
from notifications.planner import raise_alerts
from portal import clock
from tests.builders import make_card, make_clerk, make_resident, make_staff, sign_in

pytestmark = pytest.mark.django_db
WHY = "The sender stopped while this was being sent."


def set_aside(*words: str) -> str:
    out = StringIO()
    call_command("set_aside", *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def mail(on_day) -> Delivery:
    """Sixteen senders died of it."""
    on_day("2027-03-01")
    make_card(make_resident(), expires_on=date(2027, 3, 31), certificates=False)
    raise_alerts()
    for _ in range(rows.TRIES):
        Delivery.objects.update(not_before=clock.now())
        rows.claim()
        Delivery.objects.filter(state="sending").update(leased_until=clock.now() - timedelta(1))
        rows.reclaim_expired()
    return Delivery.objects.get()


def test_it_is_listed_by_number_and_reason(mail):
    assert set_aside() == f"mail {mail.pk}, 2027-03-01 12:00: {WHY}\n"


def test_sent_again_it_leaves(mail, smtp_sink):
    assert send_queue().sent == 0
    assert set_aside("--send-again", str(mail.pk)) == "1 mails are queued again.\n"
    assert send_queue().sent == 1
    assert set_aside() == "Nothing is set aside.\n"
    assert Client().get("/health/deep").json()["set_aside"] is True


def test_left_it_stays_failed_and_alarms_nobody(mail):
    assert Client().get("/health/deep").json()["set_aside"] is False
    assert set_aside("--leave") == "1 mails are left.\n"
    mail.refresh_from_db()
    assert (mail.state, mail.reason) == ("failed", WHY)
    assert Client().get("/health/deep").json()["set_aside"] is True


def on_the_desk(mail, answer="", *, by=None, **more):
    """What the desk shows of this mail, or answers to “send it again” or “leave it”."""
    desk = Client()
    sign_in(desk, by or make_staff("administrator"))
    where = f"/admin/notifications/delivery/{mail.pk}/{answer or 'change'}/"
    return desk.post(where, more, follow=True) if answer else desk.get(where)


def test_an_administrator_sends_it_again_at_the_desk_and_is_asked_first(mail, smtp_sink):
    page = on_the_desk(mail).content.decode()
    assert "waits for somebody to look at it" in page
    assert "Send it again" in page
    asked = on_the_desk(mail, "send-again").content.decode()
    assert WHY in asked
    assert "as if it had never been tried" in asked
    assert send_queue().sent == 0, "it asks first"
    answer = on_the_desk(mail, "send-again", confirmed="yes").content.decode()
    assert "The mail is queued again." in answer
    assert "Send it again" not in answer
    again = on_the_desk(mail, "send-again", confirmed="yes").content.decode()
    assert "This mail is not set aside any more." in again
    assert send_queue().sent == 1
    assert LogEntry.objects.get().change_message == "Queued the mail again."


def test_in_japanese_the_list_asks_whether_mails_are_set_aside_and_not_whether_they_can_be(mail):
    """Seen to fail with the “yes” that says what a card can do."""
    desk = Client()
    sign_in(desk, make_staff("administrator", language="ja"))
    page = desk.get("/admin/notifications/delivery/?set_aside=yes").content.decode()
    assert ">はい<" in page
    assert "できる" not in page


def test_an_administrator_leaves_it_at_the_desk(mail, smtp_sink):
    answer = on_the_desk(mail, "leave", confirmed="yes").content.decode()
    assert "The mail is left unsent." in answer
    assert send_queue().sent == 0
    assert Client().get("/health/deep").json()["set_aside"] is True


def test_a_clerk_sees_it_and_whom_to_ask_and_sends_nothing(mail):
    clerk = make_clerk(mail.notification.card.resident.office)
    page = on_the_desk(mail, by=clerk).content.decode()
    assert "An administrator of staff accounts can send it again or leave it." in page
    assert "send-again" not in page
    assert on_the_desk(mail, "send-again", by=clerk, confirmed="yes").status_code == 403
    mail.refresh_from_db()
    assert mail.set_aside_at is not None


def test_a_code_that_kills_its_senders_is_set_aside_and_erased(smtp_sink):
    row = account_mails.queue(
        EmailMessage("s", "b", to=["lan@example.org"]), worth=timedelta(days=3)
    )
    for _ in range(account_mails.DEATHS):
        AccountMail.objects.update(not_before=clock.now())
        account_mails._claim()
        AccountMail.objects.update(leased_until=clock.now() - timedelta(seconds=1))
        account_mails._reclaim_expired()
    row.refresh_from_db()
    assert (row.state, row.sealed, row.reason) == ("failed", "", WHY)
    assert f"account mail {row.pk}, " in set_aside()
    assert set_aside("--leave") == "1 mails are left.\n"


def test_a_mail_server_that_is_down_for_days_sets_nothing_aside(smtp_sink):
    row = account_mails.queue(
        EmailMessage("s", "b", to=["lan@example.org"]), worth=timedelta(days=3)
    )
    smtp_sink.behave("refuse")
    for _ in range(3 * account_mails.DEATHS):
        AccountMail.objects.update(not_before=clock.now())
        account_mails.send_account_mails()
    row.refresh_from_db()
    assert (row.state, row.set_aside_at) == ("queued", None)
