"""Words for the kinds, in the reader's language. The field's terms, and only these."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cards.rules import kinds, uses

Labels = dict[str, str | Promise]

CARD_VARIANT: Labels = {
    kinds.CardVariant.STANDARD: _("Individual Number Card"),
    kinds.CardVariant.PHOTO_ID: _("Card with photo identification only"),
}
CARD_STATE: Labels = {
    kinds.CardState.WORKING: _("Working"),
    kinds.CardState.SUSPENDED: _("Suspended"),
    kinds.CardState.EXPIRED: _("Expired"),
    kinds.CardState.LAPSED: _("Lapsed"),
    kinds.CardState.REPLACED: _("Replaced"),
}
CERTIFICATE_KIND: Labels = {
    kinds.CertificateKind.SIGNATURE: _("Electronic certificate of the bearer's signature"),
    kinds.CertificateKind.USER_PROOF: _("Electronic certificate of user proof"),
}
CERTIFICATE_MEDIUM: Labels = {
    kinds.CertificateMedium.CHIP: _("On the card"),
    kinds.CertificateMedium.SMARTPHONE: _("On a smartphone"),
}
PIN_KIND: Labels = {
    kinds.PinKind.SIGNATURE: _("① PIN for the signature certificate"),
    kinds.PinKind.USER_PROOF: _("② PIN for the user-proof certificate"),
    kinds.PinKind.RESIDENT_REGISTRATION: _("③ PIN for Basic Resident Registration"),
    kinds.PinKind.CARD_INFO_INPUT: _("④ PIN for card-information input"),
}
MOVE_KIND: Labels = {
    kinds.MoveKind.MOVE_IN: _("Moving in from another municipality"),
    kinds.MoveKind.MOVE_OUT: _("Moving out to another municipality"),
    kinds.MoveKind.RELOCATE: _("Moving within the municipality"),
}
MOVE_SOURCE: Labels = {
    kinds.MoveSource.IMPORT: _("The office's system"),
    kinds.MoveSource.COUNTER: _("The counter"),
}
DEADLINE_KIND: Labels = {
    kinds.DeadlineKind.CARD_EXPIRY: _("The card expires"),
    kinds.DeadlineKind.CARD_UPDATE_90: _("The new address must be written on the card"),
    kinds.DeadlineKind.MOVE_OUT_30: _("Moving-in notification after moving out"),
    kinds.DeadlineKind.MOVE_IN_14: _("Notification after moving in, or within the municipality"),
    kinds.DeadlineKind.CERTIFICATE_EXPIRY: _("Electronic certificates end"),
    kinds.DeadlineKind.PLANNED_MOVE_OUT_30: _("Notification after the move-out the holder plans"),
    kinds.DeadlineKind.PLANNED_MOVE_IN_14: _("Notification after the move-in the holder told of"),
    kinds.DeadlineKind.SECOND_VISIT: _("Second visit once the longer stay is granted"),
}
EXPIRY_BASIS: Labels = {
    kinds.ExpiryBasis.APPLICATION_FILED: _(
        "① Residence card stating that an extension was applied for (two months at most)"
    ),
    kinds.ExpiryBasis.NEW_PERIOD: _("② Residence card showing the new period of stay"),
    kinds.ExpiryBasis.CORRECTION: _("Correction of a date recorded wrongly"),
}
REVOCATION_REASON: Labels = {
    kinds.RevocationReason.INFORMATION_CHANGED: _("Personal information changed"),
    kinds.RevocationReason.REISSUED: _("Issued again"),
    kinds.RevocationReason.CARD_REPLACED: _("A new card took over"),
    kinds.RevocationReason.VARIANT_CHANGED: _("The card's variant changed"),
    kinds.RevocationReason.HOLDER_ASKED: _("The holder asked for it"),
    kinds.RevocationReason.PHONE_LOST: _("The smartphone was lost"),
}
EVENT_KIND: Labels = {
    kinds.EventKind.REGISTERED: _("Card registered"),
    kinds.EventKind.DETAILS_CHANGED: _("Details changed by the office's system"),
    kinds.EventKind.EXPIRY_SET: _("Expiry date set"),
    kinds.EventKind.MOVE_RECORDED: _("Move recorded"),
    kinds.EventKind.MOVE_CORRECTED: _("Move corrected"),
    kinds.EventKind.MOVE_WITHDRAWN: _("Move withdrawn"),
    kinds.EventKind.CARD_UPDATED: _("Card updated"),
    kinds.EventKind.CERTIFICATE_ISSUED: _("Certificate issued"),
    kinds.EventKind.CERTIFICATE_REVOKED: _("Certificate revoked"),
    kinds.EventKind.SUSPENDED: _("Card suspended"),
    kinds.EventKind.SUSPENSION_LIFTED: _("Suspension lifted"),
    kinds.EventKind.PIN_CHANGED: _("PIN changed"),
    kinds.EventKind.PIN_ONE_TRY_LEFT: _("PIN entered wrongly: one try left"),
    kinds.EventKind.PIN_LOCKED: _("PIN locked"),
    kinds.EventKind.PIN_RESET: _("PIN reset by the office"),
    kinds.EventKind.PIN_SET: _("New PIN set by the holder"),
    kinds.EventKind.PIN_INITIALISED: _("PIN initialised at a kiosk"),
    kinds.EventKind.MOVE_TOLD: _("The holder told of a move"),
    kinds.EventKind.TOLD_MOVE_WITHDRAWN: _("The holder called the move off"),
    kinds.EventKind.NAME_CHANGED: _("New name recorded"),
    kinds.EventKind.NAME_CORRECTED: _("New name corrected"),
    kinds.EventKind.REISSUE_REQUESTED: _("New card asked for"),
    kinds.EventKind.REISSUE_ASKED_BACK: _("The office asked back about the new card"),
    kinds.EventKind.REISSUE_ANSWERED: _("The holder answered the office"),
    kinds.EventKind.REISSUE_ACCEPTED: _("New card accepted"),
    kinds.EventKind.REISSUE_REFUSED: _("New card refused"),
    kinds.EventKind.REISSUE_WITHDRAWN: _("Application for a new card withdrawn"),
    kinds.EventKind.ISSUED: _("Card issued in place of an earlier one"),
    kinds.EventKind.REPLACED: _("A new card took over"),
    kinds.EventKind.VARIANT_REQUESTED: _("Other variant of the card asked for"),
    kinds.EventKind.VARIANT_REFUSED: _("Other variant of the card refused"),
    kinds.EventKind.VARIANT_WITHDRAWN: _("Request for the other variant withdrawn"),
    kinds.EventKind.VARIANT_CHANGED: _("Variant of the card changed"),
}
REISSUE_REASON: Labels = {
    kinds.ReissueReason.LOST: _("Lost or stolen"),
    kinds.ReissueReason.FIRE: _("Burnt in a fire"),
    kinds.ReissueReason.DAMAGED: _("Badly damaged"),
    kinds.ReissueReason.CARD_FAILURE: _("The chip or the magnetic stripe no longer works"),
    kinds.ReissueReason.CARELESS_HANDLING: _("Damaged by careless handling"),
    kinds.ReissueReason.EXPIRED: _("Expired or lapsed"),
    kinds.ReissueReason.COLUMN_FULL: _("The additional information column is full"),
    kinds.ReissueReason.OFFICE_ERROR: _("A mistake of the office"),
    kinds.ReissueReason.DISASTER: _("A disaster"),
}
WAIVER_GROUND: Labels = {
    kinds.WaiverGround.OFFICE_ERROR: _("A mistake of the office"),
    kinds.WaiverGround.DISASTER: _("A disaster"),
    kinds.WaiverGround.THEFT: _("Theft"),
    kinds.WaiverGround.CARD_FAULT: _("A fault of the card itself"),
    kinds.WaiverGround.OTHER: _("Another cause that is not the holder's fault"),
}
REISSUE_STATE: Labels = {
    kinds.ReissueState.REQUESTED: _("Waiting for the office"),
    kinds.ReissueState.ASKED_BACK: _("The office has a question"),
    kinds.ReissueState.ACCEPTED: _("Accepted: the card is being made"),
    kinds.ReissueState.ISSUED: _("Issued"),
    kinds.ReissueState.REFUSED: _("Refused"),
    kinds.ReissueState.WITHDRAWN: _("Withdrawn"),
}
VARIANT_REQUEST_STATE: Labels = {
    kinds.VariantRequestState.REQUESTED: _("Waiting for the office"),
    kinds.VariantRequestState.DONE: _("Done"),
    kinds.VariantRequestState.REFUSED: _("Refused"),
    kinds.VariantRequestState.WITHDRAWN: _("Withdrawn"),
}
INFO_KIND: Labels = {
    kinds.InfoKind.ADDRESS: _("Address"),
    kinds.InfoKind.NAME: _("Name"),
    kinds.InfoKind.OTHER: _("Other information"),
}
USE: Labels = {
    uses.UseKind.ONLINE_APPLICATION: _("Applying online with an electronic signature"),
    uses.UseKind.LOG_IN: _("Logging in to Mynaportal and other sites"),
    uses.UseKind.CONVENIENCE_STORE: _("Getting official certificates at a convenience store"),
    uses.UseKind.MEDICAL_INSTITUTION: _("Seeing a doctor, going to a pharmacy"),
    uses.UseKind.MOVING_HOUSE: _("Moving house: showing your record at the counter"),
    uses.UseKind.TEXT_DATA: _("Handing over your name and number as data"),
    uses.UseKind.IDENTIFICATION: _("Showing who you are, with the photo"),
}
# Why a card cannot be used for something, and below what mends it.
OBSTACLE: Labels = {
    uses.Obstacle.SUSPENDED: _("The card is suspended."),
    uses.Obstacle.EXPIRED: _("The card has expired."),
    uses.Obstacle.LAPSED: _("The card has lapsed after a move."),
    uses.Obstacle.REPLACED: _("A newer card has replaced this one."),
    uses.Obstacle.PHOTO_ID: _(
        "A card with photo identification only has no PIN, and this needs one."
    ),
    uses.Obstacle.CERTIFICATE_REVOKED: _(
        "Its electronic certificate has ended, as it does when details change."
    ),
    uses.Obstacle.CERTIFICATE_EXPIRED: _("Its electronic certificate has expired."),
    uses.Obstacle.CERTIFICATE_MISSING: _("There is no electronic certificate for it on the card."),
    uses.Obstacle.PIN_NOT_SET: _("Its PIN is not set."),
    uses.Obstacle.PIN_LOCKED: _("Its PIN is locked after too many wrong tries."),
}
MENDED_BY: Labels = {
    uses.Obstacle.SUSPENDED: _("Your office lifts the suspension once you have found the card."),
    uses.Obstacle.EXPIRED: _("Ask the counter for a new card."),
    uses.Obstacle.LAPSED: _("Ask the counter for a new card."),
    uses.Obstacle.REPLACED: _("Use the newer card."),
    uses.Obstacle.PHOTO_ID: _("The counter can tell you how to get a card with PINs."),
    uses.Obstacle.CERTIFICATE_REVOKED: _("The counter issues it again."),
    uses.Obstacle.CERTIFICATE_EXPIRED: _("The counter issues it again."),
    uses.Obstacle.CERTIFICATE_MISSING: _("The counter can put it on the card."),
    uses.Obstacle.PIN_NOT_SET: _("The counter sets the PIN with you."),
    uses.Obstacle.PIN_LOCKED: _("The counter resets the PIN."),
}
