from cards.models.additional_info import AdditionalInfoEntry
from cards.models.card import Card
from cards.models.card_import import CardImport, CardImportPart, ImportState, PartKind
from cards.models.certificate import Certificate
from cards.models.deadline import Deadline
from cards.models.event import CardEvent, UntoldEvent
from cards.models.kiosk import Kiosk
from cards.models.lead_days import LeadDays
from cards.models.move import Move
from cards.models.pin_hand_over import IdentityProof, PinHandOver
from cards.models.pin_slot import PinSlot
from cards.models.planned_move import PlannedMove
from cards.models.reissue import Reissue
from cards.models.reissue_fee import ReissueFee
from cards.models.sealed_pin import SealedPin
from cards.models.smartphone_platform import SmartphonePlatform
from cards.models.variant_request import VariantRequest

__all__ = [
    "AdditionalInfoEntry",
    "Card",
    "CardEvent",
    "CardImport",
    "CardImportPart",
    "Certificate",
    "Deadline",
    "IdentityProof",
    "ImportState",
    "Kiosk",
    "LeadDays",
    "Move",
    "PartKind",
    "PinHandOver",
    "PinSlot",
    "PlannedMove",
    "Reissue",
    "ReissueFee",
    "SealedPin",
    "SmartphonePlatform",
    "UntoldEvent",
    "VariantRequest",
]
