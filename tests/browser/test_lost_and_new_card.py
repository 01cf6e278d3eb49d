"""Lost, found, asked for anew, and the other variant: on a phone and at the desk (G6, G8, G9)."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from cards.models import Card
from cards.rules.kinds import CardState, CardVariant, PinKind
from portal import clock
from tests.browser.journeys import Desk, heading, nothing_hinders, tab_to
from tests.builders import hold, make_card, make_pin, make_resident, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[..., None]
NewPage = Callable[..., Page]


@pytest.fixture
def holder() -> User:
    user = make_user()
    resident = make_resident(period_of_stay_ends_on=clock.today() + timedelta(700))
    hold(user, resident)
    card = make_card(resident, reference="HINODE-7")
    for kind in PinKind:
        make_pin(card, kind, "KEY7294X" if kind is PinKind.SIGNATURE else "7294")
    return user


def card_of(holder: User) -> Card:
    return Card.objects.get(resident__holdings__user=holder, replaced_at=None)


def ask_for_a_new_card(page: Page, reason: str) -> None:
    """From the card's page of new cards to the answers that are to be checked."""
    page.get_by_role("link", name="Ask for a new card").click()
    page.get_by_label(reason).check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Yes, with electronic certificates").check()
    page.get_by_role("button", name="Continue").click()


# --- Lost and found -------------------------------------------------------------------------------
def test_a_lost_card_is_stopped_and_a_found_one_works_again_once_its_office_says_so(
    new_page: NewPage, sign_in: SignIn, holder: User
) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(page, holder)
    page.goto("/en/")
    page.get_by_role("link", name="Lost card").first.click()
    first = page.locator("main a").first
    expect(first).to_have_attribute("href", "tel:0120017827")
    page.get_by_role("link", name=re.compile("^Suspend this card")).click()
    heading(page).to_have_text("Suspend this card now?")
    assert card_of(holder).state is CardState.WORKING
    page.get_by_role("button", name="Suspend now").click()
    heading(page).to_have_text("The card is suspended")
    assert card_of(holder).state is CardState.SUSPENDED
    expect(page.get_by_text("Hinode City Office").first).to_be_visible()
    expect(page.get_by_text("The card that was found")).to_be_visible()

    # Nothing else can be done with it, and each page says why.
    for path in ("pins", "renewing", "uses", "photo-id", "smartphone", "certificates"):
        page.goto(f"/en/cards/HINODE-7/{path}/")
        expect(page.get_by_text(re.compile("suspended|Suspended")).first).to_be_visible()

    desk = Desk(new_page, sign_in, card_of(holder))
    desk.begin("Lift the suspension")
    desk.go_on()
    desk.says("This could not be done")
    desk.check("Residence card")
    desk.go_on()
    desk.confirm("Lift the suspension")
    desk.says("The suspension was lifted.")
    desk.says("Identity checked by: Residence card")
    assert card_of(holder).state is CardState.WORKING

    page.goto("/en/cards/HINODE-7/history/")
    entries = page.locator(".timeline > li")
    expect(entries.nth(0)).to_contain_text("Suspension lifted")
    expect(entries.nth(0)).to_contain_text("By: Your office")
    expect(entries.nth(1)).to_contain_text("Card suspended")
    expect(entries.nth(1)).to_contain_text("By: You")
    assert desk.clerk.email not in page.content()
    desk.at(card_of(holder))
    desk.says(desk.clerk.email)


def test_a_card_is_stopped_by_keyboard_alone(page: Page, sign_in: SignIn, holder: User) -> None:
    sign_in(page, holder)
    page.goto("/ja/cards/lost/")
    tab_to(page, "a[href='tel:0120017827']")
    tab_to(page, "a[href$='/suspend/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/suspend/")
    nothing_hinders(page)
    tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/suspended/")
    nothing_hinders(page)
    assert card_of(holder).state is CardState.SUSPENDED


