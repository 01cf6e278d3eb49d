"""Changing a PIN on a phone: by keyboard alone, without JavaScript, and with the live help (G3)."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from cards.chip import chip
from cards.models import Card, Kiosk
from cards.operations import try_pin
from cards.operations.kiosks import renew_kiosk_key
from cards.rules.kinds import PinKind
from tests.browser.journeys import axe_finds, heading, tab_to
from tests.builders import PASSWORD, hold, make_card, make_pin, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def holder() -> User:
    user = make_user()
    card = make_card()
    hold(user, card.resident)
    make_pin(card, PinKind.SIGNATURE, "KEY7294X")
    for kind in (PinKind.USER_PROOF, PinKind.RESIDENT_REGISTRATION, PinKind.CARD_INFO_INPUT):
        make_pin(card, kind, "7294")
    return user


def card_of(user: User) -> Card:
    return user.holdings.get().resident.cards.get()


def right(user: User, kind: PinKind, pin: str) -> bool:
    return chip().matches(card_of(user), kind, pin)


def prove_who_you_are(page: Page) -> None:
    page.get_by_label(re.compile("password", re.I)).fill(PASSWORD)
    page.keyboard.press("Enter")


def test_a_pin_is_changed_from_the_front_page_on_without_javascript(
    new_page: Any, sign_in: Any, holder: User
) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(page, holder)
    page.goto("/en/")
    page.get_by_role("link", name="PINs of this card").click()
    page.get_by_role("link", name=re.compile("Change: ①")).click()
    prove_who_you_are(page)
    page.get_by_label(re.compile("PIN you have now")).fill("KEY7294X")
    page.get_by_label("New PIN", exact=True).fill("NEW6038K")
    page.get_by_label("New PIN again").fill("NEW6038K")
    page.get_by_role("button", name="Change the PIN").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The PIN is changed")
    assert right(holder, PinKind.SIGNATURE, "NEW6038K")


def test_a_pin_is_changed_from_the_front_page_on_by_keyboard_alone(
    page: Page, sign_in: Any, holder: User
) -> None:
    """On a phone's screen: only Tab, Shift+Tab, Space, Enter and what is typed."""
    sign_in(page, holder)
    page.goto("/en/")
    tab_to(page, "main a[href$='/pins/']")
    page.keyboard.press("Enter")
    heading(page).to_have_text("PINs")
    tab_to(page, "main a[href$='/pins/user-proof/']")
    page.keyboard.press("Enter")
    heading(page).to_have_text("Is it you?")
    tab_to(page, "main input[type=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    heading(page).to_contain_text("②")
    # The script that lets a PIN be shown is there by then.
    show, new = page.locator("button[aria-controls=id_new]"), page.locator("[name=new]")
    expect(show).to_be_visible()
    tab_to(page, "[name=current-user_proof]")
    page.keyboard.type("7294")
    tab_to(page, "[name=new]")
    page.keyboard.type("6038")
    tab_to(page, "button[aria-controls=id_new]")
    page.keyboard.press("Space")
    expect(new).to_have_attribute("type", "text")
    page.keyboard.press("Space")
    expect(new).to_have_attribute("type", "password")
    page.keyboard.press("Shift+Tab")
    expect(new).to_be_focused()
    tab_to(page, "[name=again]")
    page.keyboard.type("6038")
    tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    heading(page).to_have_text("The PIN is changed")
    assert right(holder, PinKind.USER_PROOF, "6038")
    tab_to(page, "main a[href$='/pins/']")
    page.keyboard.press("Enter")
    heading(page).to_have_text("PINs")


def test_the_help_follows_the_typing_and_nothing_is_sent(
    page: Page, sign_in: Any, holder: User
) -> None:
    sign_in(page, holder)
    page.goto(f"/en/cards/{card_of(holder).reference}/pins/signature/")
    prove_who_you_are(page)
    new = page.get_by_label("New PIN", exact=True)
    expect(new).to_be_visible()
    page.wait_for_load_state("networkidle")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    for typed, met in (("abc", []), ("ABC123", ["length", "letter", "digit", "only"])):
        new.fill(typed)
        shown = page.locator("[data-pin-help] .met").evaluate_all(
            "all => all.map(one => one.dataset.rule)"
        )
        assert shown == met
    assert axe_finds(page) == []
    show = page.locator("button[aria-controls=id_new]")
    show.click()
    expect(new).to_have_attribute("type", "text")
    expect(show).to_have_attribute("aria-pressed", "true")
    assert sent == []


def test_a_refusal_takes_the_focus_and_empties_the_fields(
    page: Page, sign_in: Any, holder: User, expected_trouble: list[str]
) -> None:
    expected_trouble.append("422")
    sign_in(page, holder)
    page.goto(f"/en/cards/{card_of(holder).reference}/pins/user-proof/")
    prove_who_you_are(page)
    page.get_by_label(re.compile("PIN you have now")).fill("8163")
    page.get_by_label("New PIN", exact=True).fill("6038")
    page.get_by_label("New PIN again").fill("6038")
    page.get_by_role("button", name="Change the PIN").click()
    summary = page.locator(".error-summary")
    expect(summary).to_contain_text("locks after 2 more wrong tries")
    expect(summary).to_be_focused()
    assert page.title().startswith("Error:")
    for field in page.locator("input[type=password]").all():
        expect(field).to_have_value("")
    assert try_pin(card_of(holder), PinKind.USER_PROOF, "7294", by=None).right


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_kiosk_is_usable_by_all_and_asks_before_it_closes(
    page: Page, holder: User, language: str
) -> None:
    key = renew_kiosk_key(Kiosk.objects.create(name="Shop 1"))
    page.clock.install()
    page.goto(f"/{language}/cards/kiosk/")
    page.locator("[name=key]").fill(key)
    page.keyboard.press("Enter")
    page.locator("[name=reference]").fill(card_of(holder).reference)
    assert axe_finds(page) == []
    page.keyboard.press("Enter")
    pin = page.locator("[name=user_proof]")
    expect(pin).to_be_visible()
    assert axe_finds(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    pin.fill("7294")
    more = page.locator("[data-closing] button")
    page.clock.fast_forward(101_000)
    expect(more).to_be_focused()
    more.click()
    expect(page.locator("[name=more]")).to_have_value("1")
    page.clock.fast_forward(30_000)
    expect(pin).to_have_value("7294")
    page.clock.fast_forward(101_000)
    expect(page.locator("[name=reference]")).to_have_value("")
    assert page.locator("[name=user_proof]").count() == 0
