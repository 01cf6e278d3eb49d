"""What a run of a sender did, and what it tells of the mail server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from notifications import pulse
from notifications.models import AccountMail, Delivery, DeliveryState
from portal import clock

# A server that takes none of so many, each with an answer of its own, takes none; nor does one that
# refuses so many for good and takes none after them, for reasons that need not be theirs.
MANY = 5
# What is new waits no longer than this for a server that takes nothing.
LONGEST_REST = timedelta(minutes=2)


@dataclass(slots=True)
class Sent:
    """What one run did, in messages. `trouble` is what the server said when all had to wait.

    `unexplained`: of `later`, those that may be the server's fault as well as their own.
    `of_one`: noes that were about one recipient, by a server that can be talked to.
    """

    sent: int = 0
    cancelled: int = 0
    failed: int = 0
    later: int = 0
    unexplained: int = 0
    of_one: int = 0
    trouble: str = ""

    def tell(self, before: Sent, queue: str) -> None:
        """Add to the totals of `queue` what was done since `before`."""
        for what in ("sent", "cancelled", "failed", "later"):
            pulse.add(f"{queue} {what}", getattr(self, what) - getattr(before, what))


def tell_of_server(done: Sent) -> None:
    """Keep since when the mail server takes nothing, for whoever watches: not reached, or not one
    of many messages taken. Over once it takes one or says what is wrong with one alone, and once
    none waits for it."""
    if not done.sent and (done.trouble or done.unexplained >= MANY):
        pulse.begins(pulse.MAIL_SERVER_TROUBLE)
    elif done.sent or done.of_one or not _any_waits():
        pulse.ends(pulse.MAIL_SERVER_TROUBLE)


def may_be_the_first_no(taken_at: datetime | None) -> bool:
    """Whether no mail was refused for good, for reasons that need not be its own, since one was
    taken. `taken_at`: when one was last."""
    refused_at = pulse.last(pulse.MAIL_REFUSED)
    return refused_at is None or bool(taken_at and refused_at < taken_at)


def _any_waits() -> bool:
    unsent = (DeliveryState.QUEUED, DeliveryState.SENDING)
    return (
        Delivery.objects.filter(state__in=unsent, daily=False).exists()
        or AccountMail.objects.filter(state__in=unsent).exists()
    )


def server_rests() -> bool:
    """Whether a server that cannot be used is to be left in peace for now.

    It is asked again after a quarter of the time that it has taken nothing for, and at least
    every two minutes.
    """
    since, asked = pulse.last(pulse.MAIL_SERVER_TROUBLE), pulse.last(pulse.MAIL_SERVER_ASKED)
    if since is None or asked is None or not since <= asked <= clock.now():
        return False  # also where the clock was put back
    return clock.now() < asked + min((asked - since) / 4, LONGEST_REST)
