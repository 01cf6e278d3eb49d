"""The kinds of things there are, by the names the field uses.

Plain Python: pages and admin put words to these in `cards/labels.py`.
"""

from enum import StrEnum


class CardVariant(StrEnum):
    """Which of the two cards it is (guide, sections 1 and 9)."""

    STANDARD = "standard"
    PHOTO_ID = "photo_id"


class CardState(StrEnum):
    """What a card is today. Always worked out from its facts, never stored."""

    WORKING = "working"
    SUSPENDED = "suspended"
    EXPIRED = "expired"  # its date passed (section 4)
    LAPSED = "lapsed"  # an address rule was broken (section 5②)
    REPLACED = "replaced"  # a reissued card took over (section 6)


class CertificateKind(StrEnum):
    """The two electronic certificates (section 2)."""

    SIGNATURE = "signature"
    USER_PROOF = "user_proof"


class CertificateMedium(StrEnum):
    """Where a certificate lives (section 2)."""

    CHIP = "chip"
    SMARTPHONE = "smartphone"


class PinKind(StrEnum):
    """The four PINs, ① to ④ in this order (section 3)."""

    SIGNATURE = "signature"
    USER_PROOF = "user_proof"
    RESIDENT_REGISTRATION = "resident_registration"
    CARD_INFO_INPUT = "card_info_input"


class MoveKind(StrEnum):
    """The notification that a move calls for (section 5)."""

    MOVE_IN = "move_in"
    MOVE_OUT = "move_out"
    RELOCATE = "relocate"


class DeadlineKind(StrEnum):
    """What a last day is the last day of (sections 2, 4 and 5②)."""

    CARD_EXPIRY = "card_expiry"
    CARD_UPDATE_90 = "card_update_90"
    MOVE_OUT_30 = "move_out_30"
    MOVE_IN_14 = "move_in_14"
    CERTIFICATE_EXPIRY = "certificate_expiry"
    # Only the holder told of the move: these remind, and never end a card (section 5②).
    PLANNED_MOVE_OUT_30 = "planned_move_out_30"
    PLANNED_MOVE_IN_14 = "planned_move_in_14"
    SECOND_VISIT = "second_visit"  # after an extension that was only applied for (section 4①)


class ReissueReason(StrEnum):
    """Why a new card is asked for (sections 4, 6, 7 and 8)."""

    LOST = "lost"
    FIRE = "fire"
    DAMAGED = "damaged"
    CARD_FAILURE = "card_failure"  # chip or magnetic stripe
    CARELESS_HANDLING = "careless_handling"
    EXPIRED = "expired"
    COLUMN_FULL = "column_full"
    OFFICE_ERROR = "office_error"
    DISASTER = "disaster"


class WaiverGround(StrEnum):
    """A cause that is not the holder's fault, as staff confirm it (section 8)."""

    OFFICE_ERROR = "office_error"
    DISASTER = "disaster"
    THEFT = "theft"
    CARD_FAULT = "card_fault"
    OTHER = "other"


class EventKind(StrEnum):
    """What can happen to a card. Told to readers from the kind and its data."""

    REGISTERED = "registered"
    DETAILS_CHANGED = "details_changed"
    EXPIRY_SET = "expiry_set"
    MOVE_RECORDED = "move_recorded"
    MOVE_CORRECTED = "move_corrected"
    MOVE_WITHDRAWN = "move_withdrawn"
    CARD_UPDATED = "card_updated"
    CERTIFICATE_ISSUED = "certificate_issued"
    CERTIFICATE_REVOKED = "certificate_revoked"
    SUSPENDED = "suspended"
    SUSPENSION_LIFTED = "suspension_lifted"
    PIN_CHANGED = "pin_changed"
    PIN_ONE_TRY_LEFT = "pin_one_try_left"
    PIN_LOCKED = "pin_locked"
    PIN_RESET = "pin_reset"
    PIN_SET = "pin_set"  # by the holder, after a reset
    PIN_INITIALISED = "pin_initialised"
    MOVE_TOLD = "move_told"  # by the holder
    TOLD_MOVE_WITHDRAWN = "told_move_withdrawn"
    NAME_CHANGED = "name_changed"
    NAME_CORRECTED = "name_corrected"
    REISSUE_REQUESTED = "reissue_requested"
    REISSUE_ASKED_BACK = "reissue_asked_back"
    REISSUE_ANSWERED = "reissue_answered"
    REISSUE_ACCEPTED = "reissue_accepted"
    REISSUE_REFUSED = "reissue_refused"
    REISSUE_WITHDRAWN = "reissue_withdrawn"
    ISSUED = "issued"  # this card, in place of an earlier one
    REPLACED = "replaced"  # this card, by a newer one
    VARIANT_REQUESTED = "variant_requested"
    VARIANT_REFUSED = "variant_refused"
    VARIANT_WITHDRAWN = "variant_withdrawn"
    VARIANT_CHANGED = "variant_changed"


class MoveSource(StrEnum):
    """Who told of a move."""

    IMPORT = "import"  # the office's own system, by CSV
    COUNTER = "counter"  # staff, in the portal


class ExpiryBasis(StrEnum):
    """Which residence card a new expiry date rests on (section 4)."""

    APPLICATION_FILED = "application_filed"  # ① extension applied for: two months at most
    NEW_PERIOD = "new_period"  # ② new period of stay granted
    CORRECTION = "correction"  # the date was recorded wrongly


class RevocationReason(StrEnum):
    """Why a certificate ended before its day (sections 2 and 5①)."""

    INFORMATION_CHANGED = "information_changed"
    REISSUED = "reissued"  # the certificate, on the same card
    CARD_REPLACED = "card_replaced"
    VARIANT_CHANGED = "variant_changed"  # a photo-ID card carries no signature certificate
    HOLDER_ASKED = "holder_asked"
    PHONE_LOST = "phone_lost"


class ReissueState(StrEnum):
    """How far an application for a new card is (section 6)."""

    REQUESTED = "requested"
    ASKED_BACK = "asked_back"  # the office waits for an answer
    ACCEPTED = "accepted"  # with the fee or the waiver decided; the card is being made
    ISSUED = "issued"  # the new card took over
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


# While an application is in one of these, the card can have no other.
OPEN_REISSUE_STATES = frozenset(
    {ReissueState.REQUESTED, ReissueState.ASKED_BACK, ReissueState.ACCEPTED}
)


class VariantRequestState(StrEnum):
    """How far a request for the other variant of the card is (section 9)."""

    REQUESTED = "requested"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class InfoKind(StrEnum):
    """What an entry in the additional information column is about (section 5①)."""

    ADDRESS = "address"
    NAME = "name"
    OTHER = "other"
