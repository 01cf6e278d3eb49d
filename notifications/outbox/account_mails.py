"""Mail about accounts: codes and news of changes. Few, and each is waited for by somebody.

The same promise as for reminders: a row is claimed by compare-and-set under a lease, sent outside
any transaction under a Message-ID fixed by the row, and marked; at least once. The message is
sealed while it waits and erased as soon as it has left, or can no more.
"""

from __future__ import annotations

import json
import logging
import secrets
import smtplib
import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import QuerySet
from django.views.decorators.debug import sensitive_variables

from accounts.mail_html import with_html
from accounts.sealing import seal, unseal
from notifications import pulse
from notifications.bounces import account_came_back, verdict_of
from notifications.bounces.verdict import status_in
from notifications.messages.letter import one_line
from notifications.models import AccountMail, DeliveryState, digest_of_recipient
from notifications.outbox.answers import is_of_recipient, whose
from notifications.outbox.letters import TOO_LATE
from notifications.outbox.rows import STOPPED
from notifications.outbox.run import Sent, may_be_the_first_no, tell_of_server
from notifications.outbox.server import CLOSING, MANY_DROPS
from portal import clock

log = logging.getLogger(__name__)

PURPOSE = "account mail"
# Longer than one message takes at its slowest.
LEASE = timedelta(minutes=4)
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=10), timedelta(minutes=15)
# So many senders died of it until it is set aside, to be seen by staff.
DEATHS = 5


@sensitive_variables()
def queue(mail: EmailMessage, *, worth: timedelta) -> AccountMail:
    """Keep `mail`, sealed, until it is sent; it is given up after `worth`."""
    content = {
        "to": mail.to,
        "subject": one_line(str(mail.subject)),
        "body": mail.body,
        "headers": mail.extra_headers,
    }
    now = clock.now()
    return AccountMail.objects.create(
        sealed=seal(PURPOSE, json.dumps(content)),
        recipient_digest=digest_of_recipient(mail.to[0]),
        queued_at=now,
        not_before=now,
        useless_at=now + worth,
    )


def send_account_mails(*, seconds: float = 300.0) -> Sent:
    """Send what may leave now, until nothing is left, `seconds` are over or the server fails.

    Several senders may run at once: each row is sent by the one that claimed it.
    """
    done = Sent()
    stop_at = time.monotonic() + seconds
    _reclaim_expired()
    server = get_connection()
    try:
        while not done.trouble and time.monotonic() < stop_at:
            row = _claim()
            if row is None:
                break
            before = replace(done)
            _send(row, server, done)
            done.tell(before, pulse.ACCOUNTS)
    finally:
        server.close()
    tell_of_server(done)
    if done.trouble:
        log.warning("The mail server does not take mail about accounts: %s", done.trouble)
    return done


def any_may_leave() -> bool:
    """Whether one waits that may leave now."""
    return _may_leave(clock.now()).exists()


def _may_leave(now: datetime) -> QuerySet[AccountMail]:
    return AccountMail.objects.filter(state=DeliveryState.QUEUED, not_before__lte=now)


def _claim() -> AccountMail | None:
    """The next row that may leave, ours until the lease ends; others' are passed over."""
    while True:
        now = clock.now()
        # What was never tried first: what was put off may be put off for ever.
        row = _may_leave(now).order_by("attempts", "not_before", "pk").first()
        if row is None:
            return None
        row.lease, row.leased_until = secrets.token_hex(16), now + LEASE
        taken = AccountMail.objects.filter(pk=row.pk, state=DeliveryState.QUEUED).update(
            state=DeliveryState.SENDING, lease=row.lease, leased_until=row.leased_until
        )
        if taken:
            return row


@sensitive_variables()
def _send(row: AccountMail, server: Any, done: Sent) -> None:
    if row.useless_at <= clock.now():
        _finish(row, DeliveryState.CANCELLED, TOO_LATE)
        done.cancelled += 1
        return None
    try:
        mail = EmailMessage(**json.loads(unseal(PURPOSE, row.sealed)), connection=server)
        mail.extra_headers["Message-ID"] = _message_id(row)
        server.open()
        _talk(with_html(mail), server, used=bool(done.sent))
    except smtplib.SMTPRecipientsRefused as refused:
        answers = dict(refused.recipients)
        code, words = max(answers.values())
        if code == CLOSING:
            return _hung_up(row, server, done, str(code))
        final = _refused(row, code, words, done, of_recipient=True)
        for address, (code, words) in answers.items():
            if final and code >= 500:
                text = f"{code} {words.decode('ascii', 'replace')}"
                said = f"{code} {status_in(text)}".strip()
                account_came_back(address, verdict_of(text, of_recipient=True), said)
    except smtplib.SMTPDataError as refused:
        if refused.smtp_code == CLOSING:
            return _hung_up(row, server, done, str(refused.smtp_code))
        if _refused(row, refused.smtp_code, refused.smtp_error, done, of_recipient=False):
            # With one recipient, as all of these have.
            answer = refused.smtp_error
            text = answer.decode("ascii", "replace") if isinstance(answer, bytes) else answer
            said = f"{refused.smtp_code} {status_in(text)}".strip()
            for address in mail.to:
                verdict = verdict_of(f"{refused.smtp_code} {text}", of_recipient=False)
                account_came_back(address, verdict, said)
    except (OSError, smtplib.SMTPException) as trouble:
        answered = isinstance(trouble, smtplib.SMTPException)
        silent = not answered or isinstance(trouble, smtplib.SMTPServerDisconnected)
        if server.connection is not None and silent:
            return _hung_up(row, server, done, type(trouble).__name__)
        # Not reached, not signed in, sender unwanted: nothing that is the message's own.
        _server_trouble(row, trouble, done)
    except Exception as trouble:
        # A message that cannot be written must not keep the others from leaving.
        log.error("Account mail %d cannot be sent: %s", row.pk, type(trouble).__name__)
        _finish(row, DeliveryState.FAILED, f"It could not be written: {type(trouble).__name__}.")
        done.failed += 1
    else:
        _finish(row, DeliveryState.SENT)
        done.sent += 1
        pulse.done_at(pulse.MAIL_TAKEN, clock.now())
        pulse.ends(pulse.REFUSED_IN_A_ROW)
    return None


