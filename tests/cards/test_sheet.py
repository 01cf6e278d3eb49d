"""The sheet to show at the counter: whose, what for, what with, when; in two languages."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import Relation, User
from cards.models import Card
from cards.operations import accept_reissue, request_reissue, suspend
from cards.rules.kinds import CardVariant, PinKind, ReissueReason
from cards.sheets import JOURNEYS
from tests.builders import (
    hold,
    make_card,
    make_clerk,
    make_move,
    make_pin,
    make_resident,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(on_day: Callable[..., None]) -> None:
    on_day("2026-11-10")


@pytest.fixture
def holder() -> User:
    return make_user()


@pytest.fixture
def card(holder: User) -> Card:
    resident = make_resident(name="NGUYEN THI LAN")
    hold(holder, resident)
    return make_card(resident, reference="HINODE-7")


def shown(user: User, journey: str, language: str = "en", reference: str = "HINODE-7") -> Any:
    client = Client()
    sign_in(client, user)
    return client.get(f"/{language}/cards/{reference}/sheet/{journey}/")


def for_its_variant(journey: str) -> None:
    """Most journeys are for every card, or for one with PINs, which it is to begin with."""
    if CardVariant.STANDARD not in JOURNEYS[journey].variants:
        Card.objects.update(variant=CardVariant.PHOTO_ID.value)


def text(user: User, journey: str, language: str = "en") -> str:
    answer = shown(user, journey, language)
    assert answer.status_code == 200
    page: str = answer.content.decode()
    return page[page.index("<article") : page.index("</article>")]


@pytest.mark.parametrize("journey", JOURNEYS)
def test_every_line_stands_in_the_holders_language_and_in_japanese(
    holder: User, card: Card, journey: str
) -> None:
    if card.variant not in JOURNEYS[journey].variants:
        return
    page = text(holder, journey)
    pairs = re.findall(r'<span lang="en">(.*?)</span>(<span lang="ja">(.*?)</span>)?', page)
    assert len(pairs) > 8
    for own, beside, japanese in pairs:
        assert own, journey
        assert beside, own
        assert re.search("[ぁ-んァ-ヶ一-龠]", japanese), own


@pytest.mark.parametrize("journey", JOURNEYS)
def test_who_reads_japanese_gets_one_column(holder: User, card: Card, journey: str) -> None:
    for_its_variant(journey)
    page = text(holder, journey, "ja")
    spans = re.findall(r'<span class="twice">(.*?)</span></span>', page + "</span>")
    assert spans
    assert 'lang="en"' not in page
    assert not re.search(r'</span><span lang="ja">', page)


def test_the_sheet_names_the_holder_as_on_the_card_and_the_counter(
    holder: User, card: Card
) -> None:
    page = text(holder, "renewal")
    assert "NGUYEN THI LAN" in page
    assert "Hinode City Office, My Number Card counter, first floor" in page
    assert "日の出市役所, 1階 マイナンバーカード窓口" in page


def test_days_are_written_as_each_language_writes_them(holder: User, card: Card) -> None:
    page = text(holder, "renewal")
    assert "31 March 2028" in page
    assert "2028年3月31日" in page
    assert "30 March 2028" in page  # to be at the counter by


def test_a_running_move_brings_its_days(holder: User, card: Card) -> None:
    make_move(card, expected_move_out_on=date(2026, 10, 20), moved_in_on=date(2026, 11, 7))
    page = text(holder, "moving-in")
    for day in ("20 October 2026", "7 November 2026", "19 November 2026", "21 November 2026"):
        assert day in page
    assert "counter of the municipality that I move to" in page


def test_a_day_that_another_notification_settled_is_on_no_sheet(holder: User, card: Card) -> None:
    """Seen to fail with the newest move looked at alone."""
    make_move(card, kind="move_in", moved_in_on=date(2026, 11, 1), notified_on=date(2026, 11, 5))
    make_move(card, kind="move_out", source="counter", expected_move_out_on=date(2026, 10, 20))
    page = text(holder, "moving-in")
    assert "3 February 2027" in page  # 90 days after the notification
    assert "19 November 2026" not in page


def test_a_move_that_an_update_for_another_completed_is_on_no_sheet(
    holder: User, card: Card
) -> None:
    """Seen to fail: its days stood there as those of a move that is not finished."""
    make_move(card, kind="move_out", source="counter", expected_move_out_on=date(2026, 10, 20))
    make_move(
        card,
        kind="move_in",
        moved_in_on=date(2026, 10, 25),
        notified_on=date(2026, 10, 26),
        card_updated_on=date(2026, 10, 26),
    )
    assert "20 October 2026" not in text(holder, "moving-in")


def test_who_asked_for_a_new_card_shows_since_when(holder: User, card: Card) -> None:
    suspend(card, by=holder)
    request_reissue(
        card,
        reason=ReissueReason.LOST,
        with_certificates=True,
        police_receipt_number="M-1",
        by=holder,
    )
    page = text(holder, "reissue")
    for words in ("A new card was asked for on", "The card has been suspended since"):
        assert words in page


def test_an_accepted_application_leads_to_the_sheet_for_collecting_the_new_card(
    holder: User, card: Card
) -> None:
    request_reissue(card, reason=ReissueReason.DAMAGED, with_certificates=True, by=holder)
    client = Client()
    sign_in(client, holder)
    page = "/en/cards/HINODE-7/new-card/"
    assert "/sheet/reissue/" in client.get(page).content.decode()
    assert "/sheet/collect/" not in client.get(page).content.decode()
    accept_reissue(card, waiver=None, by=make_clerk(card.resident.office))
    assert "/sheet/collect/" in client.get(page).content.decode()
    sheet = text(holder, "collect")
    assert "collect the new card" in sheet
    assert "新しいカードを受け取" in sheet
    assert "10 November 2026" in sheet  # asked for on


@pytest.mark.parametrize(
    ("reason", "line"),
    [
        (ReissueReason.LOST, "The police report of the loss, with its receipt number"),
        (ReissueReason.FIRE, "The report of the fire station"),
        (ReissueReason.DAMAGED, "The damaged card: the office wants to see it"),
        (ReissueReason.OFFICE_ERROR, "The card, if I still have it"),
    ],
)
def test_who_collects_a_new_card_ticks_what_its_page_says_to_bring(
    holder: User, card: Card, reason: ReissueReason, line: str
) -> None:
    suspend(card, by=holder)
    numbers = {"police_receipt_number": "M-1", "fire_report_number": "F-1"}
    request_reissue(card, reason=reason, with_certificates=True, by=holder, **numbers)
    accept_reissue(card, waiver=None, report_checked=True, by=make_clerk(card.resident.office))
    assert line in text(holder, "collect")


def test_a_suspended_card_says_since_when(holder: User, card: Card) -> None:
    suspend(card, by=holder)
    assert "10 November 2026" in text(holder, "found")


def test_a_revoked_certificate_says_when_it_ended(holder: User, card: Card) -> None:
    make_move(card, notified_on=date(2026, 11, 9))
    card.certificates.filter(kind="signature").update(
        revoked_at="2026-11-09T03:00:00Z", revoked_because="information_changed"
    )
    page = text(holder, "certificates")
    assert "The signature certificate ended on" in page
    assert "9 November 2026" in page
    assert "The user-proof certificate is valid until" in page


def test_no_pin_and_no_contact_address_is_on_any_sheet(holder: User, card: Card) -> None:
    make_pin(card, PinKind.USER_PROOF, "7294", failed_tries=3)
    for journey in JOURNEYS:
        for_its_variant(journey)
        page = text(holder, journey)
        assert "7294" not in page
        assert card.resident.email not in page


def test_a_guardian_prints_the_childs_sheet(card: Card) -> None:
    guardian = make_user()
    hold(guardian, card.resident, Relation.GUARDIAN)
    assert shown(guardian, "renewal").status_code == 200


def test_somebody_elses_sheet_and_an_unknown_journey_are_not_there(
    holder: User, card: Card
) -> None:
    assert shown(make_user(), "renewal").status_code == 404
    assert shown(holder, "no-such-journey").status_code == 404
    assert Client().get("/en/cards/HINODE-7/sheet/renewal/").status_code == 302


def test_a_card_without_pins_has_no_sheet_for_resetting_them(holder: User, card: Card) -> None:
    Card.objects.update(variant=CardVariant.PHOTO_ID.value)
    assert shown(holder, "pin-reset").status_code == 404


def test_a_card_that_has_ended_says_so_and_since_when(holder: User, card: Card) -> None:
    make_move(card, moved_in_on=date(2026, 10, 1))
    lapsed = text(holder, "reissue")
    assert "The card lapsed on" in lapsed
    assert "16 October 2026" in lapsed
    assert "The card is valid until" not in lapsed
    card.moves.all().delete()
    Card.objects.update(expires_on=date(2026, 11, 9), lapses_on=None)
    expired = text(holder, "reissue")
    assert "The card’s last day was" in expired
    assert "9 November 2026" in expired
    assert "The card is valid until" not in expired


@pytest.mark.parametrize("ended", [{"expires_on": "2026-11-09"}, {"lapses_on": "2026-11-10"}])
def test_a_card_that_has_ended_has_no_sheet_for_what_only_a_living_one_gets(
    holder: User, card: Card, ended: dict[str, str]
) -> None:
    suspend(card, by=holder)
    Card.objects.update(**ended)
    for journey in ("renewal", "second-visit", "certificates", "pin-reset", "found", "photo-id"):
        assert shown(holder, journey).status_code == 404, journey
    for journey in ("reissue", "collect", "moving-in"):
        assert shown(holder, journey).status_code == 200, journey
    client = Client()
    sign_in(client, holder)
    body = client.get("/en/cards/HINODE-7/suspended/").content.decode()
    assert card.resident.office.counter in body
    assert "Nothing can be done with the card until then" not in body
    for page in ("suspended", "renewing", "certificates", "pins", "photo-id", "new-card"):
        body = client.get(f"/en/cards/HINODE-7/{page}/").content.decode()
        for link in re.findall(r'href="(/en/cards/HINODE-7/sheet/[^"]+)"', body):
            assert client.get(link).status_code == 200, (page, link)


def test_a_card_has_no_sheet_for_a_change_to_what_it_is_already(holder: User, card: Card) -> None:
    answers = {name: shown(holder, name).status_code for name in ("photo-id", "photo-id-back")}
    assert answers == {"photo-id": 200, "photo-id-back": 404}
    Card.objects.update(variant=CardVariant.PHOTO_ID.value)
    answers = {name: shown(holder, name).status_code for name in ("photo-id", "photo-id-back")}
    assert answers == {"photo-id": 404, "photo-id-back": 200}


def test_a_photo_id_cards_sheets_offer_nothing_that_such_a_card_cannot_have(
    holder: User, card: Card
) -> None:
    for journey in ("moving-in", "moving-within", "card-update", "name-change"):
        assert "signature certificate" in text(holder, journey), journey
    Card.objects.update(variant=CardVariant.PHOTO_ID.value)
    card.certificates.filter(kind="signature").delete()
    for journey in JOURNEYS:
        if CardVariant.PHOTO_ID in JOURNEYS[journey].variants:
            page = text(holder, journey)
            assert "ignature certificate" not in page, journey
            assert "certificate of the bearer" not in page, journey
            assert "electronic certificates on the new card" not in page, journey
    assert "user proof" in text(holder, "certificates")


def test_a_sheet_is_kept_by_no_cache(holder: User, card: Card) -> None:
    assert "no-store" in shown(holder, "renewal")["Cache-Control"]


def test_every_journey_is_linked_from_its_page_and_no_page_links_to_another() -> None:
    links = re.compile(r"""cards:sheet["'] [\w.]+ ["']([\w-]+)["']""")
    named = {
        slug
        for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html")
        for slug in links.findall(path.read_text())
    }
    # The page of renewing chooses between these two.
    assert named | {"renewal", "second-visit"} == set(JOURNEYS)


@pytest.mark.parametrize(
    ("page", "journey"),
    [("pins", "pin-reset"), ("renewing", "renewal"), ("moving", "card-update")],
)
def test_the_page_of_a_journey_leads_to_its_sheet(
    holder: User, card: Card, page: str, journey: str
) -> None:
    client = Client()
    sign_in(client, holder)
    body = client.get(f"/en/cards/HINODE-7/{page}/").content.decode()
    assert f"/en/cards/HINODE-7/sheet/{journey}/" in body
