"""What apps above this one may listen to, within the same transaction."""

from django.dispatch import Signal

# Another contact address was recorded of these `residents` (their ids), or none any more.
address_changed = Signal()
