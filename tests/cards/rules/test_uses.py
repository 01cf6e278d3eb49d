"""What a card can do for its holder (G1-G3, G9)."""

from datetime import date, timedelta

import pytest

from cards.rules.deadlines import CertificateFacts
from cards.rules.kinds import CardState, CardVariant, CertificateKind, CertificateMedium, PinKind
from cards.rules.uses import (
    Obstacle,
    Use,
    UseKind,
    sign_in_obstacle,
    signature_obstacle,
    uses,
    uses_of_smartphone,
)

TODAY = date(2026, 11, 22)
SIGNATURE = CertificateFacts(CertificateKind.SIGNATURE, CertificateMedium.CHIP, TODAY)
USER_PROOF = CertificateFacts(CertificateKind.USER_PROOF, CertificateMedium.CHIP, TODAY)
BOTH = (SIGNATURE, USER_PROOF)
NEEDING_SIGNATURE = {UseKind.ONLINE_APPLICATION}
NEEDING_USER_PROOF = {UseKind.LOG_IN, UseKind.CONVENIENCE_STORE, UseKind.MEDICAL_INSTITUTION}
WITHOUT_A_PIN = {UseKind.MEDICAL_INSTITUTION, UseKind.IDENTIFICATION}


def obstacles(
    *,
    state=CardState.WORKING,
    variant=CardVariant.STANDARD,
    certificates=BOTH,
    locked_pins=(),
    unset_pins=(),
):
    found = uses(
        state=state,
        variant=variant,
        certificates=iter(certificates),
        locked_pins=locked_pins,
        unset_pins=unset_pins,
        today=TODAY,
    )
    assert [use.kind for use in found] == list(UseKind)
    assert all(use.possible == (use.obstacle is None) for use in found)
    return {use.kind: use.obstacle for use in found if use.obstacle}


def test_a_working_card_can_do_everything_each_with_its_pin():
    found = uses(
        state=CardState.WORKING,
        variant=CardVariant.STANDARD,
        certificates=BOTH,
        locked_pins=(),
        today=TODAY,
    )
    assert found == (
        Use(UseKind.ONLINE_APPLICATION, True, PinKind.SIGNATURE, None),
        Use(UseKind.LOG_IN, True, PinKind.USER_PROOF, None),
        Use(UseKind.CONVENIENCE_STORE, True, PinKind.USER_PROOF, None),
        Use(UseKind.MEDICAL_INSTITUTION, True, PinKind.USER_PROOF, None),
        Use(UseKind.MOVING_HOUSE, True, PinKind.RESIDENT_REGISTRATION, None),
        Use(UseKind.TEXT_DATA, True, PinKind.CARD_INFO_INPUT, None),
        Use(UseKind.IDENTIFICATION, True, None, None),
    )


@pytest.mark.parametrize(
    ("state", "obstacle"),
    [
        (CardState.SUSPENDED, Obstacle.SUSPENDED),
        (CardState.EXPIRED, Obstacle.EXPIRED),
        (CardState.LAPSED, Obstacle.LAPSED),
        (CardState.REPLACED, Obstacle.REPLACED),
    ],
)
def test_a_card_that_does_not_work_can_do_nothing_and_that_is_the_reason_given(state, obstacle):
    found = obstacles(state=state, certificates=(), locked_pins=list(PinKind))
    assert found == dict.fromkeys(UseKind, obstacle)


def test_a_photo_id_card_only_shows_a_face_and_asks_for_no_pin():
    found = uses(
        state=CardState.WORKING,
        variant=CardVariant.PHOTO_ID,
        certificates=BOTH,
        locked_pins=list(PinKind),
        today=TODAY,
    )
    assert {use.kind for use in found if use.possible} == WITHOUT_A_PIN
    assert {use.obstacle for use in found if not use.possible} == {Obstacle.PHOTO_ID}
    assert {use.pin for use in found} == {None}


def test_what_a_photo_id_card_can_never_do_is_not_blamed_on_its_state():
    found = obstacles(state=CardState.SUSPENDED, variant=CardVariant.PHOTO_ID)
    assert {kind for kind in found if found[kind] is Obstacle.SUSPENDED} == WITHOUT_A_PIN
    assert {kind for kind in found if found[kind] is Obstacle.PHOTO_ID} == (
        set(UseKind) - WITHOUT_A_PIN
    )


def test_a_photo_id_card_without_its_certificate_still_identifies():
    found = obstacles(variant=CardVariant.PHOTO_ID, certificates=(SIGNATURE,))
    assert found.pop(UseKind.MEDICAL_INSTITUTION) is Obstacle.CERTIFICATE_MISSING
    assert set(found.values()) == {Obstacle.PHOTO_ID}


@pytest.mark.parametrize(
    ("lost", "kept", "stopped"),
    [
        (SIGNATURE, USER_PROOF, NEEDING_SIGNATURE),
        (USER_PROOF, SIGNATURE, NEEDING_USER_PROOF),
    ],
)
def test_each_certificate_carries_its_own_uses(lost, kept, stopped):
    def without(*instead):
        return obstacles(certificates=(*instead, kept))

    revoked = CertificateFacts(lost.kind, lost.medium, TODAY, revoked=True)
    expired = CertificateFacts(lost.kind, lost.medium, TODAY - timedelta(1))
    on_phone = CertificateFacts(lost.kind, CertificateMedium.SMARTPHONE, TODAY)
    assert without() == dict.fromkeys(stopped, Obstacle.CERTIFICATE_MISSING)
    assert without(on_phone) == dict.fromkeys(stopped, Obstacle.CERTIFICATE_MISSING)
    assert without(revoked) == dict.fromkeys(stopped, Obstacle.CERTIFICATE_REVOKED)
    assert without(expired) == dict.fromkeys(stopped, Obstacle.CERTIFICATE_EXPIRED)
    # An old one on record beside the present one changes nothing.
    assert without(revoked, expired) == dict.fromkeys(stopped, Obstacle.CERTIFICATE_EXPIRED)
    assert without(revoked, expired, lost) == {}


