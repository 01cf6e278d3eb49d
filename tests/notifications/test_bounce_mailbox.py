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
from notifications.models import MailTrouble
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


@pytest.mark.parametrize(
    "endless",
    [
        "\nHi. This is the \n<" + "@" * 900_000,
        "\nHi. This is the "
        + "\n<a@b.c>:" * 90_000
        + "\n--- Below this line is a copy of the message.",
        "X-Failed-Recipients: a@b.c\n\n---- This is a copy of the message" + "-" * 900_000 + "x",
        "X-Failed-Recipients: " + "a@b.c," * 100_000 + "\n\n---- This is a copy of the message",
    ],
    ids=["@", "recipients", "dashes", "named"],
)
def test_an_older_report_without_end_is_left_alone_at_once(endless: str) -> None:
    began = time.monotonic()
    assert mailbox.read_one(endless.encode()).others == 1
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


# --- As servers write them -------------------------------------------------------------------
def quoted(mail: Any) -> str:
    return "".join(f"{name}: {value}\n" for name, value in mail.items()) + "\nThe text.\n"


def qmail(mail: Any, words: str) -> str:
    return f"""From: MAILER-DAEMON@mx.example.org
Subject: failure notice

Hi. This is the qmail-send program at mx.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<lan@example.org>:
{words}

--- Below this line is a copy of the message.

Return-Path: <no-reply@localhost>
{quoted(mail)}"""


def old_exim(mail: Any, words: str) -> str:
    return f"""X-Failed-Recipients: lan@example.org
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.example.org>
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.
A message that you sent could not be delivered to one or more of its recipients.

  lan@example.org
    {words}

------ This is a copy of the message, including all the headers. ------

Return-path: <no-reply@localhost>
{quoted(mail)}"""


def exim(mail: Any, words: str) -> str:
    """Its status tells nothing; what failed stands in the text alone."""
    text = re.sub(r"Diagnostic-Code:.*\n", "", report(mail, "5.0.0").decode())
    return text.replace(
        "not be delivered.\n", f"not be delivered.\n\n  lan@example.org\n    {words}\n"
    )


def not_called_a_report(mail: Any, words: str) -> str:
    kind = "multipart/report; report-type=delivery-status"
    text = report(mail).decode().replace(kind, "multipart/mixed")
    return text.replace(": no", f": {words}")


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize(
    ("written", "words", "hard"),
    [
        (qmail, "Sorry, no mailbox here by that name. (#5.1.1)", True),
        (qmail, "1.2.3.4 does not like recipient.\nRemote host said: 550 Unknown user", True),
        (qmail, "Remote host said: 552 mailbox full", False),
        (old_exim, "550 Unknown user", True),
        (old_exim, "Unrouteable address", True),
        (old_exim, "SMTP error from server after RCPT TO:<lan@example.org>: 550 5.1.1 No", True),
        (old_exim, "retry timeout exceeded", False),
        (exim, "Unrouteable address", True),
        (exim, "retry timeout exceeded", False),
        (not_called_a_report, "no", True),
    ],
)
def test_older_reports_are_read_too(
    returned: Any, written: Any, words: str, hard: bool, newline: str
) -> None:
    """Seen to fail: they were left alone as other mail, or a missing domain was found late."""
    content = written(returned, words).replace("\n", newline).encode()
    assert mailbox.read_one(content).reports == 1
    assert list(MailTrouble.objects.values_list("hard", flat=True)) == [hard]
    assert mailbox.read_one(content).reports == 1
    assert MailTrouble.objects.get().soft_reports == (0 if hard else 1)


def test_what_blames_us_in_words_is_nothing_against_the_address(returned: Any) -> None:
    for written in (qmail, old_exim, exim):
        mailbox.read_one(written(returned, "550 Your IP is on a blocklist").encode())
    assert not MailTrouble.objects.exists()


@pytest.mark.parametrize("written", [qmail, old_exim])
def test_an_older_report_is_believed_no_further_than_another(returned: Any, written: Any) -> None:
    """Not without the right Message-ID, nor when somebody only quotes our mail in an answer."""
    content = written(returned, "550 Unknown user")
    for forged in (
        re.sub(r"(Message-ID: <notification[.]\d+[.])\d+", r"\g<1>1", content),
        content.replace("This is the qmail", "I am the qmail").replace("X-Failed-Recipients", "X"),
        content.replace("copy of the message", "picture of the message"),
    ):
        assert forged != content
        mailbox.read_one(forged.encode())
        assert not MailTrouble.objects.exists()
