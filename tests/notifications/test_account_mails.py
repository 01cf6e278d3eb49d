"""Mail about accounts is lost by no trouble that the mail server has with the portal."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage

from notifications import pulse
from notifications.models import AccountMail
from notifications.outbox.account_mails import queue, send_account_mails
from portal import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_wait(on_day):
    on_day("2027-03-01")
    for name in ("lan", "minh"):
        mail = EmailMessage("Code", "123456", to=[f"{name}@example.org"])
        queue(mail, worth=timedelta(hours=1))


def not_signed_in(sink, settings) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "wrong"


def sender_unwanted(sink, settings) -> None:
    sink.behave("not you")


def not_now(sink, settings) -> None:
    sink.behave("refuse")


@pytest.mark.parametrize("trouble", [not_signed_in, sender_unwanted, not_now])
def test_while_the_server_wants_nothing_of_us_all_of_it_waits(trouble, smtp_sink, settings):
    trouble(smtp_sink, settings)
    done = send_account_mails()
    assert (done.sent, done.failed, done.later) == (0, 0, 1), "the run stops at the first"
    assert done.trouble
    assert set(AccountMail.objects.values_list("state", flat=True)) == {"queued"}
    assert pulse.last(pulse.MAIL_SERVER_TROUBLE), "whoever watches is told"

    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    smtp_sink.behave("well")
    AccountMail.objects.update(not_before=clock.now())
    assert send_account_mails().sent == 2
    assert pulse.last(pulse.MAIL_SERVER_TROUBLE) is None
    assert {str(m["To"]) for m in smtp_sink.messages} == {"lan@example.org", "minh@example.org"}


def test_what_is_refused_for_its_own_sake_keeps_no_other_waiting(smtp_sink):
    smtp_sink.behave("5xx", to="lan@example.org")
    done = send_account_mails()
    assert (done.sent, done.failed, done.trouble) == (1, 1, "")
