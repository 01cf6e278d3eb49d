"""Mail providers report by themselves, each as its documentation says."""

import base64
import hashlib
import hmac
import json
from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from notifications.models import Delivery, MailTrouble
from notifications.outbox import send_queue
from notifications.outbox.account_mails import send_account_mails
from notifications.planner import raise_alerts
from tests.builders import hold, make_card, make_resident, make_user
from tests.notifications.test_bounces import failing, page
from tests.servers.smtp import SmtpSink

pytestmark = [
    pytest.mark.django_db,
    # It works, and is no longer looked after there.
    pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailNotSupportedWarning"),
]
KEY = "key-of-mailgun"
SETTINGS = {"WEBHOOK_SECRET": "them:right", "MAILGUN_WEBHOOK_SIGNING_KEY": KEY}


@pytest.fixture
def lan(on_day: Any) -> User:
    on_day("2027-03-01")
    return make_user("lan@example.net")


@pytest.fixture
def message_id(lan: User, smtp_sink: SmtpSink) -> str:
    """Of a reminder that was sent."""
    resident = make_resident(name="NGUYEN THI LAN", email="lan@example.org")
    hold(lan, resident)
    make_card(resident, expires_on=date(2027, 3, 31), certificates=False)
    raise_alerts()
    send_queue()
    return str(smtp_sink.messages[0]["Message-ID"])


def tell(provider: str, report: Any, known: str = "them:right") -> int:
    """What a provider is answered."""
    auth = base64.b64encode(known.encode()).decode()
    answer = Client().post(
        f"/mail-reports/{provider}/",
        report if isinstance(report, str) else json.dumps(report),
        content_type="application/json",
        headers={"authorization": f"Basic {auth}"},
    )
    return answer.status_code


def sendgrid(message_id: str, email: str = "lan@example.org") -> Any:
    return [
        {
            "email": email,
            "timestamp": 1803870000,
            "smtp-id": message_id,
            "event": "bounce",
            "category": ["cat facts"],
            "sg_event_id": "6g4ZI7SA-xmRDv57GoPIPw==",
            "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0",
            "reason": "500 unknown recipient",
            "status": "5.1.1",
            "type": "bounce",
        }
    ]


def brevo(message_id: str, email: str = "lan@example.org") -> Any:
    return {
        "event": "hard_bounce",
        "email": email,
        "id": 26224,
        "date": "2027-03-01 12:00:00",
        "ts": 1803870000,
        "message-id": message_id,
        "ts_event": 1803870000,
        "subject": "My first transactional mail",
        "sending_ip": "185.41.28.109",
        "ts_epoch": 1803870000000,
        "reason": "550 5.1.1 no such user",
    }


def mailgun(message_id: str, email: str = "lan@example.org", *, key: str = KEY) -> Any:
    stamp, token = "1803870000", "50dcec4a2d0ef27036c44ebd9ce9324736fc98ef9405428803"
    signed = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {
        "signature": {"timestamp": stamp, "token": token, "signature": signed},
        "event-data": {
            "event": "failed",
            "severity": "permanent",
            "reason": "bounce",
            "id": "G9Bn5sl1TC6nu79C8C0bwg",
            "timestamp": 1803870000.0,
            "recipient": email,
            "delivery-status": {
                "code": 550,
                "message": "5.1.1 The account does not exist",
                "description": "",
            },
            "message": {
                "headers": {
                    "to": f"Lan <{email}>",
                    "message-id": message_id.strip("<>"),
                    "from": "no-reply@localhost",
                    "subject": "Test",
                },
            },
        },
    }


@pytest.mark.parametrize("report", [sendgrid, brevo, mailgun])
def test_each_provider_that_is_named_finds_the_reminder_by_its_message_id(
    message_id: str, settings: Any, report: Any
) -> None:
    """Seen to fail: Mailgun was answered 500 without a key that could not be set."""
    settings.ANYMAIL = SETTINGS
    assert tell(report.__name__, report(message_id)) == 200
    assert failing() == [("lan@example.org", True)]
    assert Delivery.objects.get().bounced_at is not None
    assert tell(report.__name__, report(message_id)) == 200


@pytest.mark.parametrize(
    ("change", "flagged"),
    [
        ({"reason": "mailbox full", "event": "soft_bounce"}, False),
        ({"reason": "blocked: your IP is on a blacklist"}, False),
        ({"reason": "user unknown"}, True),
        ({"reason": "", "event": "blocked"}, False),
    ],
)
def test_a_providers_words_decide_where_it_gives_no_status(
    message_id: str, settings: Any, change: dict[str, str], flagged: bool
) -> None:
    """Seen to fail: whatever had bounced was a mailbox that does not exist."""
    settings.ANYMAIL = SETTINGS
    assert tell("brevo", brevo(message_id) | change) == 200
    assert bool(failing()) is flagged


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"type": "blocked", "status": "5.1.0", "reason": "550 5.1.0 Sender rejected"}, []),
        ({"type": "blocked", "status": "", "reason": "Your IP is on a blocklist"}, []),
        ({"type": "blocked", "status": "5.1.1", "reason": "550 5.1.1 No"}, [(False, 1)]),
        ({"event": "dropped", "reason": "Invalid SMTPAPI header"}, []),
        ({"event": "dropped", "reason": "Recipient List over Package Quota"}, []),
        ({"event": "dropped", "reason": "Unsubscribed Address"}, []),
        ({"event": "dropped", "reason": "Spam Reporting Address"}, [(False, 1)]),
        ({"event": "dropped", "reason": "Bounced Address"}, [(True, 0)]),
    ],
)
def test_what_a_provider_says_of_us_is_nothing_against_the_address(
    message_id: str, settings: Any, change: dict[str, str], said: list[tuple[bool, int]]
) -> None:
    """Seen to fail: the first as a mailbox that is not there, our own faults as mails that did not
    arrive."""
    settings.ANYMAIL = SETTINGS
    told = sendgrid(message_id)[0]
    if change.get("event") == "dropped":
        del told["type"], told["status"]
    assert tell("sendgrid", [told | change]) == 200
    assert list(MailTrouble.objects.values_list("hard", "soft_reports")) == said


