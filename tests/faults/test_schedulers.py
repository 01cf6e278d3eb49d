"""Two schedulers, none for days, and one that forgot everything: the same mails leave."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

from notifications.models import Delivery, Notification
from notifications.planner import raise_alerts
from portal import clock
from tests.faults.population import people
from tests.faults.portal import Portal
from tests.servers.smtp import SmtpSink


def test_two_schedulers_two_workers_and_planners_by_hand_have_one_effect(
    portal: Portal, smtp_sink: SmtpSink
) -> None:
    """Seen to fail (mails go out twice) when rows are read first and claimed afterwards."""
    portal.environment["BATCH"] = "3"
    # So that none is done before the others have begun.
    smtp_sink.behave("slow", seconds=0.03)
    people(300)
    planners = [portal.command("raise_alerts", CHUNK="20") for _ in range(2)]
    for number in range(2):
        portal.worker(f"worker{number}")
        portal.beat(f"beat{number}")
    senders = [portal.command("send_mail_queue") for _ in range(2)]
    for process in (*planners, *senders):
        said, _ = process.communicate(timeout=120)
        assert process.returncode == 0, said
    portal.until(lambda: Delivery.objects.filter(state="sent").count() == 300, "every mail is sent")
    assert Notification.objects.count() == Delivery.objects.count() == 300
    sent = Counter(message["To"] for message in smtp_sink.messages)
    assert len(sent) == sent.total() == 300
    portal.check_promises()


def test_five_days_without_a_scheduler_and_a_lost_schedule_bring_the_most_urgent_mail_alone(
    portal: Portal, smtp_sink: SmtpSink
) -> None:
    """Seen to fail (no mail) with alerts raised on their very day only."""
    today = clock.today()
    beat = portal.beat()
    portal.until(lambda: _schedule_of(portal), "beat has noted when it did what")
    beat.kill()
    for file in _schedule_of(portal):
        file.unlink()
    # Days left today: what was the last alert five days ago, and what is the most urgent now.
    last_days = {12: (30, 14), 2: (7, 3), 1: (7, 1), 0: (7, 0), -2: (3, -1), 40: (60, 60)}
    for number, left in enumerate(last_days):
        people(1, last_day=today + timedelta(left), first=number + 1)
    raise_alerts(today - timedelta(5))
    Delivery.objects.update(state="sent", sent_at=clock.now())
    portal.beat()
    portal.worker()
    due = {today + timedelta(left): lead for left, (_, lead) in last_days.items() if left != 40}
    portal.until(lambda: Notification.objects.count() == len(last_days) + len(due), "all is raised")
    portal.until(lambda: len(smtp_sink.messages) >= len(due), "all is sent")
    newest = Notification.objects.order_by("pk")[len(last_days) :]
    assert {one.last_day: one.lead for one in newest} == due
    assert len(smtp_sink.messages) == len(due)
    portal.check_promises()


def _schedule_of(portal: Portal) -> list[Path]:
    return list(portal.directory.glob("beat-schedule*"))
