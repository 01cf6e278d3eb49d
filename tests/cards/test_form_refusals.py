"""Each refusal of a resident's form about the card is reached, in English and in Japanese (G2-G9).

Posted to the real page. Nothing is changed by it, and what was typed is still there, PINs excepted.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from cards.chip import chip
from cards.models import Card, Kiosk
from cards.operations import ask_back_reissue, request_reissue, suspend
from cards.operations.kiosks import renew_kiosk_key
from cards.rules.kinds import PinKind, ReissueReason
from tests.builders import (
    hold,
    make_card,
    make_certificate,
    make_clerk,
    make_pin,
    make_platform,
    make_user,
    sign_in,
)
from tests.form_refusals import LANGUAGES, Case, Sent, each, require_refused

pytestmark = pytest.mark.django_db
ONE, TWO = PinKind.SIGNATURE, PinKind.USER_PROOF
PINS = frozenset({"current-user_proof", "current-signature", "user_proof", "new", "again", "pin"})
NEVER_SHOWN = PINS | {"key", "visit", "csrfmiddlewaretoken"}


class Home:
    """A holder, signed in a moment ago, with the card at hand."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.patch = patch
        self.client = Client()
        self.card: Card = make_card()
        self.user = make_user()
        hold(self.user, self.card.resident)
        sign_in(self.client, self.user, just_now=True)

    def page(self, name: str, *more: str) -> str:
        return reverse(f"cards:{name}", args=[self.card.reference, *more])

    def sends(self, name: str, *more: str, **typed: Any) -> Sent:
        """To one of the card's pages."""
        return Sent(self.client, self.page(name, *more), typed)

    def asks(self, address: str, **typed: Any) -> Sent:
        return Sent(self.client, address, typed, method="get")

    def pins(self, *, one_tries: int = 0, two_tries: int = 0) -> None:
        make_pin(self.card, ONE, "KEY7294X", failed_tries=one_tries)
        make_pin(self.card, TWO, "7294", failed_tries=two_tries)

    def changes(self, pin: str = "user-proof", *, counts: bool = False, **typed: str) -> Sent:
        """One of the PINs."""
        plain = {"current-user_proof": "7294", "new": "6038", "again": "6038"}
        if pin == "signature":
            plain = {"current-signature": "KEY7294X", "new": "NEW6038K", "again": "NEW6038K"}
        typed = {name.replace("__", "-"): value for name, value in typed.items()}
        address = self.page("pins-change", pin)
        return Sent(self.client, address, plain | typed, secret=NEVER_SHOWN, counts=counts)

    def hands_over(self, code: str) -> Sent:
        return Sent(Client(), reverse("cards:hand-over"), {"code": code})

    def terminal(self) -> Client:
        client = Client()
        key = renew_kiosk_key(Kiosk.objects.create(name="Shop 1"))
        client.post(reverse("cards:kiosk-sign-in"), {"key": key})
        return client

    def at_kiosk(self, *, counts: bool = False, **typed: str) -> Sent:
        terminal, address = self.terminal(), reverse("cards:kiosk")
        page = terminal.post(address, {"reference": self.card.reference})
        plain = {"user_proof": "7294", "new": "NEW6038K", "again": "NEW6038K"}
        sent = {"reference": self.card.reference, "visit": page.context["visit"]} | plain | typed
        return Sent(terminal, address, sent, secret=NEVER_SHOWN | {"reference"}, counts=counts)

    def on_reader(self, reference: str) -> Sent:
        return Sent(self.terminal(), reverse("cards:kiosk"), {"reference": reference})

    def nothing_more_is_let_through(self) -> None:
        """As after many tries: the limits themselves have tests of their own."""
        self.patch.setattr("allauth.core.internal.ratelimit.consume", lambda *_a, **_k: None)


# --- PINs -----------------------------------------------------------------------------------------
def new_pin(pin: str, new: str, again: str | None = None) -> Callable[[Home], Sent]:
    def types_a_new_pin(h: Home) -> Sent:
        h.pins()
        return h.changes(pin, new=new, again=new if again is None else again)

    return types_a_new_pin


def leaves_the_pin_empty(h: Home) -> Sent:
    h.pins()
    return h.changes(current__user_proof="")


def one_try_left(h: Home) -> Sent:
    h.pins(two_tries=1)
    return h.changes(current__user_proof="8163", counts=True)


def locks_pin_two(h: Home) -> Sent:
    h.pins(two_tries=2)
    return h.changes(current__user_proof="8163", counts=True)


def locks_pin_one(h: Home) -> Sent:
    h.pins(one_tries=4)
    return h.changes("signature", current__signature="OTHER81X", counts=True)


