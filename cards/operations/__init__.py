"""Everything that can happen to a card.

One file for each: one public function, one transaction, one event. Views, admin, commands and
tasks are doors to these and change no card by themselves.
"""

from cards.operations.apply_smartphone_certificates import apply_smartphone_certificates
from cards.operations.call_off_move import call_off_move
from cards.operations.change_pins import change_pins
from cards.operations.change_variant import (
    change_variant,
    refuse_variant_request,
    request_variant,
    withdraw_variant_request,
)
from cards.operations.correct_move import correct_move
from cards.operations.correct_name_change import correct_name_change
from cards.operations.decide_reissue import (
    accept_reissue,
    answer_reissue,
    ask_back_reissue,
    refuse_reissue,
    withdraw_reissue,
)
from cards.operations.errors import OperationRefused
from cards.operations.initialise_pin import initialise_pin
from cards.operations.issue_certificates import issue_certificates
from cards.operations.issue_reissue import issue_reissue
from cards.operations.lift_suspension import lift_suspension
from cards.operations.record_card_update import record_card_update
from cards.operations.record_move import record_move
from cards.operations.record_name_change import record_name_change
from cards.operations.request_reissue import request_reissue
from cards.operations.reset_pins import hand_over_pins, open_hand_over, reset_pins
from cards.operations.revoke_smartphone_certificates import revoke_smartphone_certificates
from cards.operations.set_expiry import set_expiry
from cards.operations.suspend import suspend
from cards.operations.tell_locked_pins import tell_locked_pins
from cards.operations.tell_move import tell_move
from cards.operations.try_pin import Tried, WrongPin, try_pin
from cards.operations.withdraw_move import withdraw_move
from cards.operations.write_column import Written

__all__ = [
    "OperationRefused",
    "Tried",
    "Written",
    "WrongPin",
    "accept_reissue",
    "answer_reissue",
    "apply_smartphone_certificates",
    "ask_back_reissue",
    "call_off_move",
    "change_pins",
    "change_variant",
    "correct_move",
    "correct_name_change",
    "hand_over_pins",
    "initialise_pin",
    "issue_certificates",
    "issue_reissue",
    "lift_suspension",
    "open_hand_over",
    "record_card_update",
    "record_move",
    "record_name_change",
    "refuse_reissue",
    "refuse_variant_request",
    "request_reissue",
    "request_variant",
    "reset_pins",
    "revoke_smartphone_certificates",
    "set_expiry",
    "suspend",
    "tell_locked_pins",
    "tell_move",
    "try_pin",
    "withdraw_move",
    "withdraw_reissue",
    "withdraw_variant_request",
]
