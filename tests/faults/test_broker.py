"""Valkey is emptied, gone, hung, started anew: mails leave all the same, and pages answer."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import count

from django.conf import settings
from django.core.mail import EmailMessage
from django.test import Client

from notifications.models import AccountMail, Delivery
from notifications.outbox.account_mails import queue
from notifications.planner import raise_alerts
from tests.builders import PASSWORD, hold, make_card, make_resident, make_user, sign_in
from tests.faults.population import people
from tests.faults.portal import Portal
from tests.servers.smtp import SmtpSink
from tests.servers.valkey import ValkeyServer

EACH = 30
# Seconds. While allauth counts a try it keeps others out, for ten at the most. A cache that hangs
# is asked for that by somebody who has gone when it goes on, and it keeps the others out for him.
LOCKED = 11


def test_whatever_the_broker_does_nothing_is_lost_and_pages_answer_within_3_seconds(
    portal: Portal, smtp_sink: SmtpSink, valkey: ValkeyServer
) -> None:
    """Seen to fail (a worker that ended, and 30 mails that waited for ever) with kombu's own
    answer to a connection that is gone, and (pages of 30 s) with a cache without time limits."""
    cookie, card = _a_holder()
    web, numbers = portal.web(), count(1)
    portal.worker()
    portal.beat()

    def pages(status: tuple[int, ...]) -> None:
        asked = {
            path: web.get(path, cookie)
            for path in ("/en/", f"/en/cards/{card}/", "/en/accounts/login/", "/health/ready")
        }
        # Tries are counted in the cache, for each address. What is suspended is told by a worker.
        nobody = f"nobody{next(numbers)}@example.org"
        who = {"login": nobody, "password": PASSWORD}
        asked["signing in"] = web.post("/en/accounts/login/", **who)
        asked["suspending"] = web.post(f"/en/cards/{card}/suspend/", cookie, confirm="on")
        # A code, which is hinted to the workers.
        asked["a code"] = web.post("/en/accounts/login/code/", email=nobody)
        assert {what: s for what, (_, s) in asked.items() if s >= 3} == {}
        assert {what: s for what, (s, _) in asked.items() if s not in status} == {}

    def hurt(number: int, what: str, harm: Callable[[], None], mend: Callable[[], None]) -> None:
        people(EACH, first=number * 1000)
        raise_alerts()
        to = f"{number}@accounts.example.org"
        queue(EmailMessage("Your code", "123", to=[to]), worth=timedelta(minutes=15))
        harm()
        pages((200, 302, 503))
        mend()
        sent = Delivery.objects.filter(state="sent")
        portal.until(lambda: sent.count() == EACH * number, f"{what}: every mail is sent")
        unsent = AccountMail.objects.exclude(state="sent")
        portal.until(lambda: not unsent.exists(), f"{what}: every code is sent")
        assert len(smtp_sink.to(to)) == 1
        portal.until(lambda: not _counting(valkey), f"{what}: tries are counted again", LOCKED)
        pages((200, 302))

    server = valkey.process
    assert server
    hurt(1, "emptied", lambda: _empty(valkey), lambda: None)
    hurt(2, "refused", valkey.stop, valkey.start)
    hurt(3, "restarted", lambda: valkey.stop(kill=True), valkey.start)
    assert valkey.process
    hung = valkey.process.pid
    try:
        hurt(
            4,
            "hung",
            lambda: os.kill(hung, signal.SIGSTOP),
            lambda: os.kill(hung, signal.SIGCONT),
        )
    finally:
        os.kill(hung, signal.SIGCONT)
    ids = Counter(message["Message-ID"] for message in smtp_sink.messages)
    assert len(ids) == ids.total()
    portal.check_promises()


def _empty(valkey: ValkeyServer) -> None:
    with valkey.client as client:
        client.flushall()


def _counting(valkey: ValkeyServer) -> list[bytes]:
    with valkey.client as client:
        return list(client.keys("*:allauth:rl:*:lock"))


def _a_holder() -> tuple[str, str]:
    """The cookie of somebody who is signed in, and the reference of their card."""
    user = make_user()
    card = make_card(make_resident(email=""))
    hold(user, card.resident)
    client = Client()
    sign_in(client, user)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    return f"__Host-session={key}", card.reference


def test_pages_hint_to_the_portals_own_broker(portal: Portal, valkey: ValkeyServer) -> None:
    """Seen to fail (a broker on localhost that is nobody's) with the Celery app loaded by worker
    and beat only."""
    code = (
        "import portal.wsgi\n"
        "from notifications.tasks import hint_account_mails\n"
        "hint_account_mails()\n"
    )
    subprocess.run([sys.executable, "-c", code], env=os.environ | portal.environment, check=True)
    with valkey.client as client:
        assert client.llen("celery") == 1
