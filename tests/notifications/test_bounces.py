"""Mail that does not arrive: the address is flagged, its owner and the office are told."""

import mailbox
import re
from datetime import date
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Relation, User
from accounts.operations import set_contact
from cards.models import Card
from cards.operations.suspend import suspend
from notifications import promises
from notifications.bounces import Verdict, verdict_of, works_again
from notifications.guardians import tell_guardians
from notifications.models import Delivery, MailTrouble
from notifications.outbox import send_queue
from notifications.outbox.account_mails import send_account_mails
from notifications.outbox.letters import UNREACHABLE
from notifications.planner import raise_alerts, tell_events
from notifications.promises import broken
from tests.builders import (
    hold,
    make_card,
    make_clerk,
    make_office,
    make_resident,
    make_user,
    sign_in,
)
from tests.servers.imap import ImapServer
from tests.servers.smtp import SmtpSink

pytestmark = pytest.mark.django_db


@pytest.fixture
def lan() -> User:
    return make_user("lan@example.net")


@pytest.fixture
def card(lan: User, on_day: Any) -> Card:
    on_day("2027-03-01")
    resident = make_resident(name="NGUYEN THI LAN", email="lan@example.org")
    hold(lan, resident)
    card = make_card(resident, expires_on=date(2027, 3, 31), certificates=False)
    raise_alerts()
    return card


def report(
    mail: Any,
    status: str = "5.1.1",
    *,
    action: str = "failed",
    to: str | None = None,
    headers_only: bool = False,
    message_id: str | None = None,
) -> bytes:
    """What a mail server sends back about a mail of the sink's (RFC 3464), as Postfix writes it."""
    message_id = message_id or mail["Message-ID"]
    returned = f"Message-ID: {message_id}\nSubject: x\nTo: {mail['To']}\n"
    kind = "text/rfc822-headers" if headers_only else "message/rfc822"
    return f"""From: MAILER-DAEMON@mx.example.org
To: no-reply@localhost
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--=_b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Arrival-Date: Mon, 1 Mar 2027 12:00:00 +0900

Final-Recipient: rfc822; {to or mail["To"]}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <{to or mail["To"]}>: no

--=_b
Content-Type: {kind}

{returned}
{"" if headers_only else "The text."}

--=_b--
""".encode()


def read(content: bytes, monkeypatch: Any) -> str:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(content)))
    out = StringIO()
    call_command("read_bounces", "--stdin", stdout=out)
    return out.getvalue().strip()


def failing() -> list[tuple[str, bool]]:
    return list(MailTrouble.objects.in_force().values_list("address", "hard"))


def page(user: User, path: str = "") -> str:
    client = Client()
    sign_in(client, user)
    return " ".join(client.get(f"/en/{path}").content.decode().split())


@pytest.mark.parametrize(
    ("answer", "of_recipient", "verdict"),
    [
        ("550 5.1.1 No such mailbox", True, Verdict.HARD),
        ("5.1.1", False, Verdict.HARD),
        ("550 5.1.2 Bad domain", True, Verdict.HARD),
        ("5.1.10", False, Verdict.HARD),
        ("550 5.2.1 Mailbox disabled", False, Verdict.HARD),
        ("550 No such user here", True, Verdict.HARD),
        ("554 Refused", False, Verdict.SOFT),
        ("552 Mailbox full", True, Verdict.SOFT),
        ("552 5.2.2 Mailbox full", True, Verdict.SOFT),
        ("550 5.7.1 Spam", True, Verdict.SOFT),
        ("4.4.7", False, Verdict.SOFT),
        ("4.1.1", False, Verdict.SOFT),
        ("451 4.3.0 Later", True, Verdict.SOFT),
        ("550 5.1.8 Bad sender", True, Verdict.NONE),
        ("552 5.3.4 Too large", False, Verdict.NONE),
        ("2.1.5", False, Verdict.NONE),
    ],
)
def test_what_a_servers_no_says_about_an_address(
    answer: str, of_recipient: bool, verdict: Verdict
) -> None:
    assert verdict_of(answer, of_recipient=of_recipient) is verdict


