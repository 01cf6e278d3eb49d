"""A report is believed of the address that we wrote to, and of no other."""

import base64
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Resident, User
from accounts.operations import set_contact
from cards.models import Card
from notifications.bounces import Verdict, verdict_of
from notifications.bounces.verdict import verdict_reported
from notifications.models import AccountMail, Delivery, MailTrouble
from notifications.outbox import send_queue
from notifications.outbox.account_mails import send_account_mails
from notifications.planner import raise_alerts
from portal import clock
from tests.builders import (
    PASSWORD,
    hold,
    make_card,
    make_clerk,
    make_office,
    make_resident,
    make_staff,
    make_user,
    sign_in,
)
from tests.cards.importing import imported, line
from tests.notifications.test_bounces import failing, page, read, report, suspend_told
from tests.servers.smtp import SmtpSink

pytestmark = pytest.mark.django_db


@pytest.fixture
def lan(on_day: Any) -> User:
    on_day("2027-03-01")
    return make_user("lan@example.net")


@pytest.fixture
def card(lan: User) -> Card:
    resident = make_resident(name="NGUYEN THI LAN", email="lan@example.org")
    hold(lan, resident)
    card = make_card(resident, expires_on=date(2027, 3, 31), certificates=False)
    raise_alerts()
    return card


def account_mail(sink: SmtpSink, address: str) -> Any:
    """The mail that whoever asks for a new password is sent, with an account or without."""
    Client().post("/en/accounts/password/reset/", {"email": address})
    send_account_mails()
    assert sink.messages[-1]["To"] == address
    return sink.messages[-1]


# --- Mails about accounts --------------------------------------------------------------------
def test_a_report_about_ones_own_mail_flags_nobody_elses_account(
    lan: User, smtp_sink: SmtpSink, monkeypatch: Any
) -> None:
    """Seen to fail: whoever was sent any such mail had any account flagged."""
    mine = account_mail(smtp_sink, "mallory@example.com")
    read(report(mine, to=lan.email), monkeypatch)
    assert not MailTrouble.objects.exists()


def test_a_report_about_the_mail_to_an_account_flags_it_also_after_the_mail_was_erased(
    lan: User, smtp_sink: SmtpSink, monkeypatch: Any
) -> None:
    mail = account_mail(smtp_sink, lan.email)
    row = AccountMail.objects.get()
    assert (row.sealed, row.state) == ("", "sent")
    assert lan.email not in row.recipient_digest
    read(report(mail, to="LAN@Example.net"), monkeypatch)
    assert failing() == [("lan@example.net", True)]
    row.refresh_from_db()
    assert row.bounced_at is not None


def test_a_mail_from_before_recipients_were_known_flags_nobody(
    lan: User, smtp_sink: SmtpSink, monkeypatch: Any
) -> None:
    mail = account_mail(smtp_sink, lan.email)
    AccountMail.objects.update(recipient_digest="")
    read(report(mail), monkeypatch)
    assert not MailTrouble.objects.exists()


def test_the_same_mail_about_an_account_counts_once(
    lan: User, smtp_sink: SmtpSink, monkeypatch: Any
) -> None:
    """Seen to fail: one full mailbox, reported three times, was three mails in a row."""
    mail = account_mail(smtp_sink, lan.email)
    for _time in range(3):
        read(report(mail, "5.2.2"), monkeypatch)
    assert MailTrouble.objects.get().soft_reports == 1
    assert failing() == []


# --- Forwarding ------------------------------------------------------------------------------
def test_a_copy_that_does_not_arrive_elsewhere_does_not_silence_the_mailbox(
    card: Card, smtp_sink: SmtpSink, monkeypatch: Any, on_day: Any
) -> None:
    """Seen to fail: nothing more was sent to a mailbox that works."""
    send_queue()
    read(report(smtp_sink.messages[-1], to="copy@elsewhere.example"), monkeypatch)
    assert failing() == []
    assert MailTrouble.objects.get().soft_reports == 1
    assert Delivery.objects.get().bounced_at is not None
    on_day("2027-03-17")
    raise_alerts()
    assert send_queue().sent == 1


BLOCK = """Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no

"""


def with_blocks(mail: Any, *blocks: str) -> bytes:
    """A report that names several recipients."""
    text = report(mail).decode()
    return re.sub(r"Final-Recipient.*?\n\n(?=--)", "".join(blocks), text, flags=re.DOTALL).encode()


