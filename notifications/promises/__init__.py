"""What the portal promised, proved from the tables and not from what some job said it did."""

from __future__ import annotations

from notifications.promises import alerts, deadlines, mails
from notifications.promises.mails import failing

__all__ = ["broken", "failing"]


def broken() -> list[str]:
    """One line for each promise that is not kept; none when all is well.

    Reads every card once, and all that is less than a year old of what was told: for the night.
    """
    return [*deadlines.broken(), *alerts.broken(), *mails.broken()]