def _talk(mail: EmailMessage, server: Any, *, used: bool) -> None:
    """Hand it over. A server that ends a connection after so many messages is called once more."""
    try:
        mail.send()
    except smtplib.SMTPSenderRefused as refused:
        if not used or refused.smtp_code != CLOSING:
            raise
        server.close()
        server.open()
        mail.send()


def _hung_up(row: AccountMail, server: Any, done: Sent, what: str) -> None:
    """It was reached, and hung up or fell silent at this mail: its own until it is many's."""
    server.close()
    _later(row, f"The mail server said not now: {what}.", done)
    done.unexplained += 1
    if done.unexplained >= MANY_DROPS and not done.sent:
        done.trouble = what


def _server_trouble(row: AccountMail, trouble: Exception, done: Sent) -> None:
    """The mail waits, whatever the server said: the next one would fare no better."""
    done.trouble = type(trouble).__name__
    code = f" ({trouble.smtp_code})" if isinstance(trouble, smtplib.SMTPResponseException) else ""
    _later(row, f"The mail server takes no mail now: {done.trouble}{code}.", done)


def _refused(
    row: AccountMail, code: int, words: bytes | str, done: Sent, *, of_recipient: bool
) -> bool:
    """Whether it is given up: the server said never, of this one. What blames us is tried for as
    long as it is of use."""
    text = words.decode("ascii", "replace") if isinstance(words, bytes) else words
    said = f"{code} {status_in(text)}".strip()
    answer = f"{code} {text}"
    of_one = code >= 500 and is_of_recipient(answer, of_recipient=of_recipient)
    if of_one and (whose(answer).is_own or _is_its_own(row)):
        _finish(row, DeliveryState.FAILED, f"The mail server refused it: {said}.")
        done.failed += 1
        return True
    _later(row, f"The mail server said not now: {said}.", done)
    if whose(said).is_own:
        done.of_one += 1
    else:
        done.unexplained += 1
    return False


def _is_its_own(row: AccountMail) -> bool:
    """Whether a final no that does not say whose it is may be taken for this address's: others
    were taken since it was tried, or it is the first such no since one was."""
    taken_at = pulse.last(pulse.MAIL_TAKEN)
    tried = row.not_before - _pause(row.attempts)
    others_pass = bool(row.attempts and taken_at and tried < taken_at <= clock.now())
    first = may_be_the_first_no(taken_at)
    pulse.done(pulse.MAIL_REFUSED)
    return others_pass or first


def _later(row: AccountMail, reason: str, done: Sent, *, died: bool = False) -> None:
    attempts = row.attempts + 1
    _held(row).update(
        state=DeliveryState.QUEUED,
        attempts=attempts,
        deaths=row.deaths + died,
        not_before=clock.now() + _pause(attempts),
        reason=reason,
        lease="",
        leased_until=None,
    )
    done.later += 1


def _pause(attempts: int) -> timedelta:
    """How long to wait after so many failures, one at least."""
    return min(_FIRST_PAUSE * (1 << min(max(attempts - 1, 0), 10)), _LONGEST_PAUSE)


def _finish(
    row: AccountMail, state: DeliveryState, reason: str = "", *, set_aside: bool = False
) -> None:
    """It is done with, one way or the other: nothing of it is kept but that."""
    _held(row).update(
        state=state,
        set_aside_at=clock.now() if set_aside else None,
        sealed="",
        sent_at=clock.now() if state is DeliveryState.SENT else None,
        reason=reason,
        lease="",
        leased_until=None,
    )


def _held(row: AccountMail) -> Any:
    return AccountMail.objects.filter(pk=row.pk, lease=row.lease, state=DeliveryState.SENDING)


def _reclaim_expired() -> None:
    """Queue again what a dead sender held; what too many died of is set aside."""
    for row in AccountMail.objects.filter(
        state=DeliveryState.SENDING, leased_until__lt=clock.now()
    ):
        if row.deaths + 1 >= DEATHS:
            _finish(row, DeliveryState.FAILED, STOPPED, set_aside=True)
        else:
            _later(row, STOPPED, Sent(), died=True)


def _message_id(row: AccountMail) -> str:
    """Made of what the row keeps, so that a message that goes out twice is known as one."""
    moment = int(row.queued_at.timestamp() * 1_000_000)
    return f"<account.{row.pk}.{moment}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"
