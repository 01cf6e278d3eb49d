"""Each refusal of a form of the desk about cards is reached, in English and in Japanese.

Posted to the real page by a clerk or an administrator: nothing is changed, what was typed is there.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cards.importing import requests
from cards.models import Card, LeadDays
from cards.operations import record_move, suspend, withdraw_move
from cards.rules.kinds import MoveKind
from cards.rules.moves import MoveDates
from tests.builders import make_card, make_clerk, make_staff, sign_in
from tests.form_refusals import LANGUAGES, Case, Sent, each, require_refused

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 10)


class Desk:
    """A clerk of the card's office, in front of its page."""

    def __init__(self, patch: pytest.MonkeyPatch, language: str) -> None:
        self.patch, self.language = patch, language
        self.card: Card = make_card()
        self.clerk: User = make_clerk(self.card.resident.office, language=language)
        self.client = Client()
        sign_in(self.client, self.clerk)

    def page(self, action: str, *more: int) -> str:
        return reverse(f"admin:cards_card_{action}", args=[self.card.pk, *more])

    def opens(self, action: str, *more: int) -> Sent:
        return Sent(self.client, self.page(action, *more), method="get")

    def sends(self, action: str, **typed: Any) -> Sent:
        seen = self.client.get(self.page(action)).context["form"]["seen"].value()
        return Sent(self.client, self.page(action), {"seen": str(seen)} | typed)

    def sends_in(self, content: bytes | None, **typed: Any) -> Sent:
        """A file of cards, after the office as in the form."""
        typed["office"] = str(self.clerk.offices.get().pk)
        if content is not None:
            typed["file"] = SimpleUploadedFile("cards.csv", content)
        return Sent(self.client, reverse("admin:cards_cardimport_add"), typed)

    def administrator(self) -> Client:
        boss = Client()
        sign_in(boss, make_staff("administrator", language=self.language))
        return boss

    def sets_fee(self, **typed: str) -> Sent:
        plain = {"from_on": "2027-01-01", "card_only": "800", "with_certificates": "1000"}
        return Sent(self.administrator(), reverse("admin:cards_reissuefee_add"), plain | typed)


def corrects_a_move_that_was_withdrawn(d: Desk) -> Sent:
    move = record_move(
        d.card, kind=MoveKind.MOVE_IN, dates=MoveDates(notified_on=TODAY), by=d.clerk
    )
    withdraw_move(move, by=d.clerk)
    return d.opens("correct-move", move.pk)


def records_a_move_without_what_was_written(d: Desk) -> Sent:
    days = {"notified_on": "2026-11-09", "card_updated_on": "2026-11-10"}
    return d.sends("record-move", kind="move_in", **days)


def records_an_update_without_what_was_written(d: Desk) -> Sent:
    record_move(d.card, kind=MoveKind.MOVE_IN, dates=MoveDates(notified_on=TODAY), by=d.clerk)
    return d.sends("card-update", card_updated_on="2026-11-10")


def records_an_update_that_nothing_waits_for(d: Desk) -> Sent:
    return d.opens("card-update")


def suspends_twice(d: Desk) -> Sent:
    suspend(d.card, by=d.clerk)
    return d.opens("suspend")


def lifts_no_suspension(d: Desk) -> Sent:
    return d.opens("lift-suspension")


def resets_nothing(d: Desk) -> Sent:
    return d.sends("reset-pins", identity_proof="passport", reason="forgotten")


def resets_without_looking_who_it_is(d: Desk) -> Sent:
    return d.sends("reset-pins", kinds=["user_proof"], reason="forgotten")


def resets_without_a_reason(d: Desk) -> Sent:
    return d.sends("reset-pins", kinds=["user_proof"], identity_proof="passport", reason=" ")


def sets_no_new_date(d: Desk) -> Sent:
    return d.sends("set-expiry", basis="new_period", expires_on="")


def sets_a_day_that_is_none(d: Desk) -> Sent:
    return d.sends("set-expiry", basis="new_period", expires_on="2027-02-30")


