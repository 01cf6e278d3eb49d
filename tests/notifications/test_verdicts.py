"""What a server says about an address: nobody there, this mail not, or nothing against it.

All as servers write it. Each table was seen to fail where the status alone decided.
"""

import pytest

from notifications.bounces import Verdict, verdict_of
from notifications.bounces.verdict import verdict_reported

ABOUT_US = [
    "550 5.1.0 Sender rejected",
    "550 5.1.0 <no-reply@x> sender denied",
    "553 5.1.0 Your IP 1.2.3.4 is blocked by Spamhaus",
    "550 5.1.1 Sender verify failed",
    "550 5.1.1 <no-reply@x>: Sender address rejected: Domain not found",
    "550 5.1.2 sender domain not found",
    "550 5.1.8 Access denied, bad outbound sender",
    "550 5.4.5 Daily user sending limit exceeded",
    "550 5.4.5 No more today",
    "554 5.7.1 Helo command rejected: Host not found",
    "530 5.7.0 Authentication required",
    "535 5.7.8 Authentication failed: unknown user",
    "550 5.0.0 Access denied",
    "550 Access denied",
    "550 Administrative prohibition",
    "550 5.7.1 Delivery not permitted",
    "550 Our policy prohibits it",
    "554 Transaction failed",
    "554 Message rejected: Email address is not verified. The following identities failed it",
    "550 Too many messages",
    "550 Sending quota exceeded",
    "550 Daily message quota exceeded",
    "550 5.2.0 Rate limit exceeded, try tomorrow",
    "550 Unknown IP address",
    "550 Verification failed for <no-reply@x> Unrouteable address Sender verify failed",
]
NOBODY_THERE = [
    "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).",
    "554 delivery error: dd This user doesn't have a yahoo.com account (lan@yahoo.com) [0]",
    "550 5.2.0 Unknown user lan@docomo.example",
    "554 5.7.1 <lan@gmial.con>: Recipient address rejected: Domain not found",
    "554 5.4.4 No such domain",
    "554 5.4.4",
    "550 5.1.2 Host unknown (Name server: gmial.con.: host not found)",
    "550 5.1.0 <lan@example.org>: No such user here",
    "550 5.1.1 Recipient address rejected: Access denied",
    "550 5.4.1 Recipient address rejected: Access denied. [x.prod.protection.outlook.com]",
    "550-5.1.1 The email account that you tried to reach does not exist. Please try",
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
    "550 5.1.1 undeliverable address: host mx[1.2.3.4] said: 550 Recipient address rejected: "
    "User unknown (in reply to RCPT TO command)",
    "550 5.1.1 <lan@example.org>: no (in reply to end of DATA command)",
    "550 Unrouteable address",
    "550 sorry, no mailbox here by that name",
    "556 5.1.10 Domain example.org does not accept mail (nullMX)",
    "550 5.2.1 The email account that you tried to reach is inactive.",
]
THIS_MAIL_NOT = [
    "550 5.1.0 Address rejected",
    "5.1.0",
    "552 5.2.2 Mailbox full",
    "550 5.2.2 Not allowed to store more",
    "550 5.1.1 Mailbox over quota",
    "552-5.2.2 The email account that you tried to reach is over quota",
    "550 User quota exceeded",
    "550 5.2.1 The user you are trying to contact is receiving email at a rate that prevents it",
    "550 5.1.1 Message rejected as spam",
    "550 5.7.1 <lan@example.org>: Recipient address rejected: Access denied",
    "550 5.5.0 Requested action not taken",
    "550 Rejected",
    "450 4.1.2 <lan@gmial.con>: Recipient address rejected: Domain not found",
    "450 4.1.1 User unknown",
    "451 4.4.3 Host or domain name not found. Name service error, try again",
    "4.4.4",
]


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        *((answer, Verdict.NONE) for answer in ABOUT_US),
        *((answer, Verdict.HARD) for answer in NOBODY_THERE),
        *((answer, Verdict.SOFT) for answer in THIS_MAIL_NOT),
    ],
)
def test_whom_a_server_means(answer: str, verdict: Verdict) -> None:
    assert verdict_of(answer, of_recipient=True) is verdict


@pytest.mark.parametrize(
    "answer", ["450 Rate limit exceeded", "421 4.7.0 Your IP is on a blocklist"]
)
def test_a_no_for_now_that_is_about_us_is_nothing_against_the_address(answer: str) -> None:
    assert verdict_of(answer, of_recipient=True) is Verdict.NONE


@pytest.mark.parametrize("answer", ["550 Domain not found", "550 Mailbox unavailable", "554 Go"])
def test_what_was_not_said_to_the_address_condemns_it_only_in_so_many_words(answer: str) -> None:
    assert verdict_of(answer, of_recipient=False) is Verdict.SOFT


@pytest.mark.parametrize(
    ("status", "diagnostic", "verdict", "kept"),
    [
        ("5.1.0", "smtp; 550 5.1.0 <no-reply@x>: Sender rejected", Verdict.NONE, "5.1.0"),
        ("5.1.0", "smtp; 550 5.1.0 your IP is on our blocklist spamhaus", Verdict.NONE, "5.1.0"),
        ("5.1.0", "X-Postfix; Domain x does not accept mail (nullMX)", Verdict.HARD, "5.1.0"),
        (
            "5.4.4",
            "X-Postfix; Host or domain name not found. Name service error for name=x type=A: "
            "Host not found",
            Verdict.HARD,
            "5.4.4",
        ),
        ("5.1.2", "DNS; Host not found", Verdict.HARD, "5.1.2"),
        ("5.1.2", "smtp; DNS Error: responded with code NXDOMAIN", Verdict.HARD, "5.1.2"),
        (
            "5.0.0",
            "smtp; 554 delivery error: dd This user doesn't have a yahoo.com account (x) [0]",
            Verdict.HARD,
            "554 5.0.0",
        ),
        (
            "5.5.0",
            "smtp; 550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).",
            Verdict.HARD,
            "5.5.0",
        ),
        ("5.2.0", "smtp; 550 5.2.0 Unknown user lan@docomo.example", Verdict.HARD, "5.2.0"),
        ("5.2.0", "smtp; 550 5.2.0 Mail rejected by filter", Verdict.SOFT, "5.2.0"),
        ("5.0.0", "Unrouteable address", Verdict.HARD, "5.0.0"),
        ("5.4.7", "smtp; 450 4.1.1 User unknown", Verdict.SOFT, "5.4.7"),
        ("4.4.3", "X-Postfix; Host or domain name not found, try again", Verdict.SOFT, "4.4.3"),
    ],
)
def test_whom_a_report_means(status: str, diagnostic: str, verdict: Verdict, kept: str) -> None:
    assert verdict_reported(status, diagnostic) == (verdict, kept)
