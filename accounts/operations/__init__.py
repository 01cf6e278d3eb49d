"""What can happen to people's records and accounts here: one file for each."""

from accounts.operations.contact import set_contact
from accounts.operations.errors import LinkRefused
from accounts.operations.language import set_language
from accounts.operations.linking import (
    check_linking_code,
    close_linking_code,
    make_linking_code,
    redeem_linking_code,
    require_can_be_linked,
)
from accounts.operations.second_step import take_second_step_away

__all__ = [
    "LinkRefused",
    "check_linking_code",
    "close_linking_code",
    "make_linking_code",
    "redeem_linking_code",
    "require_can_be_linked",
    "set_contact",
    "set_language",
    "take_second_step_away",
]
