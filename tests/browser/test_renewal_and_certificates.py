"""Renewing, knowing what works, and certificates: as a resident on a phone, as a clerk (G2, G4)."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from cards.models import Card
from cards.rules.kinds import CertificateKind, PinKind
from portal import clock
from tests.browser.journeys import axe_finds
from tests.builders import (
    PASSWORD,
    hold,
    make_card,
    make_certificate,
    make_clerk,
    make_pin,
    make_platform,
    make_resident,
    make_staff,
    make_user,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK = {"viewport": {"width": 1280, "height": 900}}
PIN = "KEY7294X"


@pytest.fixture
def holder() -> User:
    user = make_user()
    resident = make_resident(period_of_stay_ends_on=clock.today() + timedelta(30))
    hold(user, resident)
    card = make_card(resident, reference="HINODE-7")
    make_pin(card, PinKind.SIGNATURE, PIN)
    make_platform()
    make_platform("iphone", is_on=False)
    return user


def card_of(user: User) -> Card:
    return user.holdings.get().resident.cards.get()


def on_smartphone(user: User) -> int:
    return card_of(user).certificates.filter(medium="smartphone", revoked_at=None).count()


def prove_who_you_are(page: Page) -> None:
    page.locator("main input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")


def heading(page: Page) -> Any:
    return expect(page.get_by_role("heading", level=1))


def test_from_the_front_page_to_the_list_for_the_counter_without_javascript(
    new_page: Callable[..., Page], sign_in: Any, holder: User
) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(page, holder)
    page.goto("/en/")
    page.get_by_role("link", name="Renew the card at the counter").click()
    heading(page).to_have_text("Renew the card")
    expect(page.locator(".checks .tag")).to_have_text(["Yes", "Yes", "Yes"])
    page.get_by_role("link", name="A sheet to show at the counter").click()
    expect(page.get_by_text("カードの有効期間の更新").first).to_be_visible()


def test_a_no_leads_to_the_page_that_mends_it(page: Page, sign_in: Any, holder: User) -> None:
    sign_in(page, holder)
    page.goto("/en/cards/HINODE-7/")
    page.get_by_role("link", name="What it can do now").click()
    heading(page).to_have_text("What the card can do now")
    page.locator("#log_in").get_by_role("link", name="The counter sets the PIN with you.").click()
    heading(page).to_have_text("PINs")


def test_certificates_are_applied_for_on_a_phone_without_javascript_and_ended_again(
    new_page: Callable[..., Page], sign_in: Any, holder: User
) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(page, holder)
    page.goto("/en/cards/HINODE-7/")
    page.get_by_role("link", name="Certificates", exact=True).click()
    page.get_by_role("link", name="Certificates on a smartphone").click()
    expect(page.get_by_text("iPhone: certificates cannot be applied for")).to_be_visible()
    page.get_by_role("link", name="Apply for Android").click()
    prove_who_you_are(page)
    page.get_by_label(re.compile("① PIN")).fill(PIN)
    page.get_by_role("button", name="Apply").click()
    heading(page).to_have_text("The certificates are issued")
    assert on_smartphone(holder) == 2

    page.get_by_role("link", name="End the certificates on the smartphone").click()
    page.get_by_label("The smartphone is lost or stolen").check()
    page.get_by_role("button", name="Continue").click()
    heading(page).to_have_text("End them now?")
    expect(page.get_by_text("The card is not suspended by this.")).to_be_visible()
    assert on_smartphone(holder) == 2
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_label("The smartphone is lost or stolen")).to_be_checked()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="End them now").click()
    heading(page).to_have_text("No certificates on a smartphone")
    assert on_smartphone(holder) == 0
    assert card_of(holder).suspended_at is None


def test_the_application_is_made_by_keyboard_alone_and_a_wrong_pin_takes_the_focus(
    page: Page, sign_in: Any, holder: User, expected_trouble: list[str]
) -> None:
    expected_trouble.append("422")
    sign_in(page, holder)
    page.goto("/en/cards/HINODE-7/smartphone/apply/android/")
    prove_who_you_are(page)
    heading(page).to_have_text("Apply for certificates on Android")
    focused = page.locator(":focus")

    def tab_to(name: str) -> None:
        for _step in range(40):
            page.keyboard.press("Tab")
            if focused.evaluate("e => e.name || e.textContent.trim()") == name:
                outline = focused.evaluate("e => getComputedStyle(e).outlineWidth")
                assert outline == "4px", f"{name} does not show its focus"
                return
        raise AssertionError(f"{name} cannot be reached by keyboard")

    tab_to("pin")
    page.keyboard.type("WRNG7294")
    page.keyboard.press("Enter")
    summary = page.locator(".error-summary")
    expect(summary).to_contain_text("locks after 4 more wrong tries")
    expect(summary).to_be_focused()
    expect(page.locator("[name=pin]")).to_have_value("")
    tab_to("pin")
    page.keyboard.type(PIN)
    tab_to("Apply")
    page.keyboard.press("Enter")
    heading(page).to_have_text("The certificates are issued")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_pages_between_are_usable_by_all(
    page: Page,
    sign_in: Any,
    holder: User,
    language: str,
    expected_trouble: list[str],
) -> None:
    expected_trouble.append("422")
    for kind in CertificateKind:
        make_certificate(
            card_of(holder), kind=kind.value, medium="smartphone", platform=make_platform()
        )
    sign_in(page, holder)
    page.set_viewport_size({"width": 320, "height": 640})

    def looked_at() -> None:
        assert axe_finds(page) == [], page.url
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.goto(f"/{language}/cards/HINODE-7/smartphone/apply/android/")
    prove_who_you_are(page)
    expect(page.locator("[name=pin]")).to_be_visible()
    looked_at()
    page.goto(f"/{language}/cards/HINODE-7/smartphone/end/")
    page.locator("main button[type=submit]").first.click()
    expect(page.locator(".error-summary")).to_be_focused()
    looked_at()
    page.locator("[value=phone_lost]").check()
    page.locator("main button[type=submit]").first.click()
    expect(page.locator("[name=confirmed]")).to_be_visible()
    looked_at()
    page.locator("[name=confirmed]").click()
    page.wait_for_url("**/ended/")
    looked_at()


# --- At the desk ----------------------------------------------------------------------------------
def test_a_clerk_is_told_that_a_second_visit_follows_and_the_resident_sees_it(
    new_page: Callable[..., Page], sign_in: Any, holder: User
) -> None:
    card = card_of(holder)
    later = card.expires_on + timedelta(50)
    desk = new_page(**DESK)
    sign_in(desk, make_clerk(card.resident.office))
    desk.goto(f"/admin/cards/card/{card.pk}/change/")
    desk.get_by_role("link", name="Set a new expiry date").click()
    desk.get_by_label(re.compile("① Residence card")).check()
    desk.get_by_label("New expiry date").fill(str(later + timedelta(60)))
    desk.get_by_role("button", name="Continue").click()
    expect(desk.get_by_text("two months at most").first).to_be_visible()
    desk.get_by_label("New expiry date").fill(str(later))
    desk.get_by_role("button", name="Continue").click()
    expect(
        desk.get_by_text("Starts: “Second visit once the longer stay is granted”")
    ).to_be_visible()
    desk.get_by_role("button", name="Set the new date").click()
    expect(desk.get_by_text("The new expiry date was set.")).to_be_visible()

    page = new_page()
    sign_in(page, holder)
    page.goto("/en/")
    page.get_by_role("link", name="Go to the counter a second time").click()
    heading(page).to_have_text("The second visit")


def test_a_clerk_issues_the_signature_certificate_again(
    new_page: Callable[..., Page], sign_in: Any, holder: User
) -> None:
    card = card_of(holder)
    desk = new_page(**DESK)
    sign_in(desk, make_clerk(card.resident.office))
    desk.goto(f"/admin/cards/card/{card.pk}/change/")
    desk.get_by_role("link", name="Issue certificates again").click()
    desk.get_by_role("button", name="Continue").click()
    expect(desk.get_by_text("This could not be done")).to_be_visible()
    desk.get_by_label("Electronic certificate of the bearer's signature").check()
    desk.get_by_role("button", name="Continue").click()
    expect(desk.get_by_text("Certificate issued")).to_be_visible()
    desk.get_by_role("button", name="Issue the certificates").click()
    expect(desk.get_by_text("The certificates were issued.")).to_be_visible()
    assert card.certificates.get(kind="signature", revoked_at=None).issued_on == clock.today()


def test_the_administrator_switches_a_platform_on(
    new_page: Callable[..., Page], sign_in: Any, holder: User
) -> None:
    desk = new_page(**DESK)
    sign_in(desk, make_staff("administrator"))
    desk.goto("/admin/cards/smartphoneplatform/")
    desk.get_by_role("link", name="iPhone").click()
    desk.get_by_label("Certificates can be applied for").check()
    desk.get_by_role("button", name="Save", exact=True).click()
    page = new_page()
    sign_in(page, holder)
    page.goto("/en/cards/HINODE-7/smartphone/")
    expect(page.get_by_role("link", name="Apply for iPhone")).to_be_visible()
