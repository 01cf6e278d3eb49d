"""From a file of 1,000 cards to the alerts of 120 days, against a small model of its own.

The model reads the file's rows, not the portal's tables, and knows only what the guide says: the
clocks of a move, the fifth birthday of a certificate and the table of leads.
"""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from cards.proving import cards_with_wrong_deadlines
from notifications.models import Notification
from notifications.planner import raise_alerts
from tests.builders import make_office
from tests.cards.importing import imported, line, until

DAY = timedelta(1)
START = date(2026, 8, 15)
EVERY_DAY = [START + days * DAY for days in range(120)]
WITHOUT_EVERY_THIRD = [day for index, day in enumerate(EVERY_DAY) if index % 3]
SCHEDULES = {
    "every day": EVERY_DAY,
    "every day twice": sorted(EVERY_DAY * 2),
    "every third day skipped, the others twice": sorted(WITHOUT_EVERY_THIRD * 2),
}
LEADS = {
    "card_expiry": (90, 60, 30, 14, 7, 3, 1, 0, -1),
    "card_update_90": (60, 30, 14, 7, 3, 1, 0, -1),
    "move_out_30": (14, 7, 3, 1, 0, -1),
    "move_in_14": (7, 3, 1, 0, -1),
    "certificate_expiry": (90, 30, 7, 0, -1),
}
EXAMPLES = [
    {"notified_on": "2026-09-01"},
    {"expected_move_out_on": "2026-10-20"},
    {"moved_in_on": "2026-11-07"},
    {"notified_on": "2026-09-01", "card_updated_on": "2026-11-30"},
    {"notified_on": "2026-09-01", "card_updated_on": "2026-12-01"},
    {"expected_move_out_on": "2026-10-20", "notified_on": "2026-11-19"},
    {"expected_move_out_on": "2026-10-20", "notified_on": "2026-11-20"},
    {"moved_in_on": "2026-11-07", "notified_on": "2026-11-21"},
    {"moved_in_on": "2026-11-07", "notified_on": "2026-11-22"},
    {"moved_in_on": "2026-11-07", "card_updated_on": "2026-11-21"},
    {"birth_date": "2000-02-29", "issued_on": "2022-03-01", **until("2030-01-01")},
    {"variant": "photo_id", "birth_date": "1990-09-03", "issued_on": "2021-10-01"},
]


def thousand_rows() -> list[dict[str, str]]:
    """The domain's examples, and cards with last days all over and around the 120 days."""
    chance = random.Random(120)

    def some_day(first: int, last: int) -> date:
        return START + chance.randint(first, last) * DAY

    rows = [line(reference=f"E-{number}", **days) for number, days in enumerate(EXAMPLES)]
    while len(rows) < 1_000:
        cells = {
            "reference": f"R-{len(rows)}",
            "variant": chance.choice(["standard", "standard", "photo_id"]),
            "birth_date": str(date(1950, 1, 1) + chance.randrange(25_000) * DAY),
            "issued_on": str(some_day(-1_800, -250)),
            "expires_on": str(some_day(-20, 900)),
        }
        if chance.random() < 0.5:
            day = some_day(-60, 60)
            for name in ("expected_move_out_on", "moved_in_on", "notified_on", "card_updated_on"):
                if chance.random() < 0.5 and not (name == "card_updated_on" and len(cells) == 5):
                    cells[name] = str(day)
                day += chance.randint(0, 40) * DAY
        rows.append(line(**cells | until(cells["expires_on"])))
    return rows


def last_days(row: dict[str, str]) -> Iterator[tuple[str, date, date]]:
    """Kind, last day, and the day after which nothing may be said of it any more."""
    days = {
        name: date.fromisoformat(row[name]) for name in row if name.endswith("_on") and row[name]
    }
    notified, updated = days.get("notified_on", date.max), days.get("card_updated_on", date.max)
    ends = {"card_expiry": days["expires_on"]}
    for kind, counted_from, length, stopped in (
        ("move_out_30", "expected_move_out_on", 30, min(notified, updated)),
        ("move_in_14", "moved_in_on", 14, min(notified, updated)),
        ("card_update_90", "notified_on", 90, updated),
    ):
        if counted_from in days and stopped > (last := days[counted_from] + length * DAY):
            ends[kind] = last
    card_ends = min(ends.values())
    for kind, last in ends.items():
        yield kind, last, card_ends if last > card_ends else date.max
    birthday = fifth_birthday(date.fromisoformat(row["birth_date"]), days["issued_on"])
    if birthday < days["expires_on"]:
        yield "certificate_expiry", birthday, card_ends


def fifth_birthday(born: date, issued: date) -> date:
    """The holder's fifth birthday after the day of issue; 28 February in years without a 29th."""
    day, seen = issued, 0
    while seen < 5:
        day += DAY
        leap = day.year % 4 == 0
        seen += (day.month, day.day) == (
            (2, 28) if (born.month, born.day) == (2, 29) and not leap else (born.month, born.day)
        )
    return day


def expected(rows: list[dict[str, str]], days: list[date]) -> Counter:
    """What runs on these days should tell, worked out row by row from the file."""
    told: Counter = Counter()
    for row in rows:
        for kind, last, silent_after in last_days(row):
            said = None
            for today in days:
                reached = [lead for lead in LEADS[kind] if today >= last - lead * DAY]
                if reached and reached[-1] != said and today <= silent_after:
                    said = reached[-1]
                    told[row["reference"], kind, last, said, today] += 1
    return told


@pytest.mark.django_db
@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES.keys())
def test_a_file_of_1000_cards_brings_exactly_the_alerts_of_the_table(schedule, on_day, tmp_path):
    make_office()
    rows = thousand_rows()
    # Read when all that the file tells of has happened; what is due when depends on its days only.
    on_day(START + 365 * DAY)
    assert imported(tmp_path / "cards.csv", *rows).new == 1_000
    told: Counter = Counter()
    seen = 0
    for today in schedule:
        on_day(today, at="00:01")
        raise_alerts()
        fields = ("pk", "deadline__card__reference", "kind", "last_day", "lead")
        for pk, *alert in Notification.objects.filter(pk__gt=seen).values_list(*fields):
            told[*alert, today] += 1
            seen = max(seen, pk)
    assert told == expected(rows, schedule)
    assert set(told.values()) == {1}
    assert {kind for _, kind, *_ in told} == set(LEADS)
    assert told.total() > 2_000
    assert not list(cards_with_wrong_deadlines())
