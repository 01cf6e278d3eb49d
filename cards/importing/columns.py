"""The columns of a cards file, in the order in which rows are handled here."""

from accounts.models import Resident
from cards.models import Card

REQUIRED = (
    "reference",
    "office_code",
    "name",
    "birth_date",
    "address",
    "residence_status",
    "period_of_stay_ends_on",
    "variant",
    "issued_on",
)
MOVE_DAYS = ("expected_move_out_on", "moved_in_on", "notified_on", "card_updated_on")
# May be empty in any row, or absent from the file.
OPTIONAL = ("expires_on", "email", "language", *MOVE_DAYS)
COLUMNS = REQUIRED + OPTIONAL


def _length(model: type[Card] | type[Resident], name: str) -> int:
    lengths = {field.name: field.max_length for field in model._meta.concrete_fields}
    return lengths[name] or 0


# How many characters the database keeps.
LENGTHS = {
    "reference": _length(Card, "reference"),
    "name": _length(Resident, "name"),
    "address": _length(Resident, "address"),
    "residence_status": _length(Resident, "residence_status"),
    "email": _length(Resident, "email"),
}