def test_a_refused_address_is_flagged_at_once_and_nothing_more_is_sent_to_it(
    card: Card, smtp_sink: SmtpSink, on_day: Any
) -> None:
    smtp_sink.behave("5xx")
    assert send_queue().failed == 1
    assert failing() == [("lan@example.org", True)]
    smtp_sink.behave("well")
    suspend(card, by=None)
    tell_events()
    on_day("2027-03-17")
    raise_alerts()
    assert send_queue().sent == 0
    assert set(Delivery.objects.exclude(state="failed").values_list("state", "reason")) == {
        ("cancelled", UNREACHABLE)
    }
    assert broken() == []


def test_what_waited_when_the_address_was_flagged_does_not_leave_either(
    card: Card, smtp_sink: SmtpSink
) -> None:
    """Seen to fail without asking again at the moment of sending."""
    suspend(card, by=None)
    tell_events()
    smtp_sink.behave("5xx")
    send_queue(batch=1)
    assert len(smtp_sink.refused) == 1
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["cancelled", "failed"]


def test_the_flag_falls_as_soon_as_the_address_is_another(
    card: Card, lan: User, smtp_sink: SmtpSink, on_day: Any
) -> None:
    smtp_sink.behave("5xx")
    send_queue()
    assert "does not reach" in page(lan)
    set_contact(card.resident, email="new@example.org", language="en")
    assert failing() == []
    smtp_sink.behave("well")
    on_day("2027-03-17")
    assert "does not reach" not in page(lan)
    raise_alerts()
    assert send_queue().sent == 1
    assert [m["To"] for m in smtp_sink.messages] == ["new@example.org"]


@pytest.mark.parametrize("headers_only", [False, True])
def test_a_report_that_a_mail_came_back_flags_the_address_and_shows_in_the_record(
    card: Card, lan: User, smtp_sink: SmtpSink, monkeypatch: Any, headers_only: bool
) -> None:
    send_queue()
    content = report(smtp_sink.messages[0], headers_only=headers_only)
    assert read(content, monkeypatch) == "1 reports read, 0 other mails left alone."
    assert failing() == [("lan@example.org", True)]
    row = Delivery.objects.get()
    assert (row.state, row.reason) == ("sent", "5.1.1")
    assert row.bounced_at is not None
    assert "Came back" in page(lan, "notifications/mails/")
    assert promises.failing() == ["1 mails came back: 5.1.1"]
    read(content, monkeypatch)
    assert MailTrouble.objects.get().soft_reports == 0


def test_a_report_with_a_comment_behind_its_action_counts(
    card: Card, smtp_sink: SmtpSink, monkeypatch: Any
) -> None:
    """Seen to fail: it was left alone as another mail."""
    send_queue()
    read(report(smtp_sink.messages[0], action="Failed (permanent)"), monkeypatch)
    assert failing() == [("lan@example.org", True)]


def test_several_mails_that_did_not_arrive_flag_it_and_sending_goes_on(
    card: Card, smtp_sink: SmtpSink, monkeypatch: Any, on_day: Any
) -> None:
    for number, day in enumerate(("2027-03-01", "2027-03-17", "2027-03-24", "2027-03-28")):
        on_day(day, at="13:00")
        raise_alerts()
        assert send_queue().sent == 1
        assert failing() == ([("lan@example.org", False)] if number >= 3 else [])
        read(report(smtp_sink.messages[-1], "5.2.2"), monkeypatch)
        read(report(smtp_sink.messages[-1], "5.2.2"), monkeypatch)


