"""What a monitoring system sees of planning and mail: figures, and red when something is late."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from accounts.models import MailToReconsider
from cards.models import Deadline
from notifications.models import AccountMail, Delivery
from notifications.outbox import send_queue
from notifications.outbox.account_mails import queue, send_account_mails
from notifications.planner import raise_alerts, tell_events
from portal import clock
from tests.builders import make_card, make_resident

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _card(on_day):
    on_day("2027-03-01")
    resident = make_resident(email="lan@example.org")
    make_card(resident, expires_on=date(2027, 3, 31), certificates=False)


def deep() -> tuple[int, dict[str, Any]]:
    answer = Client().get("/health/deep")
    return answer.status_code, answer.json()


def figures(**headers: str) -> dict[str, float]:
    answer = Client(headers=headers).get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


@pytest.fixture
def token(settings):
    settings.METRICS_TOKEN = "of the tests"
    return {"authorization": "Bearer of the tests"}


def test_all_is_well_after_planning_and_sending(smtp_sink):
    raise_alerts()
    send_queue()
    status, said = deep()
    assert status == 200
    assert said == {
        "status": "ok",
        **dict.fromkeys(("database", "cache", "planning", "mail", "bounces", "set_aside"), True),
        "why": [],
    }


def test_a_planning_that_was_never_done_or_long_ago_is_red(on_day):
    assert deep()[1]["why"] == ["No planning has been done yet."]
    raise_alerts()
    Delivery.objects.update(state="cancelled", reason="for this test")
    on_day("2027-03-02", at="13:59")
    assert deep()[0] == 200
    on_day("2027-03-02", at="14:01")
    status, said = deep()
    assert status == 503
    assert said["planning"] is False
    assert said["mail"] is True
    assert said["why"] == ["The last planning was at 2027-03-01 12:00."]


def test_a_plan_for_an_earlier_day_does_not_count(on_day):
    raise_alerts(date(2027, 2, 28))
    assert deep()[1]["why"] == ["No planning has been done yet."]


def test_a_mail_that_waits_for_more_than_a_quarter_of_an_hour_is_red(on_day):
    raise_alerts()
    on_day("2027-03-01", at="12:14")
    assert deep()[0] == 200
    on_day("2027-03-01", at="12:16")
    status, said = deep()
    assert status == 503
    assert said["mail"] is False
    assert said["why"] == ["The oldest mail (notifications) waits since 2027-03-01 12:00."]


def test_a_code_that_waits_is_red_as_well(on_day):
    raise_alerts()
    Delivery.objects.update(state="cancelled", reason="for this test")
    queue(EmailMessage("s", "b", to=["lan@example.org"]), worth=timedelta(hours=1))
    on_day("2027-03-01", at="12:16")
    assert deep()[1]["why"] == ["The oldest mail (accounts) waits since 2027-03-01 12:00."]


def test_a_mail_server_that_takes_nothing_is_red_however_often_it_is_asked(smtp_sink, on_day):
    """Each pause puts a mail off, so that none would ever be late by itself."""
    raise_alerts()
    smtp_sink.behave("refuse")
    for minute in range(0, 20, 2):
        on_day("2027-03-01", at=f"12:{minute:02}")
        Delivery.objects.update(not_before=clock.now())
        send_queue()
    status, said = deep()
    assert status == 503
    assert said["why"] == [
        "The oldest mail (notifications) waits since 2027-03-01 12:00.",
        "The mail server takes no mail since 2027-03-01 12:00.",
    ]
    smtp_sink.behave("well")
    Delivery.objects.update(not_before=clock.now())
    send_queue()
    assert deep()[0] == 200


def test_a_mail_server_that_puts_off_every_mail_by_itself_is_red_as_well(smtp_sink, on_day):
    """Seen to stay green: a provider that is out of quota answers 4xx to each recipient."""
    raise_alerts()
    for number in range(5):
        make_card(make_resident(email=f"r{number}@example.org"), expires_on=date(2027, 3, 31))
    raise_alerts()
    smtp_sink.behave("4xx")
    for minute in range(0, 20, 2):
        on_day("2027-03-01", at=f"12:{minute:02}")
        Delivery.objects.update(not_before=clock.now(), attempts=1)
        send_queue()
    status, said = deep()
    assert status == 503
    assert "The mail server takes no mail since 2027-03-01 12:00." in said["why"]
    smtp_sink.behave("well")
    Delivery.objects.update(not_before=clock.now())
    send_queue()
    assert deep()[0] == 200


@pytest.mark.parametrize(("manner", "status"), [("full", 200), ("4xx", 503), ("drop", 503)])
def test_a_mail_that_is_put_off_for_hours_is_red_unless_it_is_that_one_mailbox_which_is_full(
    smtp_sink, on_day, manner, status
):
    """Seen to stay green: each try put the mail off, and so never let it be late."""
    raise_alerts()
    queue(EmailMessage("s", "b", to=["lan@example.org"]), worth=timedelta(hours=6))
    smtp_sink.behave(manner)
    for minute in range(0, 20, 2):
        on_day("2027-03-01", at=f"12:{minute:02}")
        send_queue()
        send_account_mails()
    assert deep()[0] == status
    if status == 503:
        waiting = "The oldest mail ({}) waits since 2027-03-01 12:00."
        assert deep()[1]["why"][:2] == [
            waiting.format(name) for name in ("notifications", "accounts")
        ]


def test_a_mail_that_may_leave_only_now_is_not_late_since_it_was_raised(smtp_sink, on_day):
    """Seen to be red at once: it had been kept back for want of an address."""
    resident = make_resident(email="")
    make_card(resident, expires_on=date(2027, 3, 31), certificates=False)
    raise_alerts()
    send_queue()
    on_day("2027-03-01", at="17:00")
    resident.email = "late@example.org"
    resident.save()
    MailToReconsider.objects.ask([resident.pk])
    tell_events()
    smtp_sink.behave("4xx")
    send_queue()
    assert deep()[0] == 200
    on_day("2027-03-01", at="17:16")
    send_queue()
    assert deep()[0] == 503


def test_a_row_that_is_set_aside_is_red_and_says_how_many():
    raise_alerts()
    Delivery.objects.update(state="failed", reason="x", set_aside_at=clock.now())
    status, said = deep()
    assert status == 503
    assert said["set_aside"] is False
    assert said["why"] == ["1 mails (notifications) are set aside."]


def test_figures_say_what_waits_and_what_was_done(smtp_sink, token, on_day):
    before = figures(**token)
    assert before["portal_planning_age_seconds"] == float("inf")
    raise_alerts()
    queue(EmailMessage("s", "b", to=["lan@example.org"]), worth=timedelta(hours=1))
    on_day("2027-03-01", at="12:05")
    waiting = figures(**token)
    assert waiting['portal_mail_queued{queue="notifications"}'] == 1
    assert waiting['portal_mail_queued{queue="accounts"}'] == 1
    assert 290 <= waiting['portal_mail_oldest_seconds{queue="notifications"}'] < 310
    assert 290 <= waiting["portal_planning_age_seconds"] < 310
    send_queue()
    send_account_mails()
    after = figures(**token)
    for name in ("notifications", "accounts"):
        assert after[f'portal_mail_queued{{queue="{name}"}}'] == 0
        assert after[f'portal_mail_sent_total{{queue="{name}"}}'] == 1
        assert after[f'portal_mail_oldest_seconds{{queue="{name}"}}'] == 0
    assert AccountMail.objects.get().state == "sent"


def test_the_planners_lag_is_the_most_overdue_alert(token, on_day):
    Deadline.objects.update(next_alert_on=date(2027, 2, 26))
    assert figures(**token)["portal_planner_lag_days"] == 3
    raise_alerts()
    assert figures(**token)["portal_planner_lag_days"] == 0


def test_refusals_are_counted(smtp_sink, token):
    raise_alerts()
    smtp_sink.behave("5xx")
    send_queue()
    assert figures(**token)['portal_mail_failed_total{queue="notifications"}'] == 1


@pytest.mark.parametrize(
    "headers",
    [{}, {"authorization": "Bearer guessed"}, {"authorization": "Bearer "}, {"authorization": ""}],
)
@pytest.mark.parametrize("kept", ["", "of the tests"])
def test_without_the_token_the_figures_are_not_there(settings, headers, kept):
    settings.METRICS_TOKEN = kept
    assert Client(headers=headers).get("/metrics").status_code == 404


def test_a_trusted_address_needs_no_token_but_must_come_directly(settings):
    from ipaddress import ip_network

    settings.METRICS_FROM = [ip_network("10.1.0.0/16")]
    assert Client(REMOTE_ADDR="10.1.2.3").get("/metrics").status_code == 200
    assert Client(REMOTE_ADDR="10.2.2.3").get("/metrics").status_code == 404
    through = Client(REMOTE_ADDR="10.1.2.3", headers={"x-forwarded-for": "10.1.2.3"})
    assert through.get("/metrics").status_code == 404