def sets_a_fee_for_days_that_are_over(d: Desk) -> Sent:
    return d.sets_fee(from_on="2026-11-09")


def sets_a_higher_fee_for_less(d: Desk) -> Sent:
    return d.sets_fee(with_certificates="700")


def sets_a_fee_of_a_digit_too_many(d: Desk) -> Sent:
    return d.sets_fee(with_certificates="100001")


def reminds(before: str, kind: str = "move_in_14") -> Callable[[Desk], Sent]:
    def sets_the_days_of_reminders(d: Desk) -> Sent:
        row = LeadDays.objects.get(kind=kind)
        address = reverse("admin:cards_leaddays_change", args=[row.pk])
        return Sent(d.administrator(), address, {"before": before})

    return sets_the_days_of_reminders


def sends_no_file_in(d: Desk) -> Sent:
    return d.sends_in(None)


def sends_an_empty_file_in(d: Desk) -> Sent:
    return d.sends_in(b"")


def sends_a_file_in_that_is_too_large(d: Desk) -> Sent:
    d.patch.setattr("portal.uploads.LARGEST", 1_000)
    return d.sends_in(b"x" * 1_001)


def sends_a_file_in_while_another_import_ends(d: Desk) -> Sent:
    def ends_this_moment(**_more: Any) -> None:
        raise requests.OtherImportOpen(None)

    d.patch.setattr("cards.importing.requests.send_in", ends_this_moment)
    return d.sends_in(",".join(COLUMNS).encode())


COLUMNS = (
    *("reference", "office_code", "name", "birth_date", "address", "residence_status"),
    *("period_of_stay_ends_on", "variant", "issued_on", "expires_on"),
)
CASES: list[Case] = [
    ("This move was withdrawn. Record the move anew.", corrects_a_move_that_was_withdrawn),
    ("Enter what was written on the card.", records_a_move_without_what_was_written),
    ("Enter what was written on the card.", records_an_update_without_what_was_written),
    (
        "No move and no new name is waiting to be written on this card.",
        records_an_update_that_nothing_waits_for,
    ),
    ("This card is suspended already.", suspends_twice),
    ("This card is not suspended.", lifts_no_suspension),
    ("Choose at least one of these.", resets_nothing),
    ("Choose one of these.", resets_without_looking_who_it_is),
    ("Fill this in.", resets_without_a_reason),
    ("Enter the day.", sets_no_new_date),
    ("Enter a day that there is, like 2026-11-07.", sets_a_day_that_is_none),
    (
        "A fee cannot be set for days that are over: enter today or a later day.",
        sets_a_fee_for_days_that_are_over,
    ),
    (
        "With certificates a card does not cost less than without: enter the same fee or a higher "
        "one.",
        sets_a_higher_fee_for_less,
    ),
    (
        "No fee is higher than 100,000 yen: take a look at the number of digits.",
        sets_a_fee_of_a_digit_too_many,
    ),
    ("Enter the days before the last day, such as “30 7 1 0”.", reminds("、")),
    ("One of these days stands here twice: take one of the two out.", reminds("7 7 1 0")),
    (
        "No reminder of this deadline can go out more than %(days)d days before its last day.",
        reminds("99 7 1 0"),
    ),
    ("Enter whole numbers from 0 on, with spaces between them.", reminds("7 -1")),
    (
        "One of the days must be %(days)d or less: nobody may miss the last day unwarned.",
        reminds("7"),
    ),
    ("Choose the file.", sends_no_file_in),
    ("This file is empty. Choose the one with the cards.", sends_an_empty_file_in),
    (
        "This file is larger than 50 MB. Send it in as several smaller ones.",
        sends_a_file_in_that_is_too_large,
    ),
    (
        "Another import of this office ended this moment. Send the file in again.",
        sends_a_file_in_while_another_import_ends,
    ),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("words", "run"), each(CASES))
def test_each_refusal_of_a_form_of_the_desk_is_reached_and_worded(
    words: str,
    run: Callable[[Desk], Sent],
    language: str,
    on_day: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    on_day(str(TODAY))
    require_refused(words, run, Desk(monkeypatch, language), language)
