"""Whether certificates on a smartphone can be applied for (G2②), and how certificates stand."""

from datetime import date, timedelta
from itertools import product

import pytest

from cards.rules.certificates import CertificateState, carried_by, certificate_state
from cards.rules.deadlines import CertificateFacts
from cards.rules.kinds import CardState, CardVariant, CertificateKind, CertificateMedium
from cards.rules.smartphone import ReadyCheck, readiness
from cards.rules.uses import Obstacle

TODAY = date(2026, 11, 22)
SIGNATURE = CertificateFacts(CertificateKind.SIGNATURE, CertificateMedium.CHIP, TODAY)


def found(**changed: object) -> dict[ReadyCheck, Obstacle]:
    facts = {
        "state": CardState.WORKING,
        "variant": CardVariant.STANDARD,
        "certificates": [SIGNATURE],
        "pin_set": True,
        "pin_locked": False,
        "today": TODAY,
    }
    answer = readiness(**(facts | changed))
    assert list(answer) == list(ReadyCheck)
    return {check: why for check, why in answer.items() if why}


def test_a_working_card_with_its_signature_and_pin_is_ready():
    assert found() == {}


@pytest.mark.parametrize(
    ("changed", "check", "why"),
    [
        ({"state": CardState.SUSPENDED}, ReadyCheck.CARD, Obstacle.SUSPENDED),
        ({"state": CardState.EXPIRED}, ReadyCheck.CARD, Obstacle.EXPIRED),
        ({"state": CardState.LAPSED}, ReadyCheck.CARD, Obstacle.LAPSED),
        ({"state": CardState.REPLACED}, ReadyCheck.CARD, Obstacle.REPLACED),
        ({"variant": CardVariant.PHOTO_ID}, ReadyCheck.CARD, Obstacle.PHOTO_ID),
        ({"certificates": []}, ReadyCheck.SIGNATURE, Obstacle.CERTIFICATE_MISSING),
        ({"pin_set": False, "pin_locked": True}, ReadyCheck.PIN, Obstacle.PIN_NOT_SET),
        ({"pin_locked": True}, ReadyCheck.PIN, Obstacle.PIN_LOCKED),
    ],
)
def test_each_thing_that_is_missing_is_named(changed, check, why):
    assert found(**changed) == {check: why}


def test_a_photo_id_card_carries_no_signature_certificate():
    assert carried_by(CardVariant.STANDARD) == tuple(CertificateKind)
    assert carried_by(CardVariant.PHOTO_ID) == (CertificateKind.USER_PROOF,)


@pytest.mark.parametrize(
    ("revoked", "days_left", "card"), [*product([0, 1], [-1, 0, 1], CardState)]
)
def test_what_ends_a_certificate_for_good_is_named_before_the_state_of_its_card(
    revoked, days_left, card
):
    facts = CertificateFacts(
        SIGNATURE.kind, SIGNATURE.medium, TODAY + timedelta(days_left), bool(revoked)
    )
    wanted = CertificateState.VALID if card is CardState.WORKING else CertificateState.UNUSABLE
    if days_left < 0:
        wanted = CertificateState.EXPIRED
    if revoked:
        wanted = CertificateState.REVOKED
    assert certificate_state(facts, card, TODAY) is wanted
