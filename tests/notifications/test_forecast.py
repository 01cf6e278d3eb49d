"""What is foretold is what the planner then does, day by day, for ninety days."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.models import Office
from cards.models import Deadline
from cards.rules.days import days_from
from cards.rules.kinds import DeadlineKind
from cards.rules.reminders import alerts_ahead
from notifications.forecast import DAYS, days_ahead, forecast
from notifications.models import Notification
from notifications.planner import raise_alerts
from tests.builders import make_office
from tests.cards.importing import imported
from tests.notifications.test_120_days import START, thousand_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def cards(on_day: Any, tmp_path: Path) -> None:
    """A thousand cards of two offices, alerted of some of what was due; then five days without."""
    offices = [make_office("900001").code, make_office("900002").code]
    rows = thousand_rows()
    for number, row in enumerate(rows):
        row["office_code"] = offices[number % 7 == 0]
    # The file tells of days up to its own: it is taken in later, and looked at from START on.
    on_day(START + timedelta(365))
    imported(tmp_path / "cards.csv", *rows)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as the server itself does beside whatever is imported
    on_day(START)
    raise_alerts(START - timedelta(2))
    on_day(START + timedelta(5))


def told() -> Counter[tuple[date, int, str]]:
    return Counter({(one.day, one.office, one.kind.value): one.alerts for one in forecast()})


def test_the_forecast_holds_under_ninety_days_of_the_planner(cards: None) -> None:
    foretold, raised = told(), Counter[tuple[date, int, str]]()
    newest = Notification.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for day in days_ahead():
        raise_alerts(day)
        new = Notification.objects.filter(pk__gt=newest).order_by("pk")
        for pk, office, kind in new.values_list("pk", "card__resident__office", "kind"):
            raised[day, office, kind] += 1
            newest = pk
    assert len(raised) > 100
    assert foretold == raised


def test_the_statement_says_what_the_rule_says(cards: None) -> None:
    today = days_ahead()[0]
    by_rule = Counter[tuple[date, int, str]]()
    deadlines = Deadline.objects.filter(closed_at=None).select_related("card__resident")
    for one in deadlines:
        for day, _lead in alerts_ahead(
            DeadlineKind(one.kind),
            one.last_day,
            last_lead=one.last_lead,
            silent_after=one.silent_after,
            today=today,
            until=days_from(today, DAYS - 1),
        ):
            by_rule[day, one.card.resident.office_id, one.kind] += 1
    assert told() == by_rule


def test_an_office_sees_its_own_alone(cards: None) -> None:
    office = Office.objects.get(code="900002").pk
    mine = forecast([office])
    assert {one.office for one in mine} == {office}
    assert mine == [one for one in forecast() if one.office == office]
    assert forecast([]) == []