def test_reports_that_lie_months_apart_do_not_add_up(
    card: Card, smtp_sink: SmtpSink, monkeypatch: Any, on_day: Any
) -> None:
    send_queue()
    read(report(smtp_sink.messages[0], "5.2.2"), monkeypatch)
    MailTrouble.objects.update(soft_reports=2)
    on_day("2027-06-12")
    suspend_told(card)
    send_queue()
    read(report(smtp_sink.messages[-1], "5.2.2"), monkeypatch)
    assert MailTrouble.objects.get().soft_reports == 1


def suspend_told(card: Card) -> None:
    type(card).objects.update(expires_on=date(2028, 1, 1))
    suspend(card, by=None)
    tell_events()


@pytest.mark.parametrize(
    "change",
    [
        {"action": "delayed"},
        {"action": "relayed"},
        {"message_id": "<notification.1.1@localhost>"},
        {"message_id": "<notification.999999999999999999.999999999999999999@localhost>"},
        {"message_id": "<somebody@else>"},
    ],
)
def test_what_is_not_final_or_not_known_flags_nobody(
    card: Card, smtp_sink: SmtpSink, monkeypatch: Any, change: dict[str, str]
) -> None:
    """Seen to fail where the number in the Message-ID was enough: anybody can count."""
    send_queue()
    read(report(smtp_sink.messages[0], **change), monkeypatch)
    assert failing() == []
    assert Delivery.objects.get().bounced_at is None


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"Subject: holiday\n\nI am away.", b"A" * 2_000_000]
)
def test_other_mails_are_left_alone(content: bytes, card: Card, monkeypatch: Any) -> None:
    assert read(content, monkeypatch) == "0 reports read, 1 other mails left alone."


def test_a_late_report_about_an_earlier_address_does_not_flag_the_new_one(
    card: Card, smtp_sink: SmtpSink, monkeypatch: Any
) -> None:
    """Both look the same when masked. Seen to fail where only the masks were compared."""
    send_queue()
    set_contact(card.resident, email="lam@example.org", language="en")
    read(report(smtp_sink.messages[0]), monkeypatch)
    assert failing() == []
    assert Delivery.objects.get().bounced_at is not None


