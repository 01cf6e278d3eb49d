"""A new name that was recorded by mistake, wrongly or with a wrong day (G5①)."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Resident, User
from accounts.spelling import search_key
from cards.models import Card, CardEvent
from cards.operations.errors import OperationRefused
from cards.operations.guards import require_not_replaced
from cards.operations.record import record
from cards.operations.record_name_change import require_day, require_name
from cards.operations.refresh import refresh_deadlines
from cards.operations.revoke_signature import revoke_signature
from cards.rules.kinds import EventKind


@transaction.atomic
def correct_name_change(card: Card, *, name: str, changed_on: date | None, by: User) -> CardEvent:
    """Give the resident the right name, and the new name that waits its right day (G5①).

    `name` is the right one, which may be the one from before. `changed_on`: None where there was
    no change of name after all; then nothing waits to be written on the card. The history keeps
    the days and neither name. A signature certificate that stands in the wrong name ends.

    Raises OperationRefused for a replaced card, where no new name waits to be written on the
    card, where nothing would change, and for a name or day that `record_name_change` refuses.
    """
    card = Card.objects.locked(card)
    require_not_replaced(card)
    require_waiting_name(card)
    name = " ".join(name.split())
    require_name(name)
    if changed_on is not None:
        require_day(card, changed_on)
    resident = Resident.objects.select_for_update(no_key=True).get(pk=card.resident_id)
    before, renamed = card.name_changed_on, name != resident.name
    if not renamed and changed_on == before:
        raise OperationRefused(
            _("The name and the day are recorded like this already. Correct what is wrong."),
            field="name",
        )
    if renamed:
        resident.name_in_files = resident.name_in_files or resident.name
        resident.name, resident.search_key = name, search_key(name)
        resident.save(update_fields=["name", "search_key", "name_in_files"])
    card.name_changed_on = changed_on
    card.save(update_fields=["name_changed_on"])
    event = record(
        card,
        EventKind.NAME_CORRECTED,
        by=by,
        before=str(before),
        changed_on=str(changed_on) if changed_on else None,
        name=renamed,
    )
    if renamed:
        revoke_signature(card, by=by)
    refresh_deadlines(card)
    return event


def require_waiting_name(card: Card) -> None:
    """Raise OperationRefused where no new name waits to be written on the card."""
    if card.name_changed_on is None:
        raise OperationRefused(
            _(
                "There is no new name to correct: none is waiting to be written on this card. If "
                "the recorded name is wrong, record the right one as a new name."
            )
        )
