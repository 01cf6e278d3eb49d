"""What a reissued card costs (G8)."""

from datetime import date

import pytest

from cards.rules.fees import FEES, Fee, normally_waivable, reissue_fee
from cards.rules.kinds import ReissueReason, WaiverGround

RAISED = (
    Fee(date(2027, 4, 1), card_only=900, with_certificates=1_200),
    Fee(date(2016, 1, 1), card_only=800, with_certificates=1_000),
)


@pytest.mark.parametrize("reason", ReissueReason)
@pytest.mark.parametrize("not_waived", [None, False])
def test_every_reason_is_charged_until_staff_confirm_a_cause(reason, not_waived):
    assert reissue_fee(reason, with_certificates=False) == 800
    assert reissue_fee(reason, with_certificates=True) == 1_000
    assert reissue_fee(reason, with_certificates=True, waived=not_waived) == 1_000


@pytest.mark.parametrize("reason", ReissueReason)
@pytest.mark.parametrize("ground", [*WaiverGround, True])
def test_a_confirmed_cause_makes_any_reissue_free(reason, ground):
    assert reissue_fee(reason, with_certificates=False, waived=ground) == 0
    assert reissue_fee(reason, with_certificates=True, waived=ground) == 0


def test_a_reason_may_come_as_its_stored_value():
    assert reissue_fee("lost", with_certificates=True) == 1_000
    assert normally_waivable("lost") == normally_waivable(ReissueReason.LOST)


@pytest.mark.parametrize("waived", [None, WaiverGround.THEFT])
def test_an_unknown_reason_is_an_error_even_when_waived(waived):
    with pytest.raises(ValueError, match="stolen"):
        reissue_fee("stolen", with_certificates=True, waived=waived)
    with pytest.raises(ValueError, match="stolen"):
        normally_waivable("stolen")


@pytest.mark.parametrize("waived", ["banana", "THEFT", 2, 0.5, object(), [WaiverGround.THEFT]])
def test_an_unknown_ground_is_an_error_and_waives_nothing(waived):
    """Seen to fail while whatever was true made a new card free."""
    with pytest.raises(ValueError, match="not a valid WaiverGround"):
        reissue_fee(ReissueReason.LOST, with_certificates=True, waived=waived)


def test_a_ground_may_come_as_its_stored_value():
    assert reissue_fee(ReissueReason.LOST, with_certificates=True, waived="theft") == 0
    assert reissue_fee(ReissueReason.LOST, with_certificates=True, waived="") == 1_000


@pytest.mark.parametrize(
    ("on", "yen"),
    [
        (date(2016, 1, 1), 1_000),
        (date(2027, 3, 31), 1_000),
        (date(2027, 4, 1), 1_200),
        (date(2027, 4, 2), 1_200),
        (None, 1_200),
    ],
)
def test_the_fee_in_force_on_the_day_counts(on, yen):
    assert reissue_fee(ReissueReason.LOST, with_certificates=True, fees=RAISED, on=on) == yen


def test_a_day_before_the_first_fee_is_an_error():
    with pytest.raises(ValueError, match="No reissue fee"):
        reissue_fee(ReissueReason.LOST, with_certificates=True, on=date(2015, 12, 31))
    assert FEES[0].from_on == date(2016, 1, 1)


@pytest.mark.parametrize(
    ("reason", "grounds"),
    [
        (ReissueReason.LOST, {WaiverGround.THEFT, WaiverGround.DISASTER, WaiverGround.OTHER}),
        (ReissueReason.FIRE, {WaiverGround.DISASTER, WaiverGround.OTHER}),
        (
            ReissueReason.DAMAGED,
            {WaiverGround.DISASTER, WaiverGround.CARD_FAULT, WaiverGround.OTHER},
        ),
        (
            ReissueReason.CARD_FAILURE,
            {WaiverGround.DISASTER, WaiverGround.CARD_FAULT, WaiverGround.OTHER},
        ),
        (ReissueReason.CARELESS_HANDLING, set()),
        (ReissueReason.EXPIRED, set()),
        (ReissueReason.COLUMN_FULL, {WaiverGround.OTHER}),
        (ReissueReason.OFFICE_ERROR, {WaiverGround.OFFICE_ERROR}),
        (ReissueReason.DISASTER, {WaiverGround.DISASTER}),
    ],
)
def test_the_circumstances_that_would_waive_a_fee_are_named(reason, grounds):
    assert set(normally_waivable(reason)) == grounds


def test_every_reason_has_its_circumstances_told():
    for reason in ReissueReason:
        assert isinstance(normally_waivable(reason), tuple)
