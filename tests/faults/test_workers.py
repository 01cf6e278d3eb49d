"""Workers die in the middle of sending: every mail leaves, and hardly one twice."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Resident
from cards.models import Card
from cards.operations.refresh import refresh_deadlines
from cards.rules.kinds import CertificateKind
from notifications.kinds_of_mail import DAILY_MAIL
from notifications.models import Delivery, Preference
from notifications.outbox import rows
from notifications.planner import raise_alerts
from portal import clock
from tests.builders import make_certificate
from tests.faults.population import address, people
from tests.faults.portal import Portal, kill, pool_of
from tests.servers.smtp import SmtpSink


def states() -> Counter[str]:
    return Counter(Delivery.objects.values_list("state", flat=True))


def test_a_killed_pool_child_and_a_killed_worker_lose_nothing_and_repeat_one_mail_each(
    portal: Portal, smtp_sink: SmtpSink
) -> None:
    """Seen to fail (the killed batch stays “sending”) when no lease is ever reclaimed."""
    people(80)
    raise_alerts()
    smtp_sink.behave("slow", seconds=0.02)
    worker = portal.worker()
    portal.beat()
    portal.until(lambda: len(smtp_sink.messages) >= 15, "mails are leaving")
    killed = pool_of(worker)
    assert killed
    for pid in killed:
        kill(pid)
    portal.until(lambda: len(smtp_sink.messages) >= 40, "the worker goes on with a new pool")
    killed += pool_of(worker)
    worker.kill()
    portal.worker()
    portal.until(lambda: states() == {"sent": 80}, "every mail is sent")
    sent = Counter(message["Message-ID"] for message in smtp_sink.messages)
    assert len(sent) == 80
    assert sent.total() - len(sent) <= len(killed)
    portal.check_promises()


def test_workers_that_die_while_mails_of_the_day_are_put_together_repeat_one_each_and_lose_none(
    portal: Portal, smtp_sink: SmtpSink
) -> None:
    """Each of 80 people has two reminders and gets one mail with both.

    Seen to fail (reminders in two mails, or in none) when what waits is taken out of the queue in
    another transaction than the one that writes the mail.
    """
    people(80)
    certificates_end_too()
    for resident in Resident.objects.all():
        Preference.objects.create(resident=resident, daily=True)
    raise_alerts()
    waiting = Delivery.objects.filter(daily=True, state="queued")
    assert waiting.count() == 160
    waiting.update(not_before=clock.now() - timedelta(minutes=1))
    whole = Delivery.objects.filter(notification__kind=DAILY_MAIL)
    portal.environment["CHUNK"] = "2"  # many transactions, to die between and within
    smtp_sink.behave("slow", seconds=0.02)
    worker = portal.worker()
    portal.beat()
    killed = 0
    for reached, done in (
        (10, whole.count),
        (40, whole.count),
        (30, lambda: len(smtp_sink.messages)),
    ):
        portal.until(lambda enough=reached, count=done: count() >= enough, f"{reached} are there")
        killed += max(len(pool_of(worker)), 1)
        worker.kill()
        worker = portal.worker()
    portal.until(lambda: whole.filter(state="sent").count() == 80, "every mail is sent")
    assert not Delivery.objects.filter(state="queued").exists()
    assert {mail.gathered.count() for mail in whole} == {2}
    sent = Counter(message["Message-ID"] for message in smtp_sink.messages)
    assert len(sent) == 80
    assert sent.total() - len(sent) <= killed
    for message in smtp_sink.messages:
        assert re.search(r" and 1 other notification$|ほか1件$", message["Subject"])
    portal.check_promises()


def certificates_end_too() -> None:
    """Everybody's certificates end on the day before their card does."""
    for card in Card.objects.all():
        ends_on = card.expires_on - timedelta(1)
        make_certificate(card, kind=CertificateKind.USER_PROOF.value, ends_on=ends_on)
        refresh_deadlines(card)


def test_a_mail_that_kills_every_sender_is_set_aside_and_shown_while_the_rest_flows(
    portal: Portal, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen to fail (it kills for ever) when the death of a sender counts no failure."""
    people(12)
    raise_alerts()
    deadly = Delivery.objects.get(notification__card__resident__email=address(5))
    portal.environment |= {"KILLS_SENDERS": address(5), "TRIES": "2"}
    portal.worker()
    portal.beat()
    portal.until(lambda: states() == {"sent": 11, "failed": 1}, "it is set aside")
    deadly.refresh_from_db()
    assert deadly.set_aside_at
    assert deadly.reason == "The sender stopped while this was being sent."
    assert not smtp_sink.to(address(5))
    assert "1 mails are set aside" in portal.check_promises()
    answer = Client().get("/health/deep")
    assert answer.status_code == 503
    assert "1 mails (notifications) are set aside." in answer.json()["why"]
    assert rows.TRIES > 2, "so soon only here"
