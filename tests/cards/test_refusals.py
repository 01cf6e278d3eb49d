"""Every refusal is reached, in words of its own, in English and in Japanese.

The texts are read from the source of `cards.operations`: one that is added there and stands in no
case here fails the last test.
"""

import ast
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

import cards.operations
from accounts.models import User
from cards.models import Card, Move, PinSlot, Reissue
from cards.operations import (
    OperationRefused,
    Written,
    accept_reissue,
    answer_reissue,
    apply_smartphone_certificates,
    ask_back_reissue,
    call_off_move,
    change_pins,
    correct_move,
    correct_name_change,
    hand_over_pins,
    issue_certificates,
    issue_reissue,
    lift_suspension,
    open_hand_over,
    record_card_update,
    record_move,
    record_name_change,
    refuse_reissue,
    refuse_variant_request,
    request_reissue,
    request_variant,
    reset_pins,
    revoke_smartphone_certificates,
    set_expiry,
    suspend,
    tell_move,
    try_pin,
    withdraw_move,
    withdraw_variant_request,
)
from cards.operations.change_pins import require_still_proven
from cards.rules.kinds import (
    CardVariant,
    CertificateKind,
    ExpiryBasis,
    InfoKind,
    MoveKind,
    PinKind,
    ReissueReason,
    RevocationReason,
    WaiverGround,
)
from cards.rules.moves import MoveDates
from portal import clock
from tests.builders import make_card, make_clerk, make_office, make_pin, make_platform, make_user

TODAY = date(2026, 11, 10)
ADDRESS = Written(InfoKind.ADDRESS, "3-1 Kita, Hinode City")
NUMBER = "123456789018"
TWO = PinKind.USER_PROOF


class Counter:
    """A card, its holder and a clerk of its office: what can be asked for in one call each."""

    def __init__(self) -> None:
        self.card: Card = make_card()
        self.holder: User = make_user()
        self.clerk: User = make_clerk(self.card.resident.office)

    def put(self, **facts: Any) -> None:
        Card.objects.filter(pk=self.card.pk).update(**facts)
        self.card.refresh_from_db()

    def new_card(self, reason: ReissueReason = ReissueReason.DAMAGED, **more: Any) -> Reissue:
        more = {"with_certificates": True, "by": self.holder} | more
        return request_reissue(self.card, reason=reason, **more)

    def accepts(self, **more: Any) -> Any:
        return accept_reissue(self.card, **({"waiver": None, "by": self.clerk} | more))

    def hands_out(self, reference: str = "NEW-1", **more: Any) -> Any:
        more = {"identity_proof": "passport", "by": self.clerk} | more
        return issue_reissue(self.card, new_reference=reference, **more)

    def moves(self, kind: MoveKind = MoveKind.MOVE_IN, *written: Written, **days: date) -> Move:
        return record_move(
            self.card, kind=kind, dates=MoveDates(**days), by=self.clerk, written=written
        )

    def updates(self, *written: Written, on: date = TODAY, **more: Any) -> Any:
        return record_card_update(
            self.card, card_updated_on=on, by=self.clerk, written=written, **more
        )

    def renames(self, name: str = "TRAN THI LAN", on: date = TODAY) -> Any:
        return record_name_change(self.card, name=name, changed_on=on, by=self.clerk)

    def corrects(self, name: str = "TRAN THI LAN", on: date = TODAY) -> Any:
        return correct_name_change(self.card, name=name, changed_on=on, by=self.clerk)

    def tells(self, kind: MoveKind = MoveKind.MOVE_IN, **days: date) -> Any:
        return tell_move(self.card, kind=kind, dates=MoveDates(**days), by=self.holder)

    def extends(
        self, days: int, basis: ExpiryBasis = ExpiryBasis.NEW_PERIOD, after: date | None = None
    ) -> Any:
        day = (after or self.card.expires_on) + timedelta(days)
        return set_expiry(self.card, expires_on=day, basis=basis, by=self.clerk)

    def resets(self, *kinds: PinKind, reason: str = "forgotten") -> str:
        return reset_pins(
            self.card, kinds=kinds, identity_proof="passport", reason=reason, by=self.clerk
        )

    def changes_pin(self, current: str = "7294") -> Any:
        return change_pins(
            self.card, current={TWO: current}, new="6038", again="6038", by=self.holder
        )

    def applies(self, platform: Any = None) -> Any:
        platform = platform or make_platform()
        return apply_smartphone_certificates(
            self.card, platform=platform, pin="KEY7294X", by=self.holder
        )


def refused_platform(c: Counter) -> None:
    c.applies(make_platform(is_on=False))


def no_signature(c: Counter) -> None:
    c.card.certificates.all().delete()
    c.applies()


