"""A new card in place of an old one: asked for, decided, handed out (G6, G7, G8)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from accounts.models import User
from cards.chip import chip
from cards.models import (
    AdditionalInfoEntry,
    Card,
    Certificate,
    PlannedMove,
    Reissue,
    ReissueFee,
    SmartphonePlatform,
    UntoldEvent,
)
from cards.operations import (
    OperationRefused,
    accept_reissue,
    answer_reissue,
    ask_back_reissue,
    hand_over_pins,
    issue_reissue,
    lift_suspension,
    open_hand_over,
    record_move,
    refuse_reissue,
    request_reissue,
    request_variant,
    reset_pins,
    set_expiry,
    suspend,
    withdraw_reissue,
)
from cards.reissue_fees import fee_on, usual_fees
from cards.rules.kinds import (
    CardState,
    CardVariant,
    DeadlineKind,
    EventKind,
    ExpiryBasis,
    MoveKind,
    PinKind,
    ReissueReason,
    ReissueState,
    RevocationReason,
    WaiverGround,
)
from cards.rules.moves import MoveDates
from tests.builders import (
    make_card,
    make_certificate,
    make_clerk,
    make_move,
    make_office,
    make_pin,
    make_resident,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db
NUMBER = "123456789018"  # a valid Individual Number


@pytest.fixture(autouse=True)
def today(on_day: Callable[..., None]) -> None:
    on_day("2026-11-10")


@pytest.fixture
def clerk() -> User:
    return make_clerk()


def fresh(card: Card) -> Card:
    return Card.objects.get(pk=card.pk)


def apply_for(card: Card, reason: ReissueReason = ReissueReason.DAMAGED, **given: Any) -> Reissue:
    plain: dict[str, Any] = {"with_certificates": True, "by": make_user()}
    if reason is ReissueReason.LOST:
        plain["police_receipt_number"] = "M-1234"
    if reason is ReissueReason.FIRE:
        plain["fire_report_number"] = "F-9"
    return request_reissue(card, reason=reason, **(plain | given))


def accepted(card: Card, clerk: User, **given: Any) -> Reissue:
    reissue = apply_for(card, **given)
    accept_reissue(card, waiver=None, by=clerk)
    return reissue


def handed_out(card: Card, clerk: User, reference: str = "NEW-1", **given: Any) -> Card:
    issue_reissue(card, new_reference=reference, identity_proof="passport", by=clerk, **given)
    return Card.objects.get(reference=reference)


def kinds(card: Card) -> list[str]:
    return list(card.events.order_by("id").values_list("kind", flat=True))


# --- Asking for it --------------------------------------------------------------------------------
def test_one_application_a_card_is_open_at_a_time() -> None:
    card = make_card()
    first = apply_for(card)
    with pytest.raises(OperationRefused, match="already"):
        apply_for(card)
    withdraw_reissue(card, by=make_user())
    assert apply_for(card) != first
    assert kinds(card) == ["reissue_requested", "reissue_withdrawn", "reissue_requested"]


def test_a_lost_card_that_works_is_suspended_first() -> None:
    card = make_card()
    with pytest.raises(OperationRefused, match="suspended first"):
        apply_for(card, ReissueReason.LOST)
    suspend(card, by=None)
    assert apply_for(card, ReissueReason.LOST).police_receipt_number == "M-1234"


@pytest.mark.parametrize(
    ("reason", "field"),
    [
        (ReissueReason.LOST, "police_receipt_number"),
        (ReissueReason.FIRE, "fire_report_number"),
    ],
)
def test_the_reason_demands_its_number(reason: ReissueReason, field: str) -> None:
    card = make_card()
    suspend(card, by=None)
    with pytest.raises(OperationRefused) as refused:
        apply_for(card, reason, **{field: "  "})
    assert refused.value.field == field
    assert not Reissue.objects.exists()


def test_a_number_that_the_reason_does_not_ask_for_is_not_kept() -> None:
    reissue = apply_for(make_card(), police_receipt_number="M-1", fire_report_number="F-1")
    assert (reissue.police_receipt_number, reissue.fire_report_number) == ("", "")


@pytest.mark.parametrize("field", ["circumstances", "fire_report_number"])
def test_an_individual_number_is_kept_nowhere(field: str) -> None:
    card = make_card()
    with pytest.raises(OperationRefused) as refused:
        apply_for(card, ReissueReason.FIRE, **{field: f"it is {NUMBER}"})
    assert refused.value.field == field
    assert not Reissue.objects.exists()
    assert not card.events.exists()


def test_a_reason_that_is_not_true_of_the_card_is_refused() -> None:
    working, expired = make_card(), make_card(expires_on=date(2026, 11, 9))
    with pytest.raises(OperationRefused, match="does not fit"):
        apply_for(working, ReissueReason.EXPIRED)
    with pytest.raises(OperationRefused, match="does not fit"):
        apply_for(working, ReissueReason.COLUMN_FULL)
    with pytest.raises(OperationRefused, match="does not fit"):
        apply_for(expired, ReissueReason.CARD_FAILURE)
    assert apply_for(expired, ReissueReason.EXPIRED).pk
    AdditionalInfoEntry.objects.create(
        card=working,
        kind="address",
        text="x",
        entered_on=date(2026, 11, 1),
        fills_column=True,
    )
    assert apply_for(working, ReissueReason.COLUMN_FULL).pk


def test_a_lapsed_card_can_be_asked_for_anew() -> None:
    card = make_card()
    make_move(card, moved_in_on=date(2026, 10, 1))
    assert fresh(card).state is CardState.LAPSED
    assert apply_for(card, ReissueReason.EXPIRED).state == ReissueState.REQUESTED


def test_a_circumstance_that_does_not_fit_the_reason_is_not_kept() -> None:
    card = make_card()
    reissue = apply_for(card, claimed_ground=WaiverGround.THEFT)
    assert reissue.claimed_ground == ""


def test_a_photo_id_card_is_asked_for_without_a_question_about_certificates() -> None:
    card = make_card(variant=CardVariant.PHOTO_ID.value)
    assert apply_for(card, with_certificates=True).with_certificates is False


# --- Between --------------------------------------------------------------------------------------
def test_a_question_waits_for_its_answer(clerk: User) -> None:
    card, holder = make_card(), make_user()
    apply_for(card, by=holder)
    with pytest.raises(OperationRefused, match="no open question"):
        answer_reissue(card, answer="?", by=holder)
    event = ask_back_reissue(card, question="Where was it?", by=clerk)
    assert UntoldEvent.objects.filter(event=event).exists()
    assert card.reissues.get().state == ReissueState.ASKED_BACK
    answer_reissue(card, answer="At home", by=holder)
    found = card.reissues.get()
    assert (found.state, found.question, found.answer) == ("requested", "Where was it?", "At home")


@pytest.mark.parametrize("text", ["", "   ", f"number {NUMBER}"])
def test_empty_words_and_individual_numbers_are_refused_everywhere(clerk: User, text: str) -> None:
    card = make_card()
    apply_for(card)
    with pytest.raises(OperationRefused):
        ask_back_reissue(card, question=text, by=clerk)
    with pytest.raises(OperationRefused):
        refuse_reissue(card, reason=text, by=clerk)
    ask_back_reissue(card, question="Why?", by=clerk)
    with pytest.raises(OperationRefused):
        answer_reissue(card, answer=text, by=clerk)
    assert card.reissues.get().state == ReissueState.ASKED_BACK


def test_only_the_holders_own_office_decides() -> None:
    card = make_card()
    apply_for(card)
    for other in (make_clerk(make_office("900002")), make_staff("administrator"), make_user()):
        for act in (
            lambda by: accept_reissue(card, waiver=None, by=by),
            lambda by: refuse_reissue(card, reason="no", by=by),
            lambda by: ask_back_reissue(card, question="?", by=by),
        ):
            with pytest.raises(OperationRefused, match="Only staff of the office"):
                act(other)
    assert card.reissues.get().state == ReissueState.REQUESTED


def test_the_report_is_compared_before_a_lost_card_is_accepted(clerk: User) -> None:
    card = make_card()
    suspend(card, by=None)
    apply_for(card, ReissueReason.LOST)
    with pytest.raises(OperationRefused) as refused:
        accept_reissue(card, waiver=None, by=clerk)
    assert refused.value.field == "report_checked"
    accept_reissue(card, waiver=None, report_number="M-1235", report_checked=True, by=clerk)
    assert card.reissues.get().police_receipt_number == "M-1235"


def test_a_refusal_is_told_with_its_reason_and_another_application_is_possible(clerk: User) -> None:
    card = make_card()
    apply_for(card)
    event = refuse_reissue(card, reason="The card works.", by=clerk)
    assert UntoldEvent.objects.filter(event=event).exists()
    found = card.reissues.get()
    assert (found.state, found.decision_note) == ("refused", "The card works.")
    assert found.closed_at is not None
    assert apply_for(card).pk


def test_an_accepted_application_can_still_be_withdrawn_and_then_costs_nothing(clerk: User) -> None:
    card = make_card()
    accepted(card, clerk)
    withdraw_reissue(card, by=make_user())
    assert card.reissues.get().fee is None
    with pytest.raises(OperationRefused, match="No application"):
        issue_reissue(card, new_reference="N", identity_proof="passport", by=clerk)


# --- Fees -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(("with_certificates", "fee"), [(True, 1000), (False, 800)])
def test_it_is_charged_unless_staff_confirm_a_cause(
    clerk: User, with_certificates: bool, fee: int
) -> None:
    card = make_card()
    apply_for(card, with_certificates=with_certificates, claimed_ground=WaiverGround.DISASTER)
    accept_reissue(card, waiver=None, by=clerk)
    assert card.reissues.get().fee == fee


def test_a_waiver_wants_a_note_and_makes_it_free(clerk: User) -> None:
    card = make_card()
    apply_for(card)
    with pytest.raises(OperationRefused) as refused:
        accept_reissue(card, waiver=WaiverGround.DISASTER, by=clerk)
    assert refused.value.field == "note"
    accept_reissue(card, waiver=WaiverGround.DISASTER, note="Flood certificate seen", by=clerk)
    found = card.reissues.get()
    assert (found.fee, found.waiver) == (0, "disaster")
    accept_reissue(card, waiver=None, by=clerk)
    assert card.reissues.get().fee == 1000


def test_a_new_price_counts_for_applications_from_its_day_on(
    clerk: User, on_day: Callable[..., None]
) -> None:
    ReissueFee.objects.create(from_on=date(2026, 11, 12), card_only=900, with_certificates=1200)
    before, after = make_card(), make_card()
    apply_for(before)
    on_day("2026-11-12")
    assert usual_fees().with_certificates == 1200
    apply_for(after)
    for card, fee in ((before, 1000), (after, 1200)):
        accept_reissue(card, waiver=None, by=clerk)
        assert card.reissues.get().fee == fee


def test_without_any_price_kept_by_staff_the_guides_count() -> None:
    ReissueFee.objects.all().delete()
    assert (usual_fees().card_only, usual_fees().with_certificates) == (800, 1000)
    ReissueFee.objects.create(from_on=date(2026, 12, 1), card_only=1, with_certificates=2)
    assert fee_on(date(2026, 11, 30), ReissueReason.FIRE, with_certificates=False) == 800
    assert fee_on(date(2026, 12, 1), ReissueReason.FIRE, with_certificates=False) == 1


# --- Handing it out -------------------------------------------------------------------------------
def test_the_new_card_takes_over_and_the_old_one_ends(clerk: User) -> None:
    card = make_card()
    android = SmartphonePlatform.objects.get(code="android")
    make_certificate(card, kind="user_proof", medium="smartphone", platform=android)
    for pin in PinKind:
        make_pin(card, pin, "KEY7294X" if pin is PinKind.SIGNATURE else "7294")
    code = reset_pins(
        card, kinds=[PinKind.USER_PROOF], identity_proof="passport", reason="forgotten", by=clerk
    )
    accepted(card, clerk)
    new = handed_out(card, clerk)
    old = fresh(card)
    assert (old.state, new.state) == (CardState.REPLACED, CardState.WORKING)
    assert new.resident == old.resident
    assert (new.issued_on, new.expires_on) == (
        date(2026, 11, 10),
        card.resident.period_of_stay_ends_on,
    )
    assert set(old.certificates.values_list("revoked_because", flat=True)) == {
        RevocationReason.CARD_REPLACED.value
    }
    assert new.certificates.filter(revoked_at=None, medium="chip").count() == 2
    assert not any(chip().has_pin(old, pin) for pin in PinKind)
    assert not old.pin_slots.exists()
    assert open_hand_over(code) is None
    assert not any(chip().has_pin(new, pin) for pin in PinKind)
    assert not old.deadlines.filter(closed_at=None).exists()
    assert [d.last_day for d in new.deadlines.filter(kind=DeadlineKind.CARD_EXPIRY.value)] == [
        new.expires_on
    ]
    assert kinds(old)[-3:] == ["certificate_revoked", "certificate_revoked", "replaced"]
    assert kinds(new) == [EventKind.ISSUED, EventKind.CERTIFICATE_ISSUED]
    told = UntoldEvent.objects.filter(event__kind__in=["issued", "certificate_issued"])
    assert [one.event.kind for one in told] == ["issued"]
    assert UntoldEvent.objects.filter(event__card=new, event__kind="issued").exists()
    found = Reissue.objects.get()
    assert (found.state, found.new_card) == (ReissueState.ISSUED, new)


def test_the_code_lets_the_holder_set_the_pins_of_the_new_card(clerk: User) -> None:
    card = make_card()
    accepted(card, clerk)
    code = issue_reissue(card, new_reference="NEW-1", identity_proof="passport", by=clerk)
    assert code
    hand_over = open_hand_over(code)
    assert hand_over
    assert set(hand_over.kinds) == {pin.value for pin in PinKind}
    hand_over_pins(hand_over, kinds=[PinKind.USER_PROOF], new="6038", again="6038")
    assert chip().matches(Card.objects.get(reference="NEW-1"), PinKind.USER_PROOF, "6038")


def test_a_card_without_certificates_has_no_pins_for_them(clerk: User) -> None:
    card = make_card()
    accepted(card, clerk, with_certificates=False)
    code = issue_reissue(card, new_reference="NEW-1", identity_proof="passport", by=clerk)
    assert not Certificate.objects.filter(card__reference="NEW-1").exists()
    hand_over = open_hand_over(code or "")
    assert hand_over
    assert set(hand_over.kinds) == {"resident_registration", "card_info_input"}


def test_a_new_photo_id_card_has_no_pins_and_the_certificate_that_works_by_face(
    clerk: User,
) -> None:
    card = make_card(variant=CardVariant.PHOTO_ID.value)
    accepted(card, clerk)
    assert issue_reissue(card, new_reference="N", identity_proof="passport", by=clerk) is None
    new = Card.objects.get(reference="N")
    assert new.variant == CardVariant.PHOTO_ID
    assert list(new.certificates.values_list("kind", flat=True)) == ["user_proof"]
    assert not new.hand_overs.exists()


def test_nothing_is_handed_out_before_it_was_accepted(clerk: User) -> None:
    card = make_card()
    apply_for(card)
    with pytest.raises(OperationRefused, match="Accept the application first"):
        handed_out(card, clerk)
    assert Card.objects.count() == 1


def test_a_reference_that_is_taken_missing_or_an_individual_number_is_refused(clerk: User) -> None:
    card, other = make_card(), make_card()
    accepted(card, clerk)
    for reference in (other.reference, card.reference, " ", NUMBER):
        with pytest.raises(OperationRefused) as refused:
            handed_out(card, clerk, reference)
        assert refused.value.field == "new_reference"
    assert fresh(card).state is CardState.WORKING
    assert card.certificates.filter(revoked_at=None).count() == 2


def test_a_period_of_stay_that_has_ended_gives_no_card(clerk: User) -> None:
    resident = make_resident(period_of_stay_ends_on=date(2026, 11, 9))
    card = make_card(resident)
    accepted(card, clerk, reason=ReissueReason.EXPIRED)
    with pytest.raises(OperationRefused) as refused:
        handed_out(card, clerk)
    assert refused.value.field == "expires_on"
    new = handed_out(card, clerk, expires_on=date(2029, 11, 9))
    assert new.expires_on == date(2029, 11, 9)
    assert new.resident.period_of_stay_ends_on == date(2029, 11, 9)


def test_while_an_extension_is_pending_the_new_card_awaits_the_second_visit_too(
    clerk: User,
) -> None:
    resident = make_resident(period_of_stay_ends_on=date(2026, 11, 9))
    card = make_card(
        resident,
        expires_on=date(2027, 1, 9),
        expiry_basis=ExpiryBasis.APPLICATION_FILED.value,
    )
    accepted(card, clerk)
    new = handed_out(card, clerk)
    assert new.expires_on == date(2027, 1, 9)
    assert new.awaits_second_visit
    assert new.resident.period_of_stay_ends_on == date(2026, 11, 9)


def test_a_new_card_adds_no_months_to_a_pending_extension(clerk: User) -> None:
    """Seen to fail with the two months counted from the date of the new card."""
    resident = make_resident(period_of_stay_ends_on=date(2026, 12, 20))
    card = make_card(resident)
    applied = {"basis": ExpiryBasis.APPLICATION_FILED, "by": clerk}
    set_expiry(card, expires_on=date(2027, 2, 10), **applied)
    for reference in ("NEW-1", "NEW-2"):
        accepted(card, clerk)
        card = handed_out(card, clerk, reference)
    assert card.expires_on == date(2027, 2, 10)
    with pytest.raises(OperationRefused, match="two months at most"):
        set_expiry(card, expires_on=date(2027, 2, 21), **applied)
    set_expiry(card, expires_on=date(2027, 2, 20), **applied)


def test_a_move_out_whose_move_in_was_notified_does_not_go_on_with_the_new_card(
    clerk: User,
) -> None:
    """Seen to fail with each move looked at alone: the new card lapsed 30 days later."""
    card = make_card()
    record_move(card, kind=MoveKind.MOVE_OUT, dates=MoveDates(date(2026, 10, 20)), by=clerk)
    moved_in = MoveDates(moved_in_on=date(2026, 10, 30), notified_on=date(2026, 11, 5))
    record_move(card, kind=MoveKind.MOVE_IN, dates=moved_in, by=clerk)
    accepted(card, clerk)
    new = handed_out(card, clerk)
    assert new.lapses_on is None
    assert not new.moves.exists()
    assert not fresh(card).moves.filter(card_updated_on=None).exists()


def test_a_move_that_the_old_card_showed_already_is_not_settled_once_more_by_the_new_one(
    clerk: User,
) -> None:
    """Seen to fail: the day of the new card stood in the history of a move done before."""
    card = make_card()
    out = make_move(card, kind="move_out", expected_move_out_on=date(2026, 10, 20))
    done = date(2026, 10, 26)
    days = {"moved_in_on": date(2026, 10, 25), "notified_on": done, "card_updated_on": done}
    make_move(card, kind="move_in", source="counter", **days)
    accepted(card, clerk)
    new = handed_out(card, clerk)
    out.refresh_from_db()
    assert out.card_updated_on is None
    assert card.events.get(kind="replaced").data["moves"] == []
    assert not new.moves.exists()


def test_moves_are_settled_by_the_new_card_or_go_on_with_it(clerk: User) -> None:
    card = make_card()
    notified = make_move(card, notified_on=date(2026, 11, 1))
    expected = make_move(card, source="counter", expected_move_out_on=date(2026, 11, 20))
    PlannedMove.objects.create(card=card, kind="move_in", moved_in_on=date(2026, 12, 1))
    accepted(card, clerk)
    new = handed_out(card, clerk)
    notified.refresh_from_db()
    expected.refresh_from_db()
    assert notified.card_updated_on == date(2026, 11, 10)
    assert expected.card_updated_on is None
    assert [move.expected_move_out_on for move in new.moves.all()] == [date(2026, 11, 20)]
    assert new.planned_moves.filter(closed_at=None).count() == 1
    assert {d.kind for d in new.deadlines.filter(closed_at=None)} >= {
        "card_expiry",
        "move_out_30",
        "planned_move_in_14",
    }


def test_a_move_that_ended_the_old_card_does_not_end_the_new_one(clerk: User) -> None:
    card = make_card()
    make_move(card, moved_in_on=date(2026, 10, 1))
    accepted(card, clerk, reason=ReissueReason.EXPIRED)
    new = handed_out(card, clerk)
    assert new.state is CardState.WORKING
    assert new.lapses_on is None


def test_an_open_request_for_the_other_variant_goes_on_with_the_new_card(clerk: User) -> None:
    card = make_card()
    request_variant(card, by=make_user())
    accepted(card, clerk)
    assert handed_out(card, clerk).variant_requests.filter(closed_at=None).count() == 1


# --- A suspension wins ----------------------------------------------------------------------------
def test_a_suspension_after_the_decision_keeps_the_new_card_back(clerk: User) -> None:
    """Seen to fail without the comparison: the new card took over as if nothing had happened."""
    card = make_card()
    accepted(card, clerk)
    suspend(card, by=make_user())
    with pytest.raises(OperationRefused, match="suspended after"):
        handed_out(card, clerk)
    assert fresh(card).state is CardState.SUSPENDED
    assert Card.objects.count() == 1
    accept_reissue(card, waiver=None, by=clerk)
    assert handed_out(card, clerk).state is CardState.WORKING
    assert fresh(card).state is CardState.REPLACED


def test_a_card_that_was_suspended_before_the_decision_is_handed_out(clerk: User) -> None:
    card = make_card()
    suspend(card, by=None)
    apply_for(card, ReissueReason.LOST)
    accept_reissue(card, waiver=None, report_checked=True, by=clerk)
    assert handed_out(card, clerk).state is CardState.WORKING


def test_a_card_found_and_lost_again_after_the_decision_is_kept_back(clerk: User) -> None:
    card = make_card()
    suspend(card, by=None)
    apply_for(card, ReissueReason.LOST)
    accept_reissue(card, waiver=None, report_checked=True, by=clerk)
    lift_suspension(card, identity_proof="passport", by=clerk)
    suspend(card, by=None)
    with pytest.raises(OperationRefused, match="suspended after"):
        handed_out(card, clerk)


def test_no_new_card_is_made_for_a_loss_once_the_card_was_found(clerk: User) -> None:
    """Seen to fail: the application was accepted, handed out, and the card in hand ended."""
    card = make_card()
    suspend(card, by=None)
    apply_for(card, ReissueReason.LOST)
    lift_suspension(card, identity_proof="passport", by=clerk)
    with pytest.raises(OperationRefused, match="was found and works again"):
        accept_reissue(card, waiver=None, report_checked=True, by=clerk)
    suspend(card, by=None)
    accept_reissue(card, waiver=None, report_checked=True, by=clerk)
    lift_suspension(card, identity_proof="passport", by=clerk)
    with pytest.raises(OperationRefused, match="was found and works again"):
        handed_out(card, clerk)
    assert fresh(card).state is CardState.WORKING
    withdraw_reissue(card, by=make_user())
    assert apply_for(card).reason == ReissueReason.DAMAGED


def test_nothing_is_done_any_more_with_a_card_that_was_replaced(clerk: User) -> None:
    card = make_card()
    accepted(card, clerk)
    handed_out(card, clerk)
    for act in (
        lambda: apply_for(card),
        lambda: suspend(card, by=clerk),
        lambda: withdraw_reissue(card, by=clerk),
        lambda: accept_reissue(card, waiver=None, by=clerk),
        lambda: handed_out(card, clerk, "NEW-2"),
    ):
        with pytest.raises(OperationRefused):
            act()
    assert Card.objects.count() == 2