def test_a_maildir_is_emptied_of_reports_and_keeps_the_rest(
    card: Card, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    send_queue()
    box = mailbox.Maildir(tmp_path / "box")
    box.add(report(smtp_sink.messages[0]))
    box.add(b"Subject: holiday\n\nI am away.")
    for said in ("1 reports read, 1 other", "0 reports read, 0 other"):
        out = StringIO()
        call_command("read_bounces", "--maildir", str(tmp_path / "box"), stdout=out)
        assert said in out.getvalue()
    assert failing() == [("lan@example.org", True)]
    assert [mail["subject"] for mail in mailbox.Maildir(tmp_path / "box")] == ["holiday"]
    with pytest.raises(CommandError, match="is no Maildir"):
        call_command("read_bounces", "--maildir", str(tmp_path))


def test_an_imap_mailbox_is_read_the_same_way(
    card: Card, smtp_sink: SmtpSink, imap_server: ImapServer, settings: Any
) -> None:
    from notifications import tasks

    send_queue()
    imap_server.put(report(smtp_sink.messages[0]))
    kept = imap_server.put(b"Subject: holiday\r\n\r\nI am away.\r\n")
    settings.BOUNCE_MAILBOX = imap_server.url
    tasks.read_bounces()
    assert failing() == [("lan@example.org", True)]
    assert (list(imap_server.mails), imap_server.seen >= {kept}) == ([kept], True)
    out = StringIO()
    call_command("read_bounces", stdout=out)
    assert "0 reports read, 0 other" in out.getvalue()


def test_a_mailbox_that_cannot_be_read_is_said_without_its_password(
    imap_server: ImapServer, settings: Any
) -> None:
    for url in (
        imap_server.url.replace("secret", "wrong"),
        "imap://a:secret@127.0.0.1:1/INBOX",
        "pop3://a:secret@127.0.0.1/",
    ):
        settings.BOUNCE_MAILBOX = url
        with pytest.raises(CommandError) as said:
            call_command("read_bounces")
        assert "secret" not in str(said.value)
    settings.BOUNCE_MAILBOX = ""
    with pytest.raises(CommandError, match="Set BOUNCE_MAILBOX"):
        call_command("read_bounces")


def test_guardians_notices_are_about_the_account_that_they_go_to(
    on_day: Any, smtp_sink: SmtpSink
) -> None:
    on_day("2026-12-01")
    parent = make_user("mother@example.net")
    child = make_resident(birth_date=date(2008, 12, 22), email="child@example.org")
    hold(parent, child, Relation.GUARDIAN)
    make_card(child, certificates=False)
    tell_guardians()
    smtp_sink.behave("5xx")
    send_queue()
    assert failing() == [("mother@example.net", True)]
    assert "Change the address of your account" in page(parent, "notifications/")


def test_a_code_to_sign_in_that_is_refused_flags_the_account(
    lan: User, smtp_sink: SmtpSink, on_day: Any
) -> None:
    Client().post("/en/accounts/login/code/", {"email": lan.email})
    smtp_sink.behave("5xx")
    send_account_mails()
    assert failing() == [("lan@example.net", True)]


def test_the_resident_reads_on_their_pages_what_to_do_in_no_more_queries(
    card: Card, lan: User, smtp_sink: SmtpSink, django_assert_max_num_queries: Any
) -> None:
    smtp_sink.behave("5xx")
    send_queue()
    client = Client()
    sign_in(client, lan)
    for path in ("", "notifications/", "me/", f"cards/{card.reference}/"):
        text = " ".join(client.get(f"/en/{path}").content.decode().split())
        assert "Mail does not reach you" in text, path
        assert "l…@example.org" in text, path
        assert "tell the counter" in text, path
    with django_assert_max_num_queries(4):
        client.get("/en/")
    assert "Mail does not reach you" not in page(make_user())


def test_the_office_sees_whom_mail_does_not_reach_and_confirms_an_address(
    card: Card, lan: User, smtp_sink: SmtpSink
) -> None:
    smtp_sink.behave("5xx")
    send_queue()
    elsewhere = make_resident(name="SOMEBODY ELSE")
    MailTrouble.objects.create(resident=elsewhere, address=elsewhere.email, soft_reports=1)
    desk = Client()
    sign_in(desk, make_clerk(card.resident.office))
    where = "/admin/notifications/mailtrouble/"
    listed = desk.get(where).content.decode()
    assert "NGUYEN THI LAN" in listed
    assert "There is no such mailbox. Ask how the address is written" in listed
    assert "SOMEBODY ELSE" not in listed, "too few reports"
    trouble = MailTrouble.objects.get(resident=card.resident)
    assert "550 5.1.1" in desk.get(f"{where}{trouble.pk}/change/").content.decode()
    asked = desk.post(f"{where}{trouble.pk}/works/")
    assert "Mail goes to this address again from now on" in asked.content.decode()
    assert MailTrouble.objects.filter(pk=trouble.pk).exists(), "it asks first"
    answer = desk.post(f"{where}{trouble.pk}/works/", {"confirmed": "yes"}, follow=True)
    assert re.search(r"Mail goes to this address again", answer.content.decode())
    assert failing() == []
    other = Client()
    sign_in(other, make_clerk(make_office("900002")))
    assert other.post(f"{where}{trouble.pk}/works/").status_code == 404


def test_a_confirmed_address_is_written_to_again(
    card: Card, smtp_sink: SmtpSink, on_day: Any
) -> None:
    smtp_sink.behave("5xx")
    send_queue()
    works_again(MailTrouble.objects.get())
    smtp_sink.behave("well")
    on_day("2027-03-17")
    raise_alerts()
    assert send_queue().sent == 1
