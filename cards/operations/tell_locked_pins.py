"""Locks that nobody was told of, because the process that should have told was killed."""

from django.db.models import Q

from cards.models import PinSlot
from cards.models.pin_slot import LOOKED_AT_WITHIN
from cards.operations.try_pin import tell_tries
from cards.rules.kinds import PinKind
from cards.rules.pins import TRY_LIMIT
from portal import clock


def tell_locked_pins() -> int:
    """Tell of each PIN that is locked and whose lock was never told; how many those were (G3).

    A lock is told by the try that reaches it. Only a try that was killed in between leaves this
    to be done, so it finds nothing on almost every day. Safe to run twice or at the same time.
    """
    untold = Q(
        *(
            Q(kind=kind.value, failed_tries__gte=limit, told_tries__lt=limit)
            for kind, limit in TRY_LIMIT.items()
        ),
        _connector=Q.OR,
    )
    # Named so that the partial index serves.
    locked = PinSlot.objects.filter(
        untold,
        failed_tries__gte=min(TRY_LIMIT.values()),
        tried_at__lt=clock.now() - LOOKED_AT_WITHIN,
    )
    slots = list(locked.select_related("card"))
    for slot in slots:
        kind = PinKind(slot.kind)
        tell_tries(slot.card, slot, kind, TRY_LIMIT[kind], by=None)
    return len(slots)