@pytest.mark.parametrize("action", ["relayed", "delivered", "expanded"])
def test_what_arrived_with_us_and_not_with_others_counts_for_nothing(
    card: Card, smtp_sink: SmtpSink, monkeypatch: Any, action: str
) -> None:
    """Seen to fail: the first that failed was taken, whoever it was."""
    send_queue()
    ours = BLOCK.format(address="lan@example.org", action=action, status="2.0.0")
    other = BLOCK.format(address="copy@elsewhere.example", action="failed", status="5.1.1")
    for order in ((ours, other), (other, ours)):
        read(with_blocks(smtp_sink.messages[-1], *order), monkeypatch)
    assert not MailTrouble.objects.exists()
    assert Delivery.objects.get().bounced_at is None


def test_of_several_recipients_the_one_that_we_wrote_to_decides(
    card: Card, smtp_sink: SmtpSink, monkeypatch: Any
) -> None:
    send_queue()
    ours = BLOCK.format(address="lan@example.org", action="failed", status="5.1.1")
    other = BLOCK.format(address="copy@elsewhere.example", action="failed", status="5.2.2")
    read(with_blocks(smtp_sink.messages[-1], other, ours), monkeypatch)
    assert failing() == [("lan@example.org", True)]


# --- Several in a row ------------------------------------------------------------------------
def test_reminders_that_come_a_month_apart_are_in_a_row(
    lan: User, smtp_sink: SmtpSink, monkeypatch: Any, on_day: Any
) -> None:
    """Seen to fail: each was forgotten on the day before the next."""
    on_day("2027-01-01", at="10:00")
    resident = make_resident(email="lan@example.org")
    make_card(resident, expires_on=date(2027, 4, 1), certificates=False)
    for number, day in enumerate(("2027-01-01", "2027-01-31", "2027-03-02")):
        assert failing() == []
        on_day(day, at="10:00")
        raise_alerts()
        assert send_queue().sent == 1
        on_day(day, at=f"10:{10 + number}")  # each report comes a little later
        read(report(smtp_sink.messages[-1], "5.2.2"), monkeypatch)
    assert failing() == [("lan@example.org", False)]


def test_a_mail_that_arrived_in_between_ends_the_row(
    card: Card, smtp_sink: SmtpSink, monkeypatch: Any, on_day: Any
) -> None:
    """Seen to fail: any three within some weeks of each other were called three in a row."""
    for day, hour, comes_back in (
        ("2027-03-01", "13:00", True),
        ("2027-03-17", "13:00", False),
        ("2027-03-24", "14:00", True),  # surely the seven days in which a report may still come
        ("2027-03-28", "14:00", True),
    ):
        on_day(day, at=hour)
        raise_alerts()
        assert send_queue().sent == 1
        if comes_back:
            read(report(smtp_sink.messages[-1], "5.2.2"), monkeypatch)
    assert MailTrouble.objects.get().soft_reports == 2
    assert failing() == []


def test_a_code_that_arrived_in_between_ends_the_row_of_an_account(
    lan: User, smtp_sink: SmtpSink, monkeypatch: Any, on_day: Any
) -> None:
    for day, comes_back in (
        ("2027-03-01", True),
        ("2027-03-05", True),
        ("2027-03-17", False),
        ("2027-03-28", True),
    ):
        on_day(day, at="13:00")
        mail = account_mail(smtp_sink, lan.email)
        if comes_back:
            read(report(mail, "5.2.2"), monkeypatch)
    assert MailTrouble.objects.get().soft_reports == 1


def full_mailbox(smtp_sink: SmtpSink, monkeypatch: Any, on_day: Any) -> None:
    """Three reminders in a row came back; the fourth, on 28 March, did not."""
    for day in ("2027-03-01", "2027-03-17", "2027-03-24", "2027-03-28"):
        on_day(day, at="13:00")
        raise_alerts()
        assert send_queue().sent == 1
        if day < "2027-03-28":
            read(report(smtp_sink.messages[-1], "5.2.2"), monkeypatch)