@pytest.mark.parametrize(
    ("pin", "stopped"),
    [
        (PinKind.SIGNATURE, {UseKind.ONLINE_APPLICATION}),
        # A medical institution looks at the face instead.
        (PinKind.USER_PROOF, {UseKind.LOG_IN, UseKind.CONVENIENCE_STORE}),
        (PinKind.RESIDENT_REGISTRATION, {UseKind.MOVING_HOUSE}),
        (PinKind.CARD_INFO_INPUT, {UseKind.TEXT_DATA}),
    ],
)
def test_a_locked_pin_stops_only_what_cannot_do_without_it(pin, stopped):
    assert obstacles(locked_pins={pin}) == dict.fromkeys(stopped, Obstacle.PIN_LOCKED)


def test_a_certificate_is_named_before_a_locked_pin():
    found = obstacles(certificates=(USER_PROOF,), locked_pins={PinKind.SIGNATURE})
    assert found == {UseKind.ONLINE_APPLICATION: Obstacle.CERTIFICATE_MISSING}


def test_a_pin_that_is_not_set_stops_the_same_as_a_locked_one_and_is_named_for_what_it_is():
    found = obstacles(unset_pins=list(PinKind), locked_pins=[PinKind.SIGNATURE])
    assert set(found) == {
        UseKind.ONLINE_APPLICATION,
        UseKind.LOG_IN,
        UseKind.CONVENIENCE_STORE,
        UseKind.MOVING_HOUSE,
        UseKind.TEXT_DATA,
    }
    assert set(found.values()) == {Obstacle.PIN_NOT_SET}


PHONE_SIGNATURE = CertificateFacts(CertificateKind.SIGNATURE, CertificateMedium.SMARTPHONE, TODAY)
PHONE_PROOF = CertificateFacts(CertificateKind.USER_PROOF, CertificateMedium.SMARTPHONE, TODAY)


def on_smartphone(*certificates, state=CardState.WORKING):
    found = uses_of_smartphone(state=state, certificates=iter(certificates), today=TODAY)
    assert {use.kind for use in found} == NEEDING_SIGNATURE | NEEDING_USER_PROOF
    assert {use.pin for use in found} == {None}
    assert all(use.possible == (use.obstacle is None) for use in found)
    return {use.kind: use.obstacle for use in found if use.obstacle}


def test_a_smartphone_does_by_itself_what_its_own_certificates_carry():
    assert on_smartphone(PHONE_SIGNATURE, PHONE_PROOF) == {}
    missing = dict.fromkeys(NEEDING_SIGNATURE, Obstacle.CERTIFICATE_MISSING)
    assert on_smartphone(PHONE_PROOF, *BOTH) == missing
    revoked = CertificateFacts(
        CertificateKind.SIGNATURE, CertificateMedium.SMARTPHONE, TODAY, revoked=True
    )
    assert on_smartphone(revoked, PHONE_PROOF) == dict.fromkeys(
        NEEDING_SIGNATURE, Obstacle.CERTIFICATE_REVOKED
    )


@pytest.mark.parametrize(
    ("state", "obstacle"),
    [
        (CardState.SUSPENDED, Obstacle.SUSPENDED),
        (CardState.EXPIRED, Obstacle.EXPIRED),
        (CardState.LAPSED, Obstacle.LAPSED),
        (CardState.REPLACED, Obstacle.REPLACED),
    ],
)
def test_a_smartphone_stops_with_the_card(state, obstacle):
    found = on_smartphone(PHONE_SIGNATURE, PHONE_PROOF, state=state)
    assert set(found.values()) == {obstacle}
    assert len(found) == 4


def test_what_keeps_the_certificate_on_the_chip_from_signing():
    gone = CertificateFacts(SIGNATURE.kind, SIGNATURE.medium, TODAY - timedelta(1))
    assert signature_obstacle(BOTH, TODAY) is None
    assert signature_obstacle([USER_PROOF, PHONE_SIGNATURE], TODAY) is Obstacle.CERTIFICATE_MISSING
    assert signature_obstacle([gone], TODAY) is Obstacle.CERTIFICATE_EXPIRED


@pytest.mark.parametrize(
    ("facts", "obstacle"),
    [
        ({}, None),
        ({"certificates": (PHONE_PROOF,)}, None),
        ({"certificates": (SIGNATURE, PHONE_SIGNATURE)}, Obstacle.CERTIFICATE_MISSING),
        ({"state": CardState.SUSPENDED, "certificates": (*BOTH, PHONE_PROOF)}, Obstacle.SUSPENDED),
        ({"state": CardState.EXPIRED}, Obstacle.EXPIRED),
        ({"state": CardState.LAPSED}, Obstacle.LAPSED),
        ({"state": CardState.REPLACED}, Obstacle.REPLACED),
        (
            {"variant": CardVariant.PHOTO_ID, "certificates": (*BOTH, PHONE_PROOF)},
            Obstacle.PHOTO_ID,
        ),
        ({"today": TODAY + timedelta(1)}, Obstacle.CERTIFICATE_EXPIRED),
    ],
)
def test_a_card_signs_in_by_its_user_proof_certificate_or_by_the_smartphones(facts, obstacle):
    plain = {
        "state": CardState.WORKING,
        "variant": CardVariant.STANDARD,
        "certificates": BOTH,
        "today": TODAY,
    }
    assert sign_in_obstacle(**(plain | facts)) == obstacle