# --- A new card -----------------------------------------------------------------------------------
def test_a_new_card_is_asked_for_talked_about_waived_and_handed_out(
    new_page: NewPage, sign_in: SignIn, holder: User, expected_trouble: list[str]
) -> None:
    expected_trouble.append("422")
    page = new_page(java_script_enabled=False)
    sign_in(page, holder)
    page.goto("/en/cards/HINODE-7/new-card/")
    ask_for_a_new_card(page, "Badly damaged")
    # Interrupted: what was answered is still there, and the next question comes by itself.
    page.goto("/en/cards/HINODE-7/new-card/apply/check/")
    heading(page).to_have_text("How it came about")
    page.get_by_label("A disaster").check()
    page.get_by_label("What happened").fill("The typhoon broke the roof.")
    page.get_by_role("button", name="Continue").click()
    heading(page).to_have_text("Check your answers")
    expect(page.get_by_text("Usually 1,000 yen; the office decides.")).to_be_visible()
    page.get_by_role("button", name="Send the application").click()
    expect(page.get_by_text("Your application waits for the office")).to_be_visible()

    desk = Desk(new_page, sign_in, card_of(holder))
    desk.begin("Ask the holder")
    desk.fill("Question", "Which day was it?")
    desk.go_on()
    desk.confirm("Send the question")
    desk.says("The question was sent.")

    page.reload()
    expect(page.get_by_text("Which day was it?")).to_be_visible()
    page.get_by_role("link", name="Answer the question").click()
    page.get_by_role("button", name="Send the answer").click()
    expect(page.locator(".error-summary")).to_contain_text("Write your answer.")
    page.get_by_label("Your answer").fill("On 3 November.")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("On 3 November.")).to_be_visible()

    desk.at(card_of(holder))
    desk.begin("Accept the application")
    desk.says("The holder names: A disaster")
    desk.check("Free: A disaster")
    desk.go_on()
    desk.says("Say what shows that the cause is not the holder’s fault.")
    desk.fill("Note", "Certificate of the disaster seen")
    desk.go_on()
    desk.confirm("Accept it")

    page.reload()
    expect(page.get_by_text("It is free of charge. Ground: A disaster.")).to_be_visible()

    desk.begin("Hand out the new card")
    desk.fill("Reference of the new card", "HINODE-7")
    desk.check("Passport")
    desk.go_on()
    desk.says("There is a card with this reference already.")
    desk.fill("Reference of the new card", "HINODE-8")
    desk.go_on()
    desk.confirm("Hand it out")
    code = desk.page.locator(".code").inner_text()

    page.goto("/en/cards/new-pins/")
    page.get_by_label(re.compile("[Cc]ode")).fill(code)
    page.get_by_role("button", name="Continue").click()
    for new in ("NEW6038K", "6038"):
        heading(page).to_have_text("Set your new PIN")
        page.locator("input[name=new]").fill(new)
        page.locator("input[name=again]").fill(new)
        page.get_by_role("button", name="Set the PIN").click()
    heading(page).to_have_text("Your new PIN is set")

    # The old address leads to the new card, and each history to the other.
    page.goto("/en/cards/HINODE-7/new-card/")
    page.wait_for_url("**/HINODE-8/new-card/")
    expect(page.get_by_text("This is the new card")).to_be_visible()
    page.goto("/en/cards/HINODE-8/history/")
    page.get_by_role("link", name="History of the earlier card HINODE-7").click()
    expect(page.get_by_text("A newer card took over from this one.")).to_be_visible()
    page.goto("/en/cards/HINODE-8/uses/")
    expect(page.locator("main")).not_to_contain_text("not set")