def set_anew_meanwhile(c: Counter) -> None:
    make_pin(c.card, TWO, "7294")
    require_still_proven(c.card, [TWO], -1)


def asked_twice(c: Counter) -> None:
    request_variant(c.card, by=c.holder)
    request_variant(c.card, by=c.holder)


def refused_variant_without_reason(c: Counter) -> None:
    request_variant(c.card, by=c.holder)
    refuse_variant_request(c.card, reason=" ", by=c.clerk)


def corrected_after_withdrawal(c: Counter) -> None:
    move = c.moves(notified_on=TODAY)
    withdraw_move(move, by=c.clerk)
    correct_move(move, dates=MoveDates(notified_on=TODAY), by=c.clerk)


def empty_question(c: Counter) -> None:
    c.new_card()
    ask_back_reissue(c.card, question=" ", by=c.clerk)


def empty_answer(c: Counter) -> None:
    c.new_card()
    ask_back_reissue(c.card, question="Where?", by=c.clerk)
    answer_reissue(c.card, answer=" ", by=c.holder)


def no_question(c: Counter) -> None:
    c.new_card()
    answer_reissue(c.card, answer="There.", by=c.holder)


def refused_new_card_without_reason(c: Counter) -> None:
    c.new_card()
    refuse_reissue(c.card, reason="", by=c.clerk)


def waived_without_note(c: Counter) -> None:
    c.new_card()
    c.accepts(waiver=WaiverGround.DISASTER)


def decided_already(c: Counter) -> None:
    c.new_card()
    c.accepts()
    ask_back_reissue(c.card, question="Where?", by=c.clerk)


def report_not_compared(c: Counter) -> None:
    c.new_card(ReissueReason.FIRE, fire_report_number="F-1")
    c.accepts(report_number="F-1")


def not_yet_accepted(c: Counter) -> None:
    c.new_card()
    c.hands_out()


def suspended_since(c: Counter) -> None:
    c.new_card()
    c.accepts()
    suspend(c.card, by=c.holder)
    c.hands_out()


def found_again(c: Counter) -> None:
    suspend(c.card, by=c.holder)
    c.new_card(ReissueReason.LOST, police_receipt_number="M-1")
    lift_suspension(c.card, identity_proof="passport", by=c.clerk)
    c.accepts(report_checked=True)


def stay_has_ended(c: Counter) -> None:
    c.new_card()
    c.accepts()
    c.card.resident.period_of_stay_ends_on = TODAY - timedelta(1)
    c.card.resident.save()
    c.hands_out()


def accepted_and(reference: str) -> Callable[[Counter], None]:
    def run(c: Counter) -> None:
        c.new_card()
        c.accepts()
        c.hands_out(reference or c.card.reference)

    return run


def no_reference(c: Counter) -> None:
    c.new_card()
    c.accepts()
    c.hands_out(" ")


def lifted_without_proof(c: Counter) -> None:
    suspend(c.card, by=c.holder)
    lift_suspension(c.card, identity_proof="", by=c.clerk)


def updated_before_the_name(c: Counter) -> None:
    c.renames()
    c.updates(Written(InfoKind.NAME, "TRAN"), on=TODAY - timedelta(1))


def updated_before_the_notification(c: Counter) -> None:
    c.moves(notified_on=TODAY)
    c.updates(ADDRESS, on=TODAY - timedelta(1))


def updated_before_the_move_in(c: Counter) -> None:
    c.moves(moved_in_on=TODAY)
    c.updates(ADDRESS, on=TODAY - timedelta(1))


def full_without_entry(c: Counter) -> None:
    c.moves(notified_on=TODAY)
    c.updates(column_full=True)


def written_in_a_full_column(c: Counter) -> None:
    c.moves(notified_on=TODAY)
    c.updates(ADDRESS, column_full=True)
    c.moves(notified_on=TODAY)
    c.updates(ADDRESS)


def too_much_written(c: Counter) -> None:
    c.moves(notified_on=TODAY)
    c.updates(Written(InfoKind.ADDRESS, "x" * 201))


def code_used_twice(c: Counter) -> None:
    opened = open_hand_over(c.resets(TWO))
    assert opened is not None
    for new in ("6038", "7294"):
        hand_over_pins(opened, kinds=[TWO], new=new, again=new)


def extended_too_far(c: Counter) -> None:
    c.extends(120, ExpiryBasis.APPLICATION_FILED)


def corrects_nothing_of_a_name(c: Counter) -> None:
    c.renames()
    c.corrects()


def granted_too_short(c: Counter) -> None:
    before = c.card.expires_on
    c.extends(30, ExpiryBasis.APPLICATION_FILED)
    c.extends(0, after=before)


def asked_twice_for_a_new_card(c: Counter) -> None:
    c.new_card()
    c.new_card()


