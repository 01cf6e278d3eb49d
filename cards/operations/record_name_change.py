"""A new name, as the residence card shows it (G5①)."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Resident, User
from accounts.spelling import search_key
from cards.models import Card, CardEvent
from cards.operations.errors import OperationRefused
from cards.operations.guards import (
    require_no_individual_number,
    require_not_ended,
    require_past_or_today,
)
from cards.operations.record import record
from cards.operations.refresh import refresh_deadlines
from cards.operations.revoke_signature import revoke_signature
from cards.rules.kinds import EventKind

LONGEST_NAME = 200


@transaction.atomic
def record_name_change(card: Card, *, name: str, changed_on: date, by: User) -> CardEvent:
    """Give the resident the new name, one part or many in any script, from `changed_on` (G5①).

    The signature certificate ends at once; no clock starts, but the card has to be updated. The
    history keeps the day and neither name; the earlier one is kept with the resident only until the
    office's file gives another. Raises OperationRefused for a card that has ended, for
    a name that is empty, too long, the same as before or holds an Individual Number, and for a
    day still to come or before the card was issued.
    """
    card = Card.objects.locked(card)
    require_not_ended(card)
    name = " ".join(name.split())
    resident = Resident.objects.select_for_update(no_key=True).get(pk=card.resident_id)
    require_name(name)
    if name == resident.name:
        raise OperationRefused(_("This is the name recorded already."), field="name")
    require_day(card, changed_on)
    resident.name_in_files = resident.name_in_files or resident.name
    resident.name, resident.search_key = name, search_key(name)
    resident.save(update_fields=["name", "search_key", "name_in_files"])
    card.name_changed_on = changed_on
    card.save(update_fields=["name_changed_on"])
    event = record(card, EventKind.NAME_CHANGED, by=by, changed_on=str(changed_on))
    revoke_signature(card, by=by)
    refresh_deadlines(card)
    return event


def require_name(name: str) -> None:
    """Raise OperationRefused for what no residence card shows as a name."""
    if not name:
        raise OperationRefused(_("Enter the name as the residence card shows it."), field="name")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise OperationRefused(
            _("Enter the name in 200 characters at most, on one line."), field="name"
        )
    require_no_individual_number(name, "name")


def require_day(card: Card, changed_on: date) -> None:
    """Raise OperationRefused for a day still to come or before the card was issued."""
    require_past_or_today(changed_on, "changed_on")
    if changed_on < card.issued_on:
        raise OperationRefused(
            _("The card was issued after this day, so it has the new name. Check the day."),
            field="changed_on",
        )
