"""Raise what is due, by hand. Beat does the same every ten minutes."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cards.labels import DEADLINE_KIND
from notifications.guardians import tell_guardians
from notifications.planner import RaisedAlerts, raise_alerts, tell_events
from portal import clock


class Command(BaseCommand):
    help = "Raise every alert that is due. Safe to run again, late, or beside another run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", metavar="YYYY-MM-DD", help="as of this day (default: today)")

    def handle(self, *args: Any, on: str | None, **options: Any) -> None:
        try:
            day = date.fromisoformat(on) if on else clock.today()
        except ValueError:
            raise CommandError("--on takes a day, written YYYY-MM-DD.") from None
        if day > clock.today():
            raise CommandError(
                f"{day} is still to come. What is raised is not raised again, so residents would "
                "be told too early, and then no more. Nothing was done: give today or an earlier "
                "day."
            )
        self.report(day, raise_alerts(day), tell_events())
        if told := tell_guardians(day).total:
            self.stdout.write(f"{told} guardians told that it ends at 18.")

    def report(self, day: date, alerts: RaisedAlerts, events: RaisedAlerts) -> None:
        self.stdout.write(f"{day}: {alerts.total} alerts raised, {alerts.mails} by mail.")
        for kind, label in DEADLINE_KIND.items():
            if alerts.by_kind[kind]:
                self.stdout.write(f"  {alerts.by_kind[kind]:>6}  {label}")
        if alerts.silenced:
            self.stdout.write(f"  {alerts.silenced} deadlines silenced: their card ended before.")
        if events.total:
            self.stdout.write(f"{events.total} events told, {events.mails} by mail.")
