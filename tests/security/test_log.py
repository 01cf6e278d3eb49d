"""What whoever watches the log sees of attempts, and what nobody can write into it."""

import io
import json
import logging
import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from portal.logs import JsonFormatter, MaskingFormatter
from tests.builders import (
    PASSWORD,
    make_app,
    make_card,
    make_clerk,
    make_office,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db

LAN = "lan@example.org"
FAILED = re.compile(r"Sign-in failed \((.+)\): account (\w{12}), from 127\.0\.0\.…")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log, as the portal writes it."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(MaskingFormatter("%(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)


def guess(login: str, password: str = "") -> Client:
    password = password or "wrong"
    client = Client()
    client.post(reverse("account_login"), {"login": login, "password": password})
    return client


def test_a_failed_sign_in_is_a_line_in_the_log_that_names_nobody(log: io.StringIO) -> None:
    """Known or not, the line is the same; of one account, so is its mark."""
    make_user(LAN)
    for login in (LAN, LAN.upper(), "nobody@example.org"):
        guess(login)
    found = FAILED.findall(log.getvalue())
    assert [what for what, _mark in found] == ["password"] * 3
    lan, again, nobody = (mark for _what, mark in found)
    assert lan == again != nobody
    assert "example.org" not in log.getvalue().lower()
    assert "wrong" not in log.getvalue()


def test_a_sign_in_that_succeeds_is_none_that_failed(log: io.StringIO) -> None:
    make_user(LAN)
    guess(LAN, PASSWORD)
    assert not FAILED.search(log.getvalue())


def test_a_wrong_second_step_and_a_limit_that_is_reached_are_in_the_log(log: io.StringIO) -> None:
    make_app(make_user(LAN))
    guess(LAN, PASSWORD).post(reverse("mfa_authenticate"), {"code": "000000"})
    for _time in range(6):
        guess(LAN)
    found = FAILED.findall(log.getvalue())
    assert [what for what, _mark in found] == [
        "second step",
        *["password"] * 5,
        "tried too often",
    ]
    assert len({mark for _what, mark in found}) == 1


def test_a_wrong_code_of_a_mail_is_in_the_log(log: io.StringIO) -> None:
    make_user(LAN)
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": LAN})
    client.post(reverse("account_confirm_login_code"), {"code": "WRONG-1"})
    assert "Sign-in failed (code by mail)" in log.getvalue()
    assert "WRONG-1" not in log.getvalue()


def test_who_was_refused_a_page_is_in_the_log(log: io.StringIO) -> None:
    """By the number of the account, with the page's name and not its address."""
    clerk, card = make_clerk(make_office("900002")), make_card(reference="THEIRS")
    client = Client()
    sign_in(client, clerk)
    client.get(reverse("admin:accounts_user_changelist"))
    client.get(reverse("admin:cards_card_change", args=[card.pk]))
    line = f"Refused (403): GET admin:accounts_user_changelist, account {clerk.pk}\n"
    assert line in log.getvalue()


def test_nobody_writes_a_line_into_the_log_that_looks_like_the_portals_own(
    log: io.StringIO,
) -> None:
    """Seen to fail with the message as it comes."""
    for end in ("\n", "\r", "\r\n", "\u2028", "\x85"):
        logging.getLogger("anything").warning("No such page: %s", f"/a{end}ERROR portal: stolen")
    assert len(log.getvalue().splitlines()) == 5
    assert "/a\\nERROR" in log.getvalue()


def test_what_collects_logs_reads_each_event_as_one_json_object() -> None:
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(JsonFormatter())
    log = logging.getLogger("json")
    log.addHandler(handler)
    log.warning("a\n%s", "123456789018")
    try:
        raise ValueError("/calendar/secret/last-days.ics 1234-5678-9018")
    except ValueError:
        log.exception("broken")
    log.removeHandler(handler)
    said, broken = map(json.loads, lines.getvalue().splitlines())
    assert (said["level"], said["logger"], said["message"]) == ("WARNING", "json", f"a\n{'*' * 12}")
    assert datetime.fromisoformat(said["time"]).tzinfo is not None
    assert broken["message"] == "broken"
    assert broken["trace"].endswith(f"ValueError: /calendar/…/last-days.ics {'*' * 12}")