def test_a_mailbox_that_was_full_is_one_that_mail_reaches_a_week_after_a_mail_has_arrived(
    card: Card, lan: User, smtp_sink: SmtpSink, monkeypatch: Any, on_day: Any
) -> None:
    """Seen to fail: the banner stayed for good, though every mail arrived."""
    full_mailbox(smtp_sink, monkeypatch, on_day)
    on_day("2027-04-04", at="12:59")
    assert failing() == [("lan@example.org", False)]
    for path in ("", "notifications/"):
        text = page(lan, path)
        assert "Several reminders about the card of NGUYEN THI LAN did not arrive" in text
        assert "Make room in the mailbox" in text
        assert "came back from" not in text
    on_day("2027-04-04", at="13:01")
    assert failing() == []
    assert "Mail does not reach you" not in page(lan) + page(lan, "notifications/")


def test_a_mailbox_that_was_full_is_failing_again_only_after_as_many_reports_as_before(
    card: Card, smtp_sink: SmtpSink, monkeypatch: Any, on_day: Any
) -> None:
    full_mailbox(smtp_sink, monkeypatch, on_day)
    on_day("2027-04-10")
    suspend_told(card)
    send_queue()
    read(report(smtp_sink.messages[-1], "5.2.2"), monkeypatch)
    assert failing() == []
    assert MailTrouble.objects.get().soft_reports == 1


def test_a_mail_that_came_back_late_did_not_arrive(
    card: Card, smtp_sink: SmtpSink, monkeypatch: Any, on_day: Any
) -> None:
    full_mailbox(smtp_sink, monkeypatch, on_day)
    on_day("2027-04-02")
    read(report(smtp_sink.messages[-1], "5.2.2"), monkeypatch)
    on_day("2027-04-10")
    assert failing() == [("lan@example.org", False)]


def test_a_mailbox_that_is_not_there_stays_flagged_whatever_left_after_it(
    card: Card, smtp_sink: SmtpSink, monkeypatch: Any, on_day: Any
) -> None:
    full_mailbox(smtp_sink, monkeypatch, on_day)
    MailTrouble.objects.update(hard=True)
    on_day("2027-04-10")
    assert failing() == [("lan@example.org", True)]


# --- What a server means ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("550 5.4.1 Recipient address rejected: Access denied.", Verdict.HARD),
        ("550 5.4.1 [1.2.3.4]: no answer from host", Verdict.SOFT),
        ("550 5.0.0 User unknown", Verdict.HARD),
        ("550 … User unknown in relay recipient table", Verdict.HARD),
        ("550 Requested action not taken: mailbox unavailable", Verdict.HARD),
        ("554 Your IP is listed by zen.spamhaus.org", Verdict.NONE),
        ("550 SPF check failed", Verdict.NONE),
        ("550 DMARC: message not accepted", Verdict.NONE),
        ("553 sorry, relaying denied", Verdict.NONE),
        ("550 Blocked, see https://example.org/blacklist", Verdict.NONE),
        ("550 Sender address unknown", Verdict.NONE),
        ("550 Rejected as spam", Verdict.SOFT),
        ("550 Against our policy", Verdict.SOFT),
        ("550 <spam.policy@example.org> gone", Verdict.HARD),
    ],
)
def test_a_no_about_us_or_about_the_message_is_none_of_the_addresss(
    answer: str, verdict: Verdict
) -> None:
    """Seen to fail: every bare 5xx at the recipient was a mailbox that does not exist."""
    assert verdict_of(answer, of_recipient=True) is verdict


@pytest.mark.parametrize(
    ("status", "diagnostic", "verdict", "kept"),
    [
        ("5.0.0", "smtp; 550 Unknown user lan@docomo.example", Verdict.HARD, "550 5.0.0"),
        ("5.0.0", "smtp; 550-5.1.1 The account does not exist", Verdict.HARD, "5.1.1"),
        ("", "smtp;550 5.1.1 no", Verdict.HARD, "5.1.1"),
        ("", "smtp; 551 gone", Verdict.HARD, "551"),
        (
            "5.4.1",
            "smtp;550 5.4.1 Recipient address rejected: Access denied",
            Verdict.HARD,
            "5.4.1",
        ),
        ("5.2.2", "smtp; 550 5.1.1 no", Verdict.SOFT, "5.2.2"),
        ("5.0.0", "smtp; 554 Refused", Verdict.SOFT, "554 5.0.0"),
        ("5.0.0", "smtp; 550 no (in reply to end of DATA command)", Verdict.SOFT, "550 5.0.0"),
        ("5.0.0", "smtp; 550 Your host is on a blacklist", Verdict.NONE, "550 5.0.0"),
        ("5.0.0", "x-unix; 550 whatever", Verdict.SOFT, "5.0.0"),
        ("4.0.0", "smtp; 550 no", Verdict.SOFT, "4.0.0"),
        ("", "", Verdict.SOFT, "5.0.0"),
    ],
)
def test_the_servers_words_tell_where_the_status_of_a_report_says_nothing(
    status: str, diagnostic: str, verdict: Verdict, kept: str
) -> None:
    """Seen to fail: a mailbox that does not exist was written to for ever."""
    assert verdict_reported(status, diagnostic) == (verdict, kept)


