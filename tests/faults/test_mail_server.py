"""The mail server is down, busy, slow, refuses or hangs up: others flow, nothing is lost."""

import re
from collections import Counter
from datetime import timedelta

from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from notifications.models import AccountMail, Delivery, MailTrouble
from notifications.outbox.account_mails import queue
from notifications.planner import raise_alerts
from tests.builders import PASSWORD, hold, make_user, sign_in
from tests.faults.population import address, people
from tests.faults.portal import Portal
from tests.servers.smtp import SmtpSink

BUSY, SLOW, GONE, HANGS_UP = (address(n) for n in (3, 4, 5, 6))


def test_each_bad_mailbox_is_dealt_with_in_its_way_and_the_others_flow(
    portal: Portal, smtp_sink: SmtpSink
) -> None:
    """Seen to fail (two Message-IDs for the one that hangs up) with an id made at each try."""
    people(12)
    raise_alerts()
    accounts = {manner: f"{manner}@accounts.example.org" for manner in ("4xx", "5xx", "drop")}
    for to in (*accounts.values(), "well@accounts.example.org"):
        queue(EmailMessage("Your code", "123", to=[to]), worth=timedelta(minutes=15))
    smtp_sink.behave("refuse")
    portal.worker()
    portal.beat()
    portal.until(lambda: smtp_sink.connections >= 4, "it is asked again and again")
    assert not smtp_sink.messages

    for manner, to in {"4xx": BUSY, "slow": SLOW, "5xx": GONE, "drop": HANGS_UP}.items():
        smtp_sink.behave(manner, to=to, seconds=1)
    for manner, to in accounts.items():
        smtp_sink.behave(manner, to=to)
    smtp_sink.behave("well")
    flowing = Delivery.objects.filter(state="sent")
    portal.until(lambda: flowing.count() == 9, "nine flow past three that do not")
    portal.until(lambda: AccountMail.objects.filter(state="sent").count() == 1, "so does a code")
    portal.until(lambda: len(smtp_sink.to(HANGS_UP)) >= 2, "who hung up is tried again")
    portal.until(lambda: smtp_sink.refused.count(BUSY) >= 2, "who was busy is tried again")
    gone = Delivery.objects.get(state="failed")
    assert gone.notification.card.resident.email == GONE
    assert gone.reason == "550 5.1.1 No such mailbox"
    assert smtp_sink.refused.count(GONE) == 1
    flagged = MailTrouble.objects.get(resident__isnull=False)
    assert (flagged.address, flagged.hard) == (GONE, True)
    reader, page = make_user(), Client()
    hold(reader, gone.notification.card.resident)
    sign_in(page, reader)
    assert "Mail does not reach you" in page.get("/en/").content.decode()

    for to in (BUSY, HANGS_UP, accounts["4xx"], accounts["drop"]):
        smtp_sink.behave("well", to=to)
    portal.until(lambda: flowing.count() == 11, "all but one are sent")
    portal.until(lambda: AccountMail.objects.filter(state="sent").count() == 3, "and the codes")
    assert (
        AccountMail.objects.get(state="failed").reason == "The mail server refused it: 550 5.1.1."
    )
    assert not AccountMail.objects.exclude(sealed="").exists()
    assert len({message["Message-ID"] for message in smtp_sink.to(HANGS_UP)}) == 1
    assert len({message["Message-ID"] for message in smtp_sink.to(accounts["drop"])}) == 1
    sent = Counter(message["To"] for message in smtp_sink.messages)
    assert all(count == 1 for to, count in sent.items() if "drop" not in to and to != HANGS_UP)
    portal.check_promises()


def test_who_signs_up_while_mail_is_down_gets_the_code_once_it_is_back(
    portal: Portal, smtp_sink: SmtpSink
) -> None:
    """By `send_mail_queue` alone, without worker and broker. Seen to fail (no code ever) when that
    command sends the cards' mails only."""
    smtp_sink.behave("refuse")
    client = Client()
    typed = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    answer = client.post(reverse("account_signup"), typed)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("account_email_verification_sent")
    assert (
        "0 sent, 0 no longer needed, 0 failed, 1 to be tried again"
        in (portal.run("send_mail_queue")[1])
    )
    smtp_sink.behave("well")
    portal.until(
        lambda: portal.run("send_mail_queue") and smtp_sink.messages, "the code has come", 30
    )
    body = smtp_sink.to("new@example.org")[0].get_body(("plain",)).get_content()
    code = re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", body, re.MULTILINE)
    assert code, body
    answer = client.post(answer["Location"], {"code": code[1]})
    assert answer.status_code == 302
    assert client.get(reverse("accounts:me")).status_code == 200