def sends_twice_and_the_first_hangs(h: Home) -> Sent:
    h.pins()
    h.patch.setattr("accounts.once._WAIT", 0.0)
    sent = h.changes(csrfmiddlewaretoken="a" * 64)
    key = sha256(f"{sent.address}:{'a' * 64}".encode()).hexdigest()
    cache.set(f"once:{key}", "working", 60)
    return sent


def locks_pin_two_at_the_kiosk(h: Home) -> Sent:
    h.pins(two_tries=2)
    return h.at_kiosk(user_proof="8163", counts=True)


def chooses_the_pin_that_the_card_has_at_the_kiosk(h: Home) -> Sent:
    h.pins(one_tries=5)
    return h.at_kiosk(new="KEY7294X", again="KEY7294X")


def sends_a_page_that_is_closed(h: Home) -> Sent:
    h.pins()
    return h.at_kiosk(visit="made-up")


def puts_a_locked_card_on_the_reader(h: Home) -> Sent:
    h.pins(two_tries=3)
    return h.on_reader(h.card.reference)


def puts_an_unknown_card_on_the_reader(h: Home) -> Sent:
    return h.on_reader("NOBODYS")


def puts_a_card_without_pins_on_the_reader(h: Home) -> Sent:
    chip().clear(h.card, TWO)
    return h.on_reader(h.card.reference)


def puts_nothing_on_the_reader(h: Home) -> Sent:
    return h.on_reader("")


def signs_a_terminal_in(key: str) -> Callable[[Home], Sent]:
    def signs_in(_h: Home) -> Sent:
        return Sent(Client(), reverse("cards:kiosk-sign-in"), {"key": key}, secret=NEVER_SHOWN)

    return signs_in


def guesses_keys_of_terminals(h: Home) -> Sent:
    h.nothing_more_is_let_through()
    return signs_a_terminal_in("guess")(h)


def guesses_codes_from_the_counter(h: Home) -> Sent:
    h.nothing_more_is_let_through()
    return h.hands_over("AAAAAAAAAA")


# --- Moving, certificates, a new card -------------------------------------------------------------
def says_not_where(h: Home) -> Sent:
    return h.asks(h.page("moving-where"), asked="yes")


def asks_without_where(h: Home) -> Sent:
    return h.asks(reverse("cards:if-i-move"), moved_in_on="2026-11-07")


def asks_without_a_day(h: Home) -> Sent:
    return h.asks(reverse("cards:if-i-move"), where="another")


def tells_of_a_day_that_is_none(h: Home) -> Sent:
    return h.sends("moving-days", "another", moved_in_on="2026-02-30")


def tells_no_day(h: Home) -> Sent:
    return h.sends("moving-days", "within", moved_in_on="")


def ends_the_smartphones_without_saying_why(h: Home) -> Sent:
    make_certificate(h.card, kind="user_proof", medium="smartphone", platform=make_platform())
    return h.sends("smartphone-revoke")


def leaves_open(step: str, **before: dict[str, str]) -> Callable[[Home], Sent]:
    """A question about a new card, after those before it."""

    def leaves_a_question_open(h: Home) -> Sent:
        if before.get("reason") == {"reason": ReissueReason.LOST.value}:
            suspend(h.card, by=h.user)
        for question, answer in before.items():
            h.client.post(h.page("reissue-apply", question), answer)
        return h.sends("reissue-apply", step)

    return leaves_a_question_open


def answers_nothing(h: Home) -> Sent:
    request_reissue(h.card, reason=ReissueReason.DAMAGED, with_certificates=True, by=h.user)
    ask_back_reissue(h.card, question="Where?", by=make_clerk(h.card.resident.office))
    return h.sends("reissue-answer", answer="")


def does_not_say_that_it_was_read(h: Home) -> Sent:
    return h.sends("photo-id")