def test_a_code_refused_because_of_us_flags_nobody(lan: User, smtp_sink: SmtpSink) -> None:
    """Seen to fail: only the bare code was looked at."""
    smtp_sink.behave("554 Your IP is listed by a blocklist")
    Client().post("/en/accounts/login/code/", {"email": lan.email})
    send_account_mails()
    assert AccountMail.objects.get().state == "queued"  # it waits until others are taken
    assert not MailTrouble.objects.exists()


# --- As servers write them -------------------------------------------------------------------
def in_base64(text: str, kind: str) -> str:
    found = re.search(rf"Content-Type: {kind}\n\n(.*?)\n\n--=_b", text, re.DOTALL)
    assert found
    coded = base64.encodebytes(found[1].encode()).decode()
    part = f"Content-Type: {kind}\nContent-Transfer-Encoding: base64\n\n{coded}\n\n--=_b"
    return text.replace(found[0], part)


def behind_a_gateway(text: str) -> str:
    head, _, rest = text.partition("MIME-Version: 1.0\n")
    wrapped = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="o"\n\n--o\n'
    return f"{head}{wrapped}{rest}\n--o\nContent-Type: text/plain\n\nChecked.\n--o--\n"


@pytest.mark.parametrize(
    "written",
    [
        behind_a_gateway,
        lambda text: in_base64(text, "message/delivery-status"),
        lambda text: in_base64(text, "message/rfc822"),
        lambda text: text.replace("\n", "\r\n"),
    ],
    ids=["in another multipart", "status in base64", "mail in base64", "CRLF"],
)
def test_reports_are_read_as_servers_write_them(
    card: Card, smtp_sink: SmtpSink, monkeypatch: Any, written: Any
) -> None:
    """Seen to fail for all but the last."""
    send_queue()
    text = written(report(smtp_sink.messages[-1]).decode())
    assert read(text.encode(), monkeypatch).startswith("1 reports read")
    assert failing() == [("lan@example.org", True)]


def test_a_report_that_somebody_forwards_is_their_mail(
    card: Card, smtp_sink: SmtpSink, monkeypatch: Any
) -> None:
    send_queue()
    inner = report(smtp_sink.messages[-1]).decode()
    outer = 'Content-Type: multipart/mixed; boundary="o"\n\n--o\nContent-Type: message/rfc822\n\n'
    assert read(f"{outer}{inner}\n--o--\n".encode(), monkeypatch).startswith("0 reports")


# --- The end of a flag -----------------------------------------------------------------------
def flagged(user: User) -> MailTrouble:
    return MailTrouble.objects.create(
        user=user, address=user.email, hard=True, failing_since=clock.now(), reason="5.1.1"
    )


def mailed_code(sink: SmtpSink) -> str:
    send_account_mails()
    text = sink.messages[-1].get_body(("plain",)).get_content()
    found = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4}|\d{6})\s*$", text, re.MULTILINE)
    assert found, text
    return found[1]


def test_a_code_that_was_mailed_and_typed_ends_the_flag_and_the_banner_says_so(
    lan: User, smtp_sink: SmtpSink
) -> None:
    """Seen to fail: a flag of an account could never be lifted."""
    flagged(lan)
    resident = make_resident(email=lan.email)
    MailTrouble.objects.create(
        resident=resident, address=resident.email, hard=True, failing_since=clock.now()
    )
    other = flagged(make_user("other@example.net"))
    assert "this notice ends as soon as you have typed it" in page(lan, "me/")
    client = Client()
    client.post("/en/accounts/login/code/", {"email": lan.email})
    code = mailed_code(smtp_sink)
    client.post("/en/accounts/login/code/confirm/", {"code": "WRONG-ONE"})
    assert MailTrouble.objects.filter(user=lan).exists()
    client.post("/en/accounts/login/code/confirm/", {"code": code})
    assert list(MailTrouble.objects.all()) == [other]
    assert "Mail does not reach you" not in client.get("/en/me/").content.decode()


