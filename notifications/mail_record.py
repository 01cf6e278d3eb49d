"""What became of a mail, in words for the person it was for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.models import DeliveryState
from notifications.outbox import letters

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrPromise

    from notifications.models import Delivery

# Staff read the reasons as they are kept; a resident reads these.
_WHY_NOT: dict[str, _StrPromise] = {
    letters.NO_ADDRESS: gettext_lazy("the office had no address for you"),
    letters.REPLACED: gettext_lazy("a new card has taken over"),
    letters.CLOSED: gettext_lazy("it was done before, or the date has changed"),
    letters.ENDED: gettext_lazy("the card had ended before on another day"),
    letters.NEARER: gettext_lazy("a later reminder took its place"),
    letters.TURNED_OFF: gettext_lazy("you had turned these mails off"),
    letters.TOO_LATE: gettext_lazy("it could not be sent while it was of use"),
    letters.UNREACHABLE: gettext_lazy("mail to your address comes back"),
    letters.TOO_EARLY: gettext_lazy("you had chosen to be reminded later"),
    letters.NOTHING_LEFT: gettext_lazy("nothing in it was of use any more"),
    letters.SAID_DONE: gettext_lazy("you had said that it is done"),
}


class MailRecord(NamedTuple):
    """`tone` is that of a tag: good, care, bad or none. `daily`: in the mail of the day."""

    state: str
    tone: str
    at: datetime | None = None
    to: str = ""
    why: str = ""
    daily: bool = False


def record_of(mail: Delivery) -> MailRecord:
    """What is known of one mail: sent when and to which masked address, or why not.

    Reads its `daily_mail`: select it with it.
    """
    if mail.daily_mail:
        return record_of(mail.daily_mail)._replace(daily=True)
    if mail.bounced_at:
        return MailRecord(
            _("Came back"),
            "bad",
            mail.sent_at,
            mail.sent_to,
            _("the mail server of that address did not deliver it"),
        )
    if mail.state == DeliveryState.SENT:
        return MailRecord(_("Sent"), "good", mail.sent_at, mail.sent_to)
    if mail.state == DeliveryState.FAILED:
        refused = _("the address or its mail server refused it")
        if mail.sent_to:
            refused = _("%(address)s or its mail server refused it") % {"address": mail.sent_to}
        return MailRecord(_("Failed"), "bad", why=refused)
    if mail.state == DeliveryState.CANCELLED:
        why = _WHY_NOT.get(mail.reason)
        return MailRecord(_("Not sent"), "", why=str(why) if why else _("it was needed no more"))
    if mail.attempts:
        return MailRecord(
            _("Waits"), "care", why=_("the mail server did not take it yet; we try again")
        )
    if mail.daily:
        return MailRecord(_("Waits"), "", why=_("it is going to be in the mail of the day"))
    return MailRecord(_("Waits"), "", why=_("it leaves soon"))
