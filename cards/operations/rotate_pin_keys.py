"""PINs sealed with an older key move to the current one, without anyone knowing a PIN."""

from collections.abc import Iterator

from django.conf import settings
from django.db import transaction

from cards.chip import seal, unseal
from cards.models import SealedPin
from cards.rules.kinds import PinKind

A_BATCH = 500


def rotate_pin_keys() -> Iterator[int]:
    """Seal anew, under the first of `PIN_KEYS`, all that another key sealed.

    Gives the number of PINs moved so far after each batch; each batch is one transaction, so a
    stopped run goes on where it was. Raises KeyError for a row whose key is missing.
    """
    current = next(iter(settings.PIN_KEYS))
    moved = 0
    while True:
        with transaction.atomic():
            rows = list(
                SealedPin.objects.select_for_update(of=("self",))
                .exclude(sealed__startswith=f"{current}:")
                .order_by("id")[:A_BATCH]
            )
            for row in rows:
                kind = PinKind(row.kind)
                row.sealed = seal(unseal(row.sealed, row.card_id, kind), row.card_id, kind)
            SealedPin.objects.bulk_update(rows, ["sealed"])
        if not rows:
            return
        moved += len(rows)
        yield moved