def test_a_new_password_by_a_mailed_code_ends_the_flag(lan: User, smtp_sink: SmtpSink) -> None:
    flagged(lan)
    client = Client()
    client.post("/en/accounts/password/reset/", {"email": lan.email})
    code = mailed_code(smtp_sink)
    client.post("/en/accounts/password/reset/confirm/", {"code": code})
    new = {"password1": "a long new pass phrase", "password2": "a long new pass phrase"}
    client.post("/en/accounts/password/reset/complete/", new)
    assert MailTrouble.objects.exists() is False


def test_a_code_that_shows_once_more_who_it_is_ends_the_flag(
    lan: User, smtp_sink: SmtpSink
) -> None:
    flagged(lan)
    lan.set_unusable_password()
    lan.save()
    client = Client()
    sign_in(client, lan)
    where = reverse("accounts:reauthenticate-by-mail")
    client.post(where, {"action": "send"})
    code = mailed_code(smtp_sink)
    client.post(where, {"code": "WRONGONE"})
    assert MailTrouble.objects.exists()
    client.post(where, {"code": code})
    assert not MailTrouble.objects.exists()


def test_a_superuser_lifts_the_flag_of_an_account_and_others_do_not_see_it(lan: User) -> None:
    trouble = flagged(lan)
    where = "/admin/notifications/mailtrouble/"
    desk, clerk = Client(), Client()
    sign_in(desk, make_staff("administrator", is_superuser=True))
    sign_in(clerk, make_clerk())
    assert lan.email not in clerk.get(where).content.decode()
    assert clerk.post(f"{where}{trouble.pk}/works/").status_code == 404
    assert lan.email in desk.get(where).content.decode()
    assert "owner changes it" in desk.get(f"{where}{trouble.pk}/change/").content.decode()
    desk.post(f"{where}{trouble.pk}/works/", {"confirmed": "yes"})
    assert not MailTrouble.objects.exists()


def test_an_address_that_somebody_returns_to_is_judged_anew(
    card: Card, lan: User, smtp_sink: SmtpSink, monkeypatch: Any, on_day: Any
) -> None:
    """Seen to fail: the flag had only slept, and the next reminder was cancelled unasked."""
    send_queue()
    read(report(smtp_sink.messages[0]), monkeypatch)
    assert failing() == [("lan@example.org", True)]
    set_contact(card.resident, email="new@example.org", language="en")
    on_day("2027-03-10")
    set_contact(card.resident, email="lan@example.org", language="en")
    assert failing() == []
    assert "Mail does not reach you" not in page(lan)
    on_day("2027-03-17")
    raise_alerts()
    assert send_queue().sent == 1
    assert smtp_sink.messages[-1]["To"] == "lan@example.org"


def test_an_address_that_the_offices_file_returns_to_is_judged_anew(
    tmp_path: Path, on_day: Any
) -> None:
    """Seen to fail, and so is another of the same file that keeps its address."""
    on_day("2027-03-01")
    make_office()
    path = tmp_path / "cards.csv"

    def told(address: str) -> None:
        imported(
            path,
            line(reference="R-1", email=address),
            line(reference="R-2", email="kept@example.org"),
        )

    told("lan@example.org")
    for resident in Resident.objects.all():
        MailTrouble.objects.create(
            resident=resident, address=resident.email, hard=True, failing_since=clock.now()
        )
    told("new@example.org")
    told("lan@example.org")
    assert failing() == [("kept@example.org", True)]


def test_an_account_that_returns_to_an_address_has_shown_that_mail_arrives_there(
    lan: User, smtp_sink: SmtpSink
) -> None:
    flagged(lan)
    client = Client()
    sign_in(client, lan)
    client.post("/en/accounts/reauthenticate/", {"password": PASSWORD})
    for address in ("new@example.net", "lan@example.net"):
        client.post("/en/accounts/email/", {"action_add": "", "email": address})
        code = mailed_code(smtp_sink)
        client.post("/en/accounts/confirm-email/", {"code": code})
        lan.refresh_from_db()
        assert lan.email == address
        assert failing() == []