def test_an_address_that_brevo_no_longer_writes_to_counts_as_one_that_mail_does_not_reach(
    message_id: str, settings: Any
) -> None:
    """Seen to fail: Brevo's own blacklist was taken for one that we are on."""
    settings.ANYMAIL = SETTINGS
    blocked = {"event": "blocked", "reason": "blocked : due to blacklist user"}
    assert tell("brevo", brevo(message_id) | blocked) == 200
    assert MailTrouble.objects.get().soft_reports == 1


@pytest.mark.parametrize(
    "provider", ["mailjet", "mailtrap", "postmark", "sparkpost", "nobody", "mailgun"]
)
def test_who_keeps_no_message_id_or_cannot_sign_is_told_so_at_once(
    provider: str, settings: Any
) -> None:
    """Seen to fail: they were answered “taken”, and no resident's address was ever flagged."""
    settings.ANYMAIL = {"WEBHOOK_SECRET": "them:right"}
    assert tell(provider, {}) == 404


def test_the_webhook_is_off_without_a_secret_and_refuses_who_does_not_know_it(
    message_id: str, settings: Any
) -> None:
    told = sendgrid(message_id)
    assert tell("sendgrid", told) == 404
    settings.ANYMAIL = SETTINGS
    assert tell("sendgrid", told, "them:wrong") == 403
    assert tell("mailgun", mailgun(message_id, key="another")) == 403
    answer = Client().post("/mail-reports/sendgrid/", told, content_type="application/json")
    assert answer.status_code == 403
    assert failing() == []


@pytest.mark.parametrize("provider", ["sendgrid", "brevo"])
@pytest.mark.parametrize("content", ["", "{", "[1]", "null", '"x"', '{"items": []}'])
def test_what_is_no_report_is_answered_so(provider: str, content: str, settings: Any) -> None:
    """Seen to fail: 500, as if the fault were ours, and it came again and again."""
    settings.ANYMAIL = SETTINGS
    assert tell(provider, content) == 400
    assert tell(provider, content, "them:wrong") == 403


@pytest.mark.parametrize(
    "content",
    [
        *("null", "[]", "5", "[null]", '"x"', '{"signature": 5}', '{"signature": {"token": "ü"}}'),
        "[" * 100_000,
    ],
    ids=lambda content: content[:30],
)
def test_what_mailgun_would_not_write_is_answered_so(content: str, settings: Any) -> None:
    """Seen to fail: each was answered 500."""
    settings.ANYMAIL = SETTINGS
    assert tell("mailgun", content) in (400, 403)
    assert tell("mailgun", content, "them:wrong") == 403


@pytest.mark.parametrize("provider", ["sendgrid", "brevo"])
def test_brackets_without_end_are_no_report(provider: str, settings: Any) -> None:
    settings.ANYMAIL = SETTINGS
    assert tell(provider, "[" * 100_000) == 400


@pytest.mark.parametrize(
    "odd",
    [
        "5",
        "null",
        '{"event": "bounce", "email": "a@example.org", "timestamp": 1e400}',
        '{"event": "bounce", "email": "a@example.org", "timestamp": 99999999999999999}',
        '{"event": ["bounce"], "email": "a@example.org", "timestamp": 1}',
    ],
)
def test_an_odd_event_does_not_lose_the_others_that_came_with_it(
    message_id: str, settings: Any, odd: str
) -> None:
    """Seen to fail: 400 or 500, and none of them was noted."""
    settings.ANYMAIL = SETTINGS
    assert tell("sendgrid", f"[{odd}]") == 400
    assert tell("sendgrid", f"[{odd}, {json.dumps(sendgrid(message_id)[0])}, {odd}]") == 200
    assert failing() == [("lan@example.org", True)]


@pytest.mark.parametrize("address", [r"\ud800@example.org", r"a\u0000@example.org"])
def test_what_can_be_nobodys_address_is_taken_for_nobodys(
    message_id: str, settings: Any, address: str
) -> None:
    """Seen to fail: 500, and it came again and again."""
    settings.ANYMAIL = SETTINGS
    odd = json.dumps(sendgrid(message_id)[0]).replace("lan@example.org", address)
    assert tell("sendgrid", f"[{odd}, {json.dumps(sendgrid(message_id)[0])}]") == 200
    assert failing() == [("lan@example.org", True)]


def test_a_provider_that_knows_only_the_address_has_the_account_flagged(
    lan: User, settings: Any, smtp_sink: SmtpSink
) -> None:
    """By the last mail that went there, and once; without any it was none of ours."""
    settings.ANYMAIL = SETTINGS
    told = brevo("<another@provider>", "LAN@example.net")
    assert tell("brevo", told) == 200
    assert failing() == []
    Client().post("/en/accounts/login/code/", {"email": lan.email})
    send_account_mails()
    assert tell("brevo", told) == 200
    assert failing() == [("lan@example.net", True)]
    assert "address of your account" in page(lan, "me/")
    MailTrouble.objects.all().delete()
    assert tell("brevo", told) == 200
    assert failing() == []
