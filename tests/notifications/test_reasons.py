"""Why a mail did not leave, as the desk reads it: others’ words stay as they are."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from notifications.models import Delivery
from notifications.outbox import letters, rows, send_queue
from notifications.planner import raise_alerts
from notifications.reasons import OURS, reason_words, trouble_words
from tests.builders import make_card, make_resident, make_staff, sign_in
from tests.servers.smtp import SmtpSink

pytestmark = pytest.mark.django_db


def test_every_reason_of_ours_is_known_and_said_in_japanese():
    """A new one among the outbox's own, and one without its Japanese, fails here."""
    written = {
        value
        for name, value in vars(letters).items()
        if name.isupper() and isinstance(value, str) and value.endswith(".")
    }
    assert written
    assert (written | {rows.STOPPED}) <= OURS
    with translation.override("ja"):
        told = {kept: reason_words(kept) for kept in OURS}
    assert [kept for kept, words in told.items() if re.search(r"[A-Za-z]{3}", words)] == []
    assert len(set(told.values())) == len(OURS), "two read the same"
    with translation.override("en"):
        assert {kept: reason_words(kept) for kept in OURS} == {kept: kept for kept in OURS}


@pytest.mark.parametrize(
    ("kept", "japanese"),
    [
        ("", ""),
        ("550 5.1.1 No such user", "メールサーバーの応答：「550 5.1.1 No such user」"),
        ("5.1.1 (Postmark)", "メールサーバーの応答：「5.1.1 (Postmark)」"),
        (
            "ConnectionRefusedError: [Errno 111] Connection refused",
            "メールサーバーに接続できないか、途中で切れました："
            "「ConnectionRefusedError: [Errno 111] Connection refused」",
        ),
        (
            "It could not be put into words: KeyError.",
            "メールの文面を作れませんでした（KeyError）。",
        ),
    ],
)
def test_what_others_said_is_quoted_as_they_said_it(kept, japanese):
    with translation.override("ja"):
        assert reason_words(kept) == japanese


@pytest.mark.parametrize(
    ("kept", "hard", "words"),
    [
        ("5.1.1", True, "There is no such mailbox. Ask how the address is written"),
        ("550 5.1.1 No such user", True, "There is no such mailbox. Ask how"),
        ("550 5.0.0", True, "There is no such mailbox."),
        ("bounced (SendGrid)", True, "There is no such mailbox."),
        ("5.1.2", True, "What stands behind the @ does not exist"),
        ("5.4.4", True, "What stands behind the @ does not exist"),
        ("554 5.7.1 … Recipient address rejected: Domain not found", True, "What stands behind"),
        ("5.2.1", True, "The mailbox is closed or switched off."),
        ("5.2.2", False, "The mailbox is full."),
        ("452 Mailbox full", False, "The mailbox is full."),
        ("5.7.1 (SendGrid)", False, "Their mail server does not let our mail in."),
        ("550 Rejected as spam", False, "Their mail server does not let our mail in."),
        ("other (Mailgun)", False, "Mails did not arrive, and it was not said why."),
        ("", False, "Mails did not arrive, and it was not said why."),
    ],
)
def test_the_desk_reads_what_is_wrong_with_an_address_and_what_to_do(
    kept: str, hard: bool, words: str
) -> None:
    """Seen to fail: it read “The mail server said: 5.1.1”."""
    with translation.override("en"):
        said = trouble_words(kept, hard=hard)
    assert said.startswith(words)
    assert said.endswith(f"({kept or '–'})")
    with translation.override("ja"):
        japanese = trouble_words(kept, hard=hard)
    assert japanese.endswith(f"（{kept or '–'}）")
    assert "ください。" in japanese


def test_a_japanese_desk_reads_why_a_mail_did_not_leave_in_its_list_and_on_the_cards_page(
    client: Client, on_day: Any, smtp_sink: SmtpSink
) -> None:
    """Seen to fail while the list showed the sentences as they are kept."""
    on_day("2027-03-01")
    card = make_card(make_resident(email=""), expires_on=date(2027, 3, 31), certificates=False)
    raise_alerts()
    send_queue()
    mail = Delivery.objects.get()
    assert mail.reason == letters.NO_ADDRESS
    sign_in(client, make_staff("auditor", language="ja"))
    for page in (
        "/admin/notifications/delivery/",
        f"/admin/notifications/delivery/{mail.pk}/change/",
        f"/admin/cards/card/{card.pk}/change/",
    ):
        shown = client.get(page).content.decode()
        assert "窓口にこの住民のメールアドレスがありません。" in shown, page
        assert letters.NO_ADDRESS not in shown, page
    taken = b"".join(client.get("/admin/notifications/delivery/export/").streaming_content)
    assert "窓口にこの住民のメールアドレスがありません。" in taken.decode("utf-8-sig")
