"""What beat starts. Each is safe to run late, twice or in parallel; the rows decide."""

from __future__ import annotations

import logging

from celery import shared_task
from django.conf import settings

from notifications import digest, outbox, planner
from notifications.bounces import mailbox
from notifications.guardians import tell_guardians
from notifications.outbox import account_mails
from portal.hints import hint

log = logging.getLogger(__name__)

# A run lets other jobs have their turn; the next one goes on from there.
SENDING_SECONDS = 60.0


@shared_task  # type: ignore[untyped-decorator]
def raise_alerts() -> None:
    """Raise what is due today, and hint the sender."""
    done = planner.raise_alerts()
    if done.total:
        log.info("%d alerts raised, %d by mail", done.total, done.mails)
    told = tell_guardians().total
    if told:
        log.info("%d guardians told that it ends at 18", told)
    hint_sender(done.mails + told)


@shared_task  # type: ignore[untyped-decorator]
def tell_events() -> None:
    """Tell what happened at once and what was asked for, and hint the sender."""
    hint_sender(planner.tell_events().mails + planner.remind_again().mails)


@shared_task  # type: ignore[untyped-decorator]
def tell_offices() -> None:
    """Tell the offices what waits for them, and hint the sender."""
    if digest.tell_offices():
        hint_account_mails()


@shared_task  # type: ignore[untyped-decorator]
def send_mail_queue() -> None:
    """Send what is queued, unless the mail server takes nothing and was asked just now."""
    if outbox.server_rests():
        return
    done = outbox.send_queue(seconds=SENDING_SECONDS)
    if done.sent or done.failed or done.later:
        log.info("%d mails sent, %d failed, %d later", done.sent, done.failed, done.later)


@shared_task  # type: ignore[untyped-decorator]
def send_account_mails() -> None:
    """Send codes and news about accounts."""
    done = account_mails.send_account_mails(seconds=SENDING_SECONDS)
    if done.sent or done.failed or done.later:
        log.info("%d account mails sent, %d failed, %d later", done.sent, done.failed, done.later)


@shared_task  # type: ignore[untyped-decorator]
def read_bounces() -> None:
    """Read what came back, where a mailbox for it is set."""
    if not settings.BOUNCE_MAILBOX:
        return
    try:
        done = mailbox.read_imap(settings.BOUNCE_MAILBOX)
    except mailbox.MailboxTrouble as trouble:
        log.warning("%s", trouble)
        return
    if done.reports or done.others:
        log.info("%d reports of undelivered mail, %d other mails", done.reports, done.others)


def hint_account_mails() -> None:
    """Ask for codes to be sent now. Only a hint, like `hint_sender`."""
    hint(send_account_mails)


def hint_sender(mails: int) -> None:
    """Ask for the queue to be sent now rather than at beat's next turn.

    Only a hint: without a broker the rows wait, and nothing else fails.
    """
    if mails:
        hint(send_mail_queue)
