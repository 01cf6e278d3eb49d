"""From the office's file to the alerts: a changed date ends the old ones and starts new ones."""

from datetime import date, timedelta

import pytest

from notifications.models import Notification
from notifications.planner import raise_alerts
from tests.builders import make_office
from tests.cards.importing import imported, line

pytestmark = pytest.mark.django_db


def test_an_imported_row_with_a_changed_expiry_ends_the_old_reminders_and_starts_new_ones(
    tmp_path, on_day
):
    """31 December becomes 31 March: after 60 days' notice of the one, all leads of the other."""
    make_office()
    path = tmp_path / "cards.csv"
    day, changed_on = date(2026, 9, 1), date(2026, 11, 22)
    on_day(day)
    imported(path, line(expires_on="2026-12-31"))
    told: list[tuple[date, str, int]] = []
    while day < date(2027, 5, 1):
        on_day(day)
        if day == changed_on:
            imported(path, line(expires_on="2027-03-31"))
        raise_alerts()
        for one in Notification.objects.order_by("pk")[len(told) :]:
            told.append((day, str(one.last_day), one.lead))
        day += timedelta(1)

    before = [one for one in told if one[0] < changed_on]
    after = [one for one in told if one[0] >= changed_on]
    assert before == [
        (date(2026, 10, 2), "2026-12-31", 90),
        (date(2026, 11, 1), "2026-12-31", 60),
    ]
    assert after == [
        (date(2026, 12, 31), "2027-03-31", 90),
        (date(2027, 1, 30), "2027-03-31", 60),
        (date(2027, 3, 1), "2027-03-31", 30),
        (date(2027, 3, 17), "2027-03-31", 14),
        (date(2027, 3, 24), "2027-03-31", 7),
        (date(2027, 3, 28), "2027-03-31", 3),
        (date(2027, 3, 30), "2027-03-31", 1),
        (date(2027, 3, 31), "2027-03-31", 0),
        (date(2027, 4, 1), "2027-03-31", -1),
    ]