def pin_in_use_elsewhere(c: Counter) -> None:
    slot = make_pin(c.card, TWO, "7294", failed_tries=3)
    PinSlot.objects.filter(pk=slot.pk).update(tried_at=clock.now())
    c.changes_pin()


def wrong_pin(c: Counter) -> None:
    make_pin(c.card, TWO, "7294")
    c.changes_pin("8163")


def signature_for_a_photo_card(c: Counter) -> None:
    c.put(variant=CardVariant.PHOTO_ID.value)
    issue_certificates(c.card, kinds=[CertificateKind.SIGNATURE], by=c.clerk)


def pins_of_a_photo_card(c: Counter) -> None:
    c.put(variant=CardVariant.PHOTO_ID.value)
    c.resets(TWO)


def state(**facts: Any) -> Callable[[Counter], None]:
    """The card is no longer what works, and a new extension is asked for."""

    def run(c: Counter) -> None:
        c.put(**facts)
        c.extends(30)

    return run


def suspended(c: Counter) -> None:
    suspend(c.card, by=c.holder)
    c.extends(30)


def other_office(c: Counter) -> None:
    c.new_card()
    c.accepts(by=make_clerk(make_office("900002")))


DAY, FAR = timedelta(1), TODAY + timedelta(500)
BEFORE = datetime(2026, 11, 1, 12, tzinfo=clock.TOKYO)
REFUSED: dict[str, Callable[[Counter], Any]] = {
    "Certificates cannot be issued on this kind of smartphone.": refused_platform,
    "There is no valid signature certificate on the card’s chip.": no_signature,
    "There is no move to call off": lambda c: call_off_move(c.card, by=c.holder),
    "A PIN of this card was set anew or reset meanwhile.": set_anew_meanwhile,
    "The other variant has been asked for already.": asked_twice,
    "Say why, for the holder to read.": refused_variant_without_reason,
    "Say why, for the holder to read. ": refused_new_card_without_reason,
    "No request for the other variant is open.": lambda c: withdraw_variant_request(
        c.card, by=c.holder
    ),
    "This move was withdrawn. Record the move anew.": corrected_after_withdrawal,
    "Write the question.": empty_question,
    "Write your answer.": empty_answer,
    "No application for a new card is open.": lambda c: c.accepts(),
    "The office has no open question.": no_question,
    "Say what shows that the cause is not the holder’s fault.": waived_without_note,
    "This application was accepted already.": decided_already,
    "Compare the number with the report first, and say that you did.": report_not_compared,
    "This card is suspended.": suspended,
    "This card has expired.": state(expires_on=TODAY - DAY),
    "This card has lapsed because a move was not completed in time.": state(lapses_on=TODAY),
    "This card was replaced by a new one.": state(replaced_at=BEFORE),
    "A card with photo identification only has no PINs and needs none.": pins_of_a_photo_card,
    "Only staff of the office that keeps the residence record can do this.": other_office,
    "There is an Individual Number in this text.": lambda c: c.resets(TWO, reason=NUMBER),
    "This day is still to come.": lambda c: c.moves(notified_on=TODAY + DAY),
    "Choose at least one certificate.": lambda c: issue_certificates(c.card, kinds=[], by=c.clerk),
    "A card with photo identification only has no PIN, so": signature_for_a_photo_card,
    "Accept the application first.": not_yet_accepted,
    "The old card was suspended after this application was accepted.": suspended_since,
    "This card was found and works again, so no new one is issued for a loss.": found_again,
    "The period of stay has ended.": stay_has_ended,
    "Enter the reference of the new card.": no_reference,
    "There is a card with this reference already.": accepted_and(""),
    "This card is not suspended.": lambda c: lift_suspension(
        c.card, identity_proof="passport", by=c.clerk
    ),
    "Say how identity was checked.": lifted_without_proof,
    "The card cannot have been updated before the new name": updated_before_the_name,
    "No move is waiting to be written on this card.": lambda c: c.updates(ADDRESS),
    "No new name is waiting to be written on this card.": lambda c: c.updates(
        Written(InfoKind.NAME, "TRAN")
    ),
    "The card cannot have been updated before the notification.": updated_before_the_notification,
    "The card cannot have been updated before the move-in day.": updated_before_the_move_in,
    "This card was issued later than this day.": lambda c: c.moves(
        MoveKind.MOVE_IN,
        ADDRESS,
        moved_in_on=c.card.issued_on - DAY,
        card_updated_on=c.card.issued_on - DAY,
    ),
    "This day is before the birth date.": lambda c: c.moves(
        notified_on=c.card.resident.birth_date - DAY
    ),
    "The expected move-out day is more than 30 days after": lambda c: c.moves(
        moved_in_on=TODAY - DAY, expected_move_out_on=TODAY + 30 * DAY
    ),
    "Counted from this day, the time ran out before this card": lambda c: c.moves(
        moved_in_on=c.card.issued_on - 15 * DAY
    ),
    "An earlier card lapsed by this move.": lambda c: c.moves(
        notified_on=c.card.issued_on - 91 * DAY
    ),
    "No move and no new name is waiting": lambda c: c.updates(),
    "Enter at least one day: the expected move-out, the move-in": lambda c: c.moves(),
    "A moving-in notification is accepted only from the move-in day on.": lambda c: c.moves(
        moved_in_on=TODAY, notified_on=TODAY - DAY
    ),
    "Of a moving-out notification only the expected move-out day counts.": lambda c: c.moves(
        MoveKind.MOVE_OUT, expected_move_out_on=TODAY, notified_on=TODAY
    ),
    "A move within the municipality has no expected move-out day.": lambda c: c.moves(
        MoveKind.RELOCATE, expected_move_out_on=TODAY
    ),
    "Enter the day on which this was written on the card.": lambda c: c.moves(
        MoveKind.MOVE_IN, ADDRESS, notified_on=TODAY
    ),
    "The card was issued after this day, so it has the new name.": lambda c: c.renames(
        on=c.card.issued_on - DAY
    ),
    "Enter the name as the residence card shows it.": lambda c: c.renames(" "),
    "Enter the name in 200 characters at most, on one line.": lambda c: c.renames("X" * 201),
    "The name and the day are recorded like this already.": corrects_nothing_of_a_name,
    "There is no new name to correct": lambda c: c.corrects(),
    "This is the name recorded already.": lambda c: c.renames(c.card.resident.name),
    "A new card has been asked for already": asked_twice_for_a_new_card,
    "This reason does not fit the card as it is now.": lambda c: c.new_card(ReissueReason.EXPIRED),
    "A lost card is suspended first": lambda c: c.new_card(
        ReissueReason.LOST, police_receipt_number="P-1"
    ),
    "Enter the receipt number of the loss report.": lambda c: (
        suspend(c.card, by=c.holder),
        c.new_card(ReissueReason.LOST),
    ),
    "Enter the number of the report.": lambda c: c.new_card(ReissueReason.FIRE),
    "Choose at least one PIN.": lambda c: c.resets(),
    "Say why the PIN is reset.": lambda c: c.resets(TWO, reason=" "),
    "This code is no longer valid.": code_used_twice,
    "There are no certificates on a smartphone.": lambda c: revoke_smartphone_certificates(
        c.card, because=RevocationReason.HOLDER_ASKED, by=c.holder
    ),
    "While the application is pending": extended_too_far,
    "The card has this expiry date already.": lambda c: c.extends(0, ExpiryBasis.CORRECTION),
    "A card cannot expire before it was issued.": lambda c: c.extends(
        -1, ExpiryBasis.CORRECTION, after=c.card.issued_on
    ),
    "The new expiry date must be later than the present one.": lambda c: c.extends(-1),
    "The granted stay must end later than the date from before": granted_too_short,
    "Enter at least one day: when you move out or when you move in.": lambda c: c.tells(),
    "This day is more than a year away.": lambda c: c.moves(
        MoveKind.MOVE_OUT, expected_move_out_on=FAR
    ),
    "This PIN is being entered somewhere else": pin_in_use_elsewhere,
    "This PIN is not right.": wrong_pin,
    "This PIN is not set.": lambda c: try_pin(c.card, TWO, "7294", by=None),
    "The additional information column of this card is full": written_in_a_full_column,
    "Enter what was written: the column is filled by an entry.": full_without_entry,
    "Enter what was written, in 200 characters at most.": too_much_written,
}


@pytest.mark.django_db
@pytest.mark.parametrize("words", REFUSED)
def test_each_refusal_is_reached_and_worded(words: str, on_day: Callable[..., None]) -> None:
    on_day(str(TODAY))
    counter = Counter()
    with pytest.raises(OperationRefused) as refused:
        REFUSED[words](counter)
    said = {}
    for language in ("en", "ja"):
        with translation.override(language):
            said[language] = str(refused.value.message)
    assert said["en"].startswith(words.strip())
    assert any("぀" <= letter <= "ヿ" for letter in said["ja"]), said["ja"]


def test_no_refusal_is_left_out() -> None:
    """What the operations can say, read from their source, has a case above."""
    texts = {
        node.args[0].value
        for path in Path(cards.operations.__path__[0]).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "_"
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(texts) > 60
    known = tuple(words.strip() for words in REFUSED)
    assert {text for text in texts if not str(text).startswith(known)} == set()
    said_by = {words: [one for one in texts if str(one).startswith(words)] for words in known}
    assert {words for words, found in said_by.items() if len(found) != 1} == set()
