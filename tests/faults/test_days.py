"""The right day, wherever the host thinks it is and however near to midnight."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine

from notifications.models import Delivery, Notification
from notifications.outbox import send_queue
from notifications.planner import raise_alerts
from portal import clock
from tests.builders import make_card, make_resident
from tests.servers.smtp import SmtpSink

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["America/Los_Angeles", "UTC", "Pacific/Kiritimati"])
def host_elsewhere(request: pytest.FixtureRequest) -> Iterator[None]:
    """A host whose own clock shows yesterday, today or tomorrow."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.fixture
def at() -> Iterator[Callable[[str, str], None]]:
    """`at("2027-03-30", "23:59")`: that moment in Tokyo, and the host keeps its own zone.

    (Travelling to a moment of a named zone would take the host along into it.)
    """
    travels: list[time_machine.travel] = []

    def move(day: str, hour: str) -> None:
        moment = datetime.fromisoformat(f"{day}T{hour}:00+09:00").astimezone(UTC)
        travels.append(time_machine.travel(moment, tick=True))
        travels[-1].start()

    yield move
    for travel in reversed(travels):
        travel.stop()


@pytest.mark.usefixtures("host_elsewhere")
@pytest.mark.parametrize(
    ("expires_on", "evening", "lead"),
    [
        ("2027-03-31", "2027-03-30", 0),
        ("2027-03-31", "2027-03-31", -1),
        ("2028-02-29", "2028-02-28", 0),
        ("2028-02-29", "2028-02-29", -1),
        ("2028-03-07", "2028-02-28", 7),
        ("2027-03-07", "2027-02-27", 7),
        ("2028-01-01", "2027-12-31", 0),
    ],
)
def test_an_alert_falls_due_at_midnight_in_tokyo(
    smtp_sink: SmtpSink, at: Callable[[str, str], None], expires_on: str, evening: str, lead: int
) -> None:
    """Seen to fail on hosts elsewhere with today taken from the host's own calendar."""
    at(evening, "23:59")
    # All that was due until this evening has been told.
    last_day = date.fromisoformat(expires_on)
    make_card(make_resident(), expires_on=last_day, certificates=False)
    raise_alerts()
    Notification.objects.all()
    told = set(Notification.objects.values_list("lead", flat=True))
    assert lead not in told
    assert raise_alerts().total == 0
    morning = date.fromordinal(date.fromisoformat(evening).toordinal() + 1)
    at(morning.isoformat(), "00:01")
    assert clock.today() == morning
    assert raise_alerts().total == 1
    assert Notification.objects.latest("pk").lead == lead
    sent = send_queue()
    assert (sent.sent, sent.cancelled) == (1, 1 if told else 0)
    # A letter that waits past its own day gives way to the nearer one; dates are days in Tokyo.
    assert Delivery.objects.get(state="sent").notification.lead == lead
    assert smtp_sink.messages[0]["Date"].datetime.astimezone(clock.TOKYO).date() == morning
