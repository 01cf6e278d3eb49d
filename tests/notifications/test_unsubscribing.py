"""The address in a mail that turns its kind off: asked by people, posted by mail programs."""

import re
from datetime import date

import pytest
from django.test import Client

from notifications.kinds_of_mail import EVERY, Group
from notifications.outbox import send_queue
from notifications.planner import raise_alerts
from notifications.preferences import turn_off, turned_off
from notifications.unsubscribing import address
from tests.builders import make_card, make_resident

pytestmark = pytest.mark.django_db


def path(url: str) -> str:
    return re.sub(r"^https?://[^/]+", "", url)


def test_a_mail_program_turns_it_off_with_one_post_and_no_session(smtp_sink, on_day):
    """RFC 8058: from the headers alone, without a cookie, and the answer is no redirect."""
    on_day("2027-03-01")
    card = make_card(expires_on=date(2027, 3, 31), certificates=False)
    raise_alerts()
    send_queue()
    (message,) = smtp_sink.messages
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = message["List-Unsubscribe"].strip().strip("<>")
    program = Client(enforce_csrf_checks=True)
    answer = program.post(
        path(url), "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"
    )
    assert answer.status_code == 200
    assert not answer.cookies
    assert turned_off(card.resident) == {Group.EXPIRY}


@pytest.mark.parametrize("language", ["en", "ja", "vi"])
def test_opening_the_address_asks_and_changes_nothing(language):
    """Mail scanners open links."""
    resident = make_resident()
    url = path(address(resident.pk, Group.MOVES, language))
    for ask in (Client().get, Client().head):
        answer = ask(url)
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
    page = Client().get(url).content.decode()
    assert resident.name not in page
    assert "<form" in page
    assert turned_off(resident) == set()


def test_a_person_turns_it_off_and_on_again():
    resident = make_resident()
    url, client = path(address(resident.pk, Group.EXPIRY, "en")), Client()
    assert "Nothing has been changed yet" in client.get(url).content.decode()
    assert "turned off now" in client.post(url).content.decode()
    assert turned_off(resident) == {Group.EXPIRY}
    assert "These mails are turned off" in client.get(url).content.decode()
    assert "come again" in client.post(url, {"on": carried(client.get(url))}).content.decode()
    assert turned_off(resident) == set()


def carried(answer) -> str:
    found = re.search(r'name="on" value="([^"]+)"', answer.content.decode())
    assert found
    return found[1]


def test_turned_on_again_is_what_the_link_turned_off_and_nothing_that_was_off_before():
    """Seen to fail with every group turned on again."""
    resident, other = make_resident(), make_resident()
    turn_off(resident, Group.MOVES)
    url, client = path(address(resident.pk, EVERY, "en")), Client()
    undo = carried(client.post(url))
    assert turned_off(resident) == set(Group)
    # Opened later, nobody knows any more which they were: no button that would turn on the rest.
    later = client.get(url).content.decode()
    assert 'name="on"' not in later
    assert "you choose after signing in" in later
    for made_up in ("1", undo[:-1], undo.replace("applications,", "")):
        assert client.post(url, {"on": made_up}).status_code == 404
    assert client.post(path(address(other.pk, EVERY, "en")), {"on": undo}).status_code == 404
    assert turned_off(resident) == set(Group)
    assert "come again" in client.post(url, {"on": undo}).content.decode()
    assert turned_off(resident) == {Group.MOVES}


def test_an_address_turns_off_what_it_says_for_whom_it_says_and_cannot_be_made_up():
    mine, other = make_resident(), make_resident()
    url = path(address(mine.pk, Group.EXPIRY, "en"))
    signature = url.rstrip("/").rpartition(".")[2]
    around = url.partition(f"{mine.pk}-expiry")[0]
    assert len(signature) >= 43  # 256 bits
    for token in (
        f"{other.pk}-expiry.{signature}",
        f"{mine.pk}-moves.{signature}",
        f"{mine.pk}-expiry",
        f"{mine.pk}-expiry.",
        f"{mine.pk}-expiry.{signature[:-1]}",
        "x",
    ):
        assert Client().post(f"{around}{token}/").status_code == 404
    assert turned_off(mine) == turned_off(other) == set()
    mine.delete()
    assert Client().post(url).status_code == 404