LOST, FIRE, DAMAGED = (
    {"reason": reason.value}
    for reason in (ReissueReason.LOST, ReissueReason.FIRE, ReissueReason.DAMAGED)
)
LOCKED = (
    "This PIN is not right. It is now locked, and waiting does not open it: your municipal office "
    "resets it. Bring the card and something that proves who you are."
)
CASES: list[Case] = [
    ("Enter this PIN.", leaves_the_pin_empty),
    ("Too short: this PIN has at least 6 characters.", new_pin("signature", "AB12")),
    ("Too long: this PIN has at most 16 characters.", new_pin("signature", "NEW6038K" * 2 + "X")),
    ("This PIN has exactly 4 digits.", new_pin("user-proof", "603")),
    (
        "No letter in it: use at least one capital letter, A to Z.",
        new_pin("signature", "60381725"),
    ),
    ("No digit in it: use at least one digit, 0 to 9.", new_pin("signature", "NEWKEYWORD")),
    (
        "There is a small letter in it: this PIN has capital letters only, A to Z.",
        new_pin("signature", "new6038k"),
    ),
    (
        "There is a full-width character in it: switch your keyboard to half-width and type again.",
        new_pin("user-proof", "６０３８"),
    ),
    ("This PIN has digits only, 0 to 9.", new_pin("user-proof", "603A")),
    (
        "There is a blank or another character in it that no PIN has: use only A to Z and 0 to 9.",
        new_pin("signature", "NEW 6038K"),
    ),
    (
        "Easy to guess: do not use repeated or consecutive characters, years, your birthday, or "
        "one that many people choose.",
        new_pin("user-proof", "1111"),
    ),
    (
        "There is an Individual Number in it. That may be kept nowhere: choose another PIN.",
        new_pin("signature", "A123456789018"),
    ),
    (
        "The new PIN is the same as the one you entered as the present one: choose another.",
        new_pin("user-proof", "7294"),
    ),
    (
        "The two entries of the new PIN are not the same: type both again.",
        new_pin("user-proof", "6038", "6083"),
    ),
    ("This PIN is not right. It locks after %(tries)d more wrong try.", one_try_left),
    (LOCKED, locks_pin_two),
    (
        f"{LOCKED} Or set a new one at once at a kiosk terminal in a convenience store, with PIN ② "
        "(user proof).",
        locks_pin_one,
    ),
    (
        "This form was sent more than once. See how things stand before you try again.",
        sends_twice_and_the_first_hangs,
    ),
    (
        "PIN ② is not right and is now locked, so PIN ① cannot be initialised here. Your municipal "
        "office can reset both. Bring the card and something that proves who you are.",
        locks_pin_two_at_the_kiosk,
    ),
    (
        "This is the PIN ① that the card has now. Nothing was changed: choose another.",
        chooses_the_pin_that_the_card_has_at_the_kiosk,
    ),
    (
        "This page is closed. Nothing was tried and nothing was changed. Begin again.",
        sends_a_page_that_is_closed,
    ),
    (
        "PIN ② of this card is locked, so PIN ① cannot be initialised here. Your municipal office "
        "can reset both.",
        puts_a_locked_card_on_the_reader,
    ),
    (
        "PIN ② of this card is not set, so PIN ① cannot be initialised here. Your municipal office "
        "can set both.",
        puts_a_card_without_pins_on_the_reader,
    ),
    (
        "This card cannot be read here. Is it the right card? If it is, ask your municipal office.",
        puts_an_unknown_card_on_the_reader,
    ),
    ("Put the card on the reader.", puts_nothing_on_the_reader),
    ("Enter the key of this terminal.", signs_a_terminal_in("")),
    (
        "No terminal in use has this key. Check it, or ask the administrator for one.",
        signs_a_terminal_in("guess"),
    ),
    ("Too many tries. Wait an hour and try again.", guesses_keys_of_terminals),
    ("Too many tries. Wait an hour and try again.", guesses_codes_from_the_counter),
    ("Enter the code from the counter.", lambda h: h.hands_over("")),
    (
        "This code does not open anything: it may be mistyped, used already, or older than 30 "
        "minutes. Check it, or ask at the counter for a new one.",
        lambda h: h.hands_over("AAAAAAAAAA"),
    ),
    ("Choose where you move to.", says_not_where),
    ("Choose where you move to.", asks_without_where),
    (
        "Enter at least one day: of moving out, moving in or the notification.",
        asks_without_a_day,
    ),
    ("Enter a day that there is, like 2026-11-07.", tells_of_a_day_that_is_none),
    ("Enter the day.", tells_no_day),
    ("Choose one of the two.", ends_the_smartphones_without_saying_why),
    ("Choose the reason.", leaves_open("reason")),
    ("Enter the receipt number of the loss report.", leaves_open("police", reason=LOST)),
    ("Enter the number of the report.", leaves_open("fire", reason=FIRE)),
    ("Choose yes or no.", leaves_open("certificates", reason=DAMAGED)),
    (
        "Choose one of these, or that none fits.",
        leaves_open("circumstances", reason=DAMAGED, certificates={"with_certificates": "yes"}),
    ),
    ("Write your answer.", answers_nothing),
    ("Read what changes, and say that you have.", does_not_say_that_it_was_read),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("words", "run"), each(CASES))
def test_each_refusal_of_a_form_is_reached_and_worded(
    words: str,
    run: Callable[[Home], Sent],
    language: str,
    on_day: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    on_day("2026-11-10")
    require_refused(words, run, Home(monkeypatch), language)
