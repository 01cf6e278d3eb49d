"""The mailbox that reports come back to is open to anybody: no mail in it keeps another unread."""

import base64
import re
import time
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from notifications import tasks
from notifications.bounces import Verdict, mailbox, reports, verdict_of
from notifications.outbox import send_queue
from tests.notifications.test_bounces import card, failing, lan, report  # noqa: F401
from tests.servers.imap import ImapServer
from tests.servers.smtp import SmtpSink

pytestmark = pytest.mark.django_db

# A second was too little for a hundredth of what is looked at here.
SOON = 3.0


@pytest.fixture
def returned(card: Any, smtp_sink: SmtpSink) -> Any:  # noqa: F811
    """The mail that reports are about."""
    send_queue()
    return smtp_sink.messages[0]


@pytest.fixture
def box(imap_server: ImapServer, settings: Any) -> ImapServer:
    settings.BOUNCE_MAILBOX = imap_server.url
    return imap_server


def endless(message_id: str) -> bytes:
    """A report whose server says one word of nearly a megabyte, in base64."""
    said = f"smtp; 550 {'a' * 600_000}"
    status = (
        "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; lan@example.org\n"
        f"Action: failed\nStatus: 5.0.0\nDiagnostic-Code: {said}\n"
    )
    return f"""Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status
Content-Transfer-Encoding: base64

{base64.encodebytes(status.encode()).decode()}
--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}

--b--
""".encode()


def test_an_endless_report_forged_or_not_does_not_keep_the_others_from_being_read(
    returned: Any, box: ImapServer
) -> None:
    """Seen to fail: one forged mail kept a worker busy for minutes, in each run anew."""
    box.put(endless("<notification.1.1@x>"))
    box.put(report(returned))
    began = time.monotonic()
    tasks.read_bounces()
    assert time.monotonic() - began < SOON
    assert failing() == [("lan@example.org", True)]
    assert mailbox.read_one(endless(returned["Message-ID"])).reports == 1
    assert time.monotonic() - began < SOON


@pytest.mark.parametrize("said", ["a" * 600_000, "a@" * 300_000, "sender " * 100_000])
def test_a_server_that_talks_without_end_is_understood_at_once(said: str) -> None:
    began = time.monotonic()
    assert verdict_of(f"550 {said}", of_recipient=False) in Verdict
    assert time.monotonic() - began < SOON


def test_a_mail_with_parts_in_parts_without_end_is_left_alone_at_once() -> None:
    """Seen to take half a minute."""
    parts = "".join(
        f'Content-Type: multipart/mixed; boundary="b{number}"\n\n--b{number}\n'
        for number in range(400)
    )
    lines = "x\n" * 400_000
    began = time.monotonic()
    assert mailbox.read_one(f"{parts}\n{lines}".encode()).others == 1
    assert time.monotonic() - began < SOON


def breaking(monkeypatch: pytest.MonkeyPatch, trouble: Exception) -> None:
    """The first report that is noted from now on ends in `trouble`."""
    take, troubles = reports.take, [trouble]

    def once(told: reports.Report) -> bool:
        if troubles:
            raise troubles.pop()
        return take(told)

    monkeypatch.setattr(reports, "take", once)


def test_a_report_that_cannot_be_noted_is_set_aside_and_the_next_is_noted(
    returned: Any, box: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen to fail: each run began with it again, and ended there."""
    odd, _good = box.put(report(returned)), box.put(report(returned))
    breaking(monkeypatch, ValueError("odd"))
    tasks.read_bounces()
    assert failing() == [("lan@example.org", True)]
    assert (list(box.mails), odd in box.seen) == ([odd], True)


def test_a_report_that_found_no_database_is_read_again(
    returned: Any, box: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.put(report(returned))
    breaking(monkeypatch, OperationalError("gone"))
    with pytest.raises(OperationalError):
        tasks.read_bounces()
    assert (box.seen, failing()) == (set(), [])
    tasks.read_bounces()
    assert failing() == [("lan@example.org", True)]


def test_a_report_that_the_server_does_not_give_out_stays_new(
    returned: Any, box: ImapServer
) -> None:
    """Seen to fail: it was marked as seen unread, and lost."""
    box.withheld = {box.put(report(returned))}
    other = box.put(b"Subject: holiday\r\n\r\nI am away.\r\n")
    tasks.read_bounces()
    assert (box.seen, failing()) == ({other}, [])
    box.withheld = set()
    tasks.read_bounces()
    assert failing() == [("lan@example.org", True)]


def health() -> tuple[int, bool, list[str]]:
    answer = Client().get("/health/deep")
    said = answer.json()
    return answer.status_code, said["bounces"], said["why"]


def bounces_read_age(settings: Any) -> float | None:
    settings.METRICS_TOKEN = "of the tests"
    text = Client(headers={"authorization": "Bearer of the tests"}).get("/metrics").content.decode()
    found = re.search(r"^portal_bounces_read_age_seconds (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else None


def test_a_mailbox_that_cannot_be_read_is_seen_where_the_portal_is_watched(
    returned: Any, box: ImapServer, settings: Any, on_day: Any
) -> None:
    """Seen to fail: a line in the log was all."""
    url, settings.BOUNCE_MAILBOX = settings.BOUNCE_MAILBOX, ""
    assert health() == (200, True, [])
    assert bounces_read_age(settings) is None
    settings.BOUNCE_MAILBOX = url
    never = "The mailbox for reports of undelivered mail has never been read."
    assert health() == (503, False, [never])
    assert bounces_read_age(settings) == float("inf")
    tasks.read_bounces()
    assert health() == (200, True, [])
    withheld = box.put(report(returned))
    for trouble in ("closed", "withheld"):
        settings.BOUNCE_MAILBOX = "imap://a:b@127.0.0.1:1/INBOX" if trouble == "closed" else url
        box.withheld = {withheld}
        on_day("2027-03-01", at="14:59")
        tasks.read_bounces()
        assert health()[1] is True
        on_day("2027-03-01", at="15:01")
        tasks.read_bounces()
        since = "The mailbox for reports of undelivered mail cannot be read since 2027-03-01 12:00."
        assert health() == (503, False, [since])
        assert bounces_read_age(settings) == pytest.approx(3 * 3600 + 60, abs=30)
    box.withheld = set()
    tasks.read_bounces()
    assert health() == (200, True, [])
