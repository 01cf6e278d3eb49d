"""A new expiry date, set at the counter (G4)."""

from collections.abc import Iterator
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cards.models import Card, CardEvent
from cards.operations.errors import OperationRefused
from cards.operations.guards import require_not_replaced, require_working
from cards.operations.record import record
from cards.operations.refresh import refresh_deadlines
from cards.rules.expiry import DateChange, granted_until, special_period_limit
from cards.rules.kinds import EventKind, ExpiryBasis
from portal import clock


@transaction.atomic
def set_expiry(card: Card, *, expires_on: date, basis: ExpiryBasis, by: User) -> CardEvent:
    """Give the card a new last day; its reminders end and start anew (G4).

    Renewal (basis ① or ②) needs a working card and a later day. With ① the day is at most two
    months after the granted one, also when ① is recorded more than once for the same application,
    and a second visit follows; ② closes it, and the resident's period of stay becomes the same.
    The stay that is granted then may end on the pending date or before it: it need only be later
    than the granted date from before the application.

    A correction may also go back, and may mend a card that a wrong date had ended. Of a pending
    date it keeps the second visit and the two months; back on the granted date or before it, the
    extension is taken back and no second visit is left. A file that only repeats what it said
    before leaves the counter's date. Raises OperationRefused otherwise.
    """
    card = Card.objects.locked(card)
    before, granted = card.expires_on, granted_date(card)
    _require_possible(card, expires_on, basis, granted)
    if expires_on > special_period_limit(granted) and _is_pending(card, basis):
        raise OperationRefused(
            _("While the application is pending, the card can be extended by two months at most."),
            field="expires_on",
        )
    if basis is not ExpiryBasis.CORRECTION:
        card.expiry_basis = basis.value
    elif card.awaits_second_visit and expires_on <= granted:
        card.expiry_basis = ""
    card.expiry_in_files = card.expiry_in_files or before
    card.expires_on = expires_on
    card.save(update_fields=["expires_on", "expiry_basis", "expiry_in_files"])
    if basis is ExpiryBasis.NEW_PERIOD:
        resident = card.resident
        resident.stay_in_files = resident.stay_in_files or resident.period_of_stay_ends_on
        resident.period_of_stay_ends_on = expires_on
        resident.save(update_fields=["period_of_stay_ends_on", "stay_in_files"])
    event = record(
        card,
        EventKind.EXPIRY_SET,
        by=by,
        before=str(before),
        expires_on=str(expires_on),
        basis=basis.value,
    )
    refresh_deadlines(card)
    return event


def pending_limit(card: Card) -> date:
    """The latest date the card may get while an extension is only applied for (G4①).

    Two months after the date it had before the application: a second ① adds no further months.
    """
    return special_period_limit(granted_date(card))


def _require_possible(card: Card, expires_on: date, basis: ExpiryBasis, granted: date) -> None:
    if basis is ExpiryBasis.CORRECTION:
        require_not_replaced(card)
    else:
        require_working(card)
    if basis is ExpiryBasis.NEW_PERIOD and card.awaits_second_visit:
        # The special period may reach beyond the stay that was granted in the end.
        if expires_on <= granted or expires_on < clock.today():
            raise OperationRefused(
                _(
                    "The granted stay must end later than the date from before the application, "
                    "and not before today."
                ),
                field="expires_on",
            )
    elif expires_on == card.expires_on and basis is ExpiryBasis.CORRECTION:
        raise OperationRefused(_("The card has this expiry date already."), field="expires_on")
    elif expires_on <= card.expires_on and basis is not ExpiryBasis.CORRECTION:
        raise OperationRefused(
            _("The new expiry date must be later than the present one."), field="expires_on"
        )
    if expires_on < card.issued_on:
        raise OperationRefused(_("A card cannot expire before it was issued."), field="expires_on")


def _is_pending(card: Card, basis: ExpiryBasis) -> bool:
    """Whether the new date would rest on an extension that is only applied for."""
    if basis is ExpiryBasis.CORRECTION:
        return card.awaits_second_visit
    return basis is ExpiryBasis.APPLICATION_FILED


def granted_date(card: Card) -> date:
    """The date that the last granted stay gave this card, or the one it took over from (G4①)."""
    return granted_until(card.expires_on, _changes(card) if card.awaits_second_visit else ())


def _changes(card: Card) -> Iterator[DateChange]:
    """All that the card's date went through, from its history, the oldest first.

    A card that was issued while an extension was pending begins where the earlier one stood.
    """
    kinds = [EventKind.ISSUED.value, EventKind.EXPIRY_SET.value, EventKind.DETAILS_CHANGED.value]
    for event in card.events.filter(kind__in=kinds).order_by("id"):
        if event.kind == EventKind.EXPIRY_SET:
            before, after = event.data["before"], event.data["expires_on"]
            basis = ExpiryBasis(event.data["basis"])
        elif event.kind == EventKind.ISSUED:
            if "granted_until" not in event.data:
                continue
            before, after = event.data["granted_until"], event.data["expires_on"]
            basis = ExpiryBasis.APPLICATION_FILED
        elif (told := event.data.get("changes", {}).get("expires_on")) is not None:
            (before, after), basis = told, None
        else:
            continue
        yield DateChange(date.fromisoformat(before), date.fromisoformat(after), basis)
