"""What a mail says of turning its kind off: how, or why that cannot be. Pages say the same."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications.kinds_of_mail import EVERY, Always, Choice, Group, choice_of, why_always

# What a button says.
TURN_OFF: dict[Choice, Promise | str] = {
    Group.EXPIRY: _("Turn off early reminders of the card’s expiry"),
    Group.MOVES: _("Turn off early reminders after a move"),
    Group.CERTIFICATES: _("Turn off early reminders of the certificates’ expiry"),
    Group.APPLICATIONS: _("Turn off news of applications"),
    EVERY: _("Turn off all mails that are not urgent"),
}
# What still comes by mail then.
STILL_TOLD: dict[Choice, Promise | str] = {
    Group.EXPIRY: _("From three days before the last day on, mails come all the same."),
    Group.MOVES: _("From three days before the last day on, mails come all the same."),
    Group.CERTIFICATES: _("On the last day and the day after, mails come all the same."),
    Group.APPLICATIONS: _("When a new card is handed out, a mail comes all the same."),
    EVERY: _(
        "Mails of the last days, and of what is done to the card, its PINs and certificates, come "
        "all the same: whoever misses those can lose the card, or not notice that somebody else "
        "did it."
    ),
}
WHY_ALWAYS: dict[Always, Promise | str] = {
    Always.LAST_DAYS: _(
        "Mails of the last days cannot be turned off: whoever misses the day can no longer use "
        "the card or its certificates."
    ),
    Always.SECURITY: _(
        "Mails like this one cannot be turned off: if somebody else did it, you have to know at "
        "once."
    ),
    Always.ACCOUNT: _(
        "Mails like this one cannot be turned off: they tell what changes in your own account."
    ),
    Always.ASKED_FOR: _(
        "This mail comes because you asked to be reminded again. You can take that back in the "
        "portal, under “Notifications”."
    ),
}


@dataclass(frozen=True, slots=True)
class Leaving:
    """`how` is the link's words and `still` what comes all the same, or `why_not` is said."""

    how: str = ""
    still: str = ""
    why_not: str = ""


def leaving(kind: str, lead: int | None) -> Leaving:
    """What to say below a mail, in the active language. `lead` in days, None for an event."""
    choice = choice_of(kind, lead)
    if choice:
        return Leaving(how=str(TURN_OFF[choice]), still=str(STILL_TOLD[choice]))
    why = why_always(kind, lead)
    return Leaving(why_not=str(WHY_ALWAYS[why]) if why else "")
