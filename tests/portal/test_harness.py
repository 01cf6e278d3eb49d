"""The tests' own tools: worth a look, since every other test believes them."""

import smtplib
import socket
import time

import pytest
from django.core.mail import send_mail
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from portal import clock
from tests import builders
from tests.conftest import LeftTheMachine


def test_no_test_reaches_another_machine():
    with socket.socket() as outside, pytest.raises(LeftTheMachine):
        outside.connect(("192.0.2.1", 80))


def test_a_test_may_say_what_day_it_is(on_day):
    on_day("2028-02-29", at="23:59")
    assert clock.now().isoformat().startswith("2028-02-29T23:59")
    on_day("2028-03-01", at="00:00")
    assert clock.today().isoformat() == "2028-03-01"


def test_a_pause_of_a_busy_machine_is_no_fault_of_a_property():
    """Seen to fail with Hypothesis's own deadline of 0.2 s."""
    pauses = iter([0.3])

    @given(st.integers())
    def holds(_number):
        time.sleep(next(pauses, 0))

    holds()


@pytest.mark.django_db
def test_a_card_comes_with_its_certificates_and_deadlines():
    card = builders.make_card()
    assert card.certificates.count() == 2
    assert [d.last_day for d in card.deadlines.all()] == [card.expires_on]


@pytest.mark.django_db
def test_a_built_user_can_sign_in():
    user = builders.make_user()
    answer = Client().post(
        "/en/accounts/login/", {"login": user.email, "password": builders.PASSWORD}
    )
    assert answer.status_code == 302


def test_the_sink_takes_mail(smtp_sink):
    send_mail("Good day", "Text", "from@example.org", ["to@example.org"])
    assert [m["Subject"] for m in smtp_sink.to("to@example.org")] == ["Good day"]


@pytest.mark.parametrize(
    ("manner", "trouble"),
    [
        ("refuse", smtplib.SMTPConnectError),
        ("4xx", smtplib.SMTPRecipientsRefused),
        ("5xx", smtplib.SMTPRecipientsRefused),
        ("drop", smtplib.SMTPServerDisconnected),
    ],
)
def test_the_sink_misbehaves_on_command(smtp_sink, manner, trouble):
    smtp_sink.behave(manner)
    with pytest.raises(trouble):
        send_mail("Good day", "Text", "from@example.org", ["to@example.org"])
    assert len(smtp_sink.messages) == (1 if manner == "drop" else 0)


def test_the_sink_misbehaves_to_one_recipient_only(smtp_sink):
    smtp_sink.behave("5xx", to="gone@example.org")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send_mail("Good day", "Text", "from@example.org", ["gone@example.org"])
    send_mail("Good day", "Text", "from@example.org", ["here@example.org"])
    assert smtp_sink.refused == ["gone@example.org"]
    assert len(smtp_sink.messages) == 1


def test_valkey_is_real_and_empty(valkey):
    with valkey.client as client:
        assert client.dbsize() == 0
        client.set("a", "b")
        assert client.get("a") == b"b"


@pytest.mark.browser
def test_a_browser_sees_the_portal_signed_in(page, sign_in):
    user = builders.make_user()
    sign_in(page, user)
    answer = page.goto("/en/")
    assert answer.status == 200
    assert "no-store" in answer.headers["cache-control"]
