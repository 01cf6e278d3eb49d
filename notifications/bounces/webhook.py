"""What a mail provider reports by itself (django-anymail's tracking events)."""

from __future__ import annotations

import json
import logging
from typing import Any

from anymail.signals import tracking
from django.dispatch import receiver

from notifications.bounces.flagging import account_mail_came_back, last_account_mail_to
from notifications.bounces.reports import found_undelivered, our_id
from notifications.bounces.verdict import Verdict, status_in, verdict_of, verdict_reported

log = logging.getLogger(__name__)

# How providers' words are taken where they give no status of RFC 3463.
_HARD = ("invalid", "bounced")
# SendGrid's words for mails that it did not even try, because of us.
_OF_US = ("invalid smtpapi header", "recipient list over package quota")


@receiver(tracking, dispatch_uid="notifications.bounces")
def heard(sender: Any, event: Any, esp_name: str, **more: Any) -> None:
    """A mail bounced or was rejected. All other events are of no interest here."""
    if event.event_type not in ("bounced", "rejected"):
        return
    said = " ".join(str(one) for one in (event.mta_response, event.description) if one)
    verdict, answer = _verdict(event, said)
    reason = f"{answer or event.reject_reason or event.event_type} ({esp_name})"
    recipient = str(event.recipient or "")
    if not recipient.isprintable():
        return  # half a character, or what no database keeps: nobody's address
    # Some providers keep our Message-ID, in fields of their own; others give only the address.
    ours = our_id(json.dumps(event.esp_event, default=str)) or our_id(str(event.message_id or ""))
    if ours:
        found_undelivered(ours, verdict, reason, recipient=recipient)
    elif recipient and (mail := last_account_mail_to(recipient)):
        account_mail_came_back(mail.pk, verdict, reason, address=recipient)
        log.info("A report of %s names no mail of ours; asked by address", esp_name)


def _verdict(event: Any, said: str) -> tuple[Verdict, str]:
    """What a provider's report means, and the code that says so, or "" where it gives none."""
    fields = event.esp_event if isinstance(event.esp_event, dict) else {}
    status = status_in(str(fields.get("status", "")))
    if event.reject_reason == "unsubscribed" or _reason(fields) in _OF_US:
        verdict, answer = Verdict.NONE, ""
    elif fields.get("event") == "blocked":
        # Brevo does not try: the address is on a list that it keeps for us itself.
        verdict, answer = Verdict.SOFT, ""
    elif status or status_in(said):
        verdict, answer = verdict_reported(status, f"smtp; {said}")
    elif event.reject_reason in _HARD:
        verdict, answer = verdict_of(f"550 {said}", of_recipient=True), ""
    else:
        verdict, answer = verdict_of(f"550 {said}", of_recipient=False), ""
    # Brevo's word for a mailbox that is there, and SendGrid's for a sender who is not wanted.
    passing = fields.get("event") == "soft_bounce" or fields.get("type") == "blocked"
    if verdict is Verdict.HARD and (passing or event.reject_reason == "blocked"):
        verdict = Verdict.SOFT
    return verdict, answer


def _reason(fields: dict[str, Any]) -> str:
    return str(fields.get("reason", "")).strip().lower()
