"""Facts and findings of the rules cannot change under those who hold them."""

from dataclasses import FrozenInstanceError, fields
from datetime import date

import pytest

from cards.rules.deadlines import CertificateFacts, Due
from cards.rules.fees import FEES
from cards.rules.kinds import CertificateKind, CertificateMedium, DeadlineKind
from cards.rules.moves import Clock, MoveDates
from cards.rules.uses import Use, UseKind

DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "fact",
    [
        Clock(DeadlineKind.MOVE_IN_14, DAY, DAY),
        MoveDates(moved_in_on=DAY),
        CertificateFacts(CertificateKind.SIGNATURE, CertificateMedium.CHIP, DAY),
        Due(DeadlineKind.CARD_EXPIRY, DAY, DAY, None),
        Use(UseKind.LOG_IN, True, None, None),
        FEES[0],
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_a_fact_cannot_be_changed_and_carries_no_more_than_its_fields(fact):
    with pytest.raises(FrozenInstanceError):
        setattr(fact, fields(fact)[0].name, None)
    assert not hasattr(fact, "__dict__")
    assert fact in {fact}
