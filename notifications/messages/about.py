"""What a notification is about, whatever the day: for lists of what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from cards import labels
from notifications.kinds_of_mail import DAILY_MAIL

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from notifications.models import Notification


def about(notification: Notification) -> str | Promise:
    """In a few words, in the active language."""
    kind = notification.kind
    if notification.holding_id:
        return _("End of guardianship at 18")
    if kind == DAILY_MAIL:
        return _("Mail of the day")
    return labels.DEADLINE_KIND.get(kind) or labels.EVENT_KIND.get(kind) or kind
