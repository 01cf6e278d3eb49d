"""A move within the municipality has a notification of its own, which every text names (G5)."""

import re
from datetime import date

import pytest
from icalendar import Calendar

from cards.models import Card
from cards.operations.record_move import record_move
from cards.operations.tell_move import tell_move
from cards.rules.kinds import MoveKind
from cards.rules.moves import MoveDates
from notifications.feeds import make_link
from notifications.models import Notification
from notifications.outbox import send_queue
from notifications.planner import raise_alerts
from tests.builders import (
    hold,
    make_card,
    make_clerk,
    make_office,
    make_resident,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db

MOVED_IN = date(2027, 2, 20)  # the 14th day is 6 March
DAYS = ["2027-03-01", "2027-03-06", "2027-03-07"]  # before, on and after the last day
WITHIN = {
    "en": "notification of moving within the municipality",
    "ja": "転居届",
    "vi": "thông báo chuyển chỗ ở trong cùng địa phương",
}
FROM_ELSEWHERE = {"en": "moving-in", "ja": "転入", "vi": "chuyển đến"}
BY = ["the office", "the holder"]


def a_card_of_who_moved(
    by: str = BY[0], language: str = "en", kind: MoveKind = MoveKind.RELOCATE
) -> Card:
    """`by` is who told of the move."""
    card = make_card(make_resident(language=language), certificates=False)
    dates = MoveDates(moved_in_on=MOVED_IN)
    if by == "the office":
        record_move(card, kind=kind, dates=dates, by=make_clerk())
    else:
        tell_move(card, kind=kind, dates=dates, by=None)
    return card


def together(text: str) -> str:
    """Without line ends, and without the lines of a quoted or folded text."""
    return " ".join(text.split())


def read_by(client, card: Card) -> None:
    user = make_user()
    hold(user, card.resident)
    sign_in(client, user)


@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("language", WITHIN)
@pytest.mark.parametrize("day", DAYS)
def test_a_mail_names_the_notification_of_moving_within(smtp_sink, on_day, day, language, by):
    """Seen to fail with every move told to submit the moving-in notification."""
    on_day(day)
    a_card_of_who_moved(by, language)
    raise_alerts()
    assert send_queue().sent == 1
    (message,) = smtp_sink.messages
    own, *japanese = message.get_body("plain").get_content().split("-" * 70 + "\n", 1)
    joined = "" if language == "ja" else " "
    own = joined.join(f"{message['Subject']} {own}".split()).lower()
    assert WITHIN[language] in own
    assert FROM_ELSEWHERE[language] not in own
    for counter in japanese:
        assert "転居" in counter
        assert "転入" not in counter


def test_who_came_from_elsewhere_is_still_told_of_moving_in(smtp_sink, on_day):
    on_day("2027-03-01")
    a_card_of_who_moved(kind=MoveKind.MOVE_IN)
    raise_alerts()
    send_queue()
    said = together(smtp_sink.messages[0].get_body("plain").get_content())
    assert "submit the moving-in notification" in said
    assert WITHIN["en"] not in said
    assert "the municipality that you live in after the move" in said


def test_a_withdrawn_move_from_elsewhere_on_the_same_day_changes_no_word(smtp_sink, on_day):
    """Recorded as the wrong kind first, as happens at the counter."""
    on_day("2027-03-01")
    card = a_card_of_who_moved()
    card.moves.create(
        kind="move_in",
        source="counter",
        moved_in_on=MOVED_IN,
        withdrawn_at="2027-02-27T10:00+09:00",
    )
    raise_alerts()
    send_queue()
    assert WITHIN["en"] in together(smtp_sink.messages[0].get_body("plain").get_content())


@pytest.mark.parametrize("by", BY)
def test_pages_say_the_same(client, on_day, by):
    """The front page with its tasks and news, the notification's own page, and that of moves."""
    on_day("2027-03-01")
    card = a_card_of_who_moved(by)
    raise_alerts()
    read_by(client, card)
    told = Notification.objects.get()
    for path in (
        "/en/",
        "/en/notifications/",
        f"/en/notifications/{told.pk}/",
        f"/en/cards/{card.reference}/moving/",
        "/en/notifications/mails/",
    ):
        said = re.sub(r"<.*?>", " ", client.get(path).text.partition("<main")[2])
        assert "moving-in notification" not in together(said).lower(), path
        # Of a plan lists name the notification alone; what to do says which.
        if by == "the office" or path not in ("/en/notifications/", "/en/notifications/mails/"):
            assert "within the municipality" in together(said)
    japanese = client.get("/ja/").text
    assert "転居届" in japanese
    assert "転入届" not in japanese


def test_the_office_to_go_to_is_the_card_s_own_and_its_closed_days_count(client, smtp_sink, on_day):
    """Whoever stays in the municipality is not sent to find out which one is theirs."""
    on_day("2027-03-01")
    office = make_office()
    office.closed_weekdays = "6"  # 6 March 2027 is a Saturday
    office.save()
    card = a_card_of_who_moved()
    raise_alerts()
    send_queue()
    (message,) = smtp_sink.messages
    said = together(message.get_body("plain").get_content())
    assert "municipality that you live in after the move" not in said
    assert "Go by 5 March 2027: on 6 March 2027 the counter is closed." in said
    (file,) = message.iter_attachments()
    (entry,) = Calendar.from_ical(file.get_content()).walk("VEVENT")
    assert office.address in str(entry["LOCATION"])
    assert entry["DTSTART"].dt == date(2027, 3, 5)
    read_by(client, card)
    page = together(client.get("/en/").text)
    assert page.count("on 6 March 2027 the counter is closed") == 2, "the task, and the last day"


def test_where_the_counter_stays_closed_it_is_said_what_helps(smtp_sink, on_day):
    on_day("2027-03-06")
    office = make_office()
    office.closed_weekdays = "6"
    office.save()
    a_card_of_who_moved()
    raise_alerts()
    send_queue()
    said = together(smtp_sink.messages[0].get_body("plain").get_content())
    assert "the counter is closed" in said
    assert "Call the office" in said
    assert "before the counter closes" not in said


@pytest.mark.parametrize("by", BY)
def test_so_do_the_calendar_file_and_the_feed(client, smtp_sink, on_day, by):
    on_day("2027-03-01")
    card = a_card_of_who_moved(by)
    raise_alerts()
    send_queue()
    (file,) = smtp_sink.messages[0].iter_attachments()
    user = make_user()
    hold(user, card.resident)
    feed = client.get(f"/calendar/{make_link(user)}/last-days.ics")
    for text in (file.get_content(), feed.text):
        entries = Calendar.from_ical(text).walk("VEVENT")
        said = [f"{one['SUMMARY']} {one['DESCRIPTION']}" for one in entries]
        assert any("within the municipality" in one for one in said)
        assert not any("moving-in notification" in one.lower() for one in said)