def test_an_application_is_withdrawn_and_another_one_refused(
    page: Page, new_page: NewPage, sign_in: SignIn, holder: User
) -> None:
    sign_in(page, holder)
    page.goto("/en/cards/HINODE-7/new-card/")
    for _time in range(2):
        ask_for_a_new_card(page, "Damaged by careless handling")
        heading(page).to_have_text("Check your answers")
        page.get_by_role("button", name="Send the application").click()
        if _time == 0:
            page.get_by_role("link", name="Withdraw the application").click()
            heading(page).to_have_text("Withdraw the application?")
            nothing_hinders(page)
            page.get_by_role("button", name="Withdraw the application").click()
            expect(page.get_by_text("You withdrew your application.")).to_be_visible()

    desk = Desk(new_page, sign_in, card_of(holder))
    desk.begin("Refuse the application")
    desk.fill("Reason", "The reader was broken, not the card: 123456789018")
    desk.go_on()
    desk.says("There is an Individual Number in this text.")
    desk.fill("Reason", "The reader was broken, not the card.")
    desk.go_on()
    desk.confirm("Refuse it")
    desk.says("The application was refused.")

    page.reload()
    heading(page).to_have_text("New card")
    expect(page.get_by_text("The office refused your application")).to_be_visible()
    expect(page.get_by_text("The reader was broken, not the card.")).to_be_visible()
    nothing_hinders(page)


def test_a_lost_card_is_stopped_before_a_new_one_is_asked_for_and_needs_the_police(
    page: Page, sign_in: SignIn, holder: User, expected_trouble: list[str]
) -> None:
    expected_trouble.append("422")
    sign_in(page, holder)
    page.goto("/en/cards/HINODE-7/new-card/apply/reason/")
    page.get_by_label("Lost or stolen").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("First stop the card, so that nobody can use it.")).to_be_visible()
    page.get_by_role("button", name="Suspend now").click()
    page.get_by_role("link", name="Ask for a new card").first.click()
    page.get_by_role("link", name="Ask for a new card").click()
    expect(page.get_by_label("Lost or stolen")).to_be_checked()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Continue").click()
    summary = page.locator(".error-summary")
    expect(summary).to_contain_text("Enter the receipt number of the loss report.")
    expect(summary).to_be_focused()
    nothing_hinders(page)


# --- The other variant ----------------------------------------------------------------------------
def test_a_card_becomes_one_for_photo_identification_and_gets_its_pins_back(
    new_page: NewPage, sign_in: SignIn, holder: User, expected_trouble: list[str]
) -> None:
    expected_trouble.append("404")
    page = new_page()
    sign_in(page, holder)
    page.goto("/en/cards/HINODE-7/photo-id/")
    expect(page.get_by_text("No online applications such as e-Tax")).to_be_visible()
    page.get_by_label("I have read what such a card cannot do").check()
    page.get_by_role("button", name="Ask for a card with photo identification only").click()
    expect(page.get_by_text("Your request waits for the office")).to_be_visible()

    desk = Desk(new_page, sign_in, card_of(holder))
    desk.begin("Refuse the request for the other variant")
    desk.fill("Reason", "Come with the card.")
    desk.go_on()
    desk.confirm("Refuse it")
    page.reload()
    expect(page.get_by_text("Come with the card.")).to_be_visible()
    page.get_by_label("I have read what such a card cannot do").check()
    page.get_by_role("button", name="Ask for a card with photo identification only").click()

    desk.begin("Make it a card with photo identification only")
    desk.check("Passport")
    desk.go_on()
    desk.says("Certificate revoked")
    desk.confirm("Change the card")
    desk.says("The card was changed.")
    assert card_of(holder).variant == CardVariant.PHOTO_ID
    page.reload()
    heading(page).to_have_text("Your card is for photo identification only")
    expect(
        page.get_by_text("At a counter, staff serve you after a look at the photo.")
    ).to_be_visible()
    nothing_hinders(page)
    page.goto("/en/cards/HINODE-7/pins/")
    expect(page.locator("main")).to_contain_text("no PINs")

    desk.begin("Make it a card with PINs")
    desk.check("Passport")
    desk.go_on()
    desk.confirm("Change the card")
    expect(desk.page.locator(".code")).to_be_visible()
    page.goto("/en/cards/HINODE-7/uses/")
    expect(page.get_by_text("not set").first).to_be_visible()
