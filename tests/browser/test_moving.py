"""A move, told by a holder and recorded by a clerk, each in a real browser (G5)."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from cards.models import Card, PlannedMove
from portal import clock
from tests.browser.journeys import axe_finds, heading, nothing_hinders, tab_to
from tests.builders import hold, make_card, make_clerk, make_resident, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def holder(on_day: Callable[..., None]) -> User:
    user = make_user()
    resident = make_resident()
    hold(user, resident)
    make_card(resident, reference="HINODE-7", expires_on=clock.today() + timedelta(700))
    return user


def day(days: int) -> str:
    return (clock.today() + timedelta(days)).isoformat()


def test_a_move_is_told_changed_and_called_off_without_javascript(
    new_page: Callable[..., Page], sign_in: Callable[..., None], holder: User
) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(page, holder)
    page.goto("/en/cards/HINODE-7/moving/")
    page.get_by_role("link", name="Tell us of a move").click()
    page.get_by_label("To another municipality").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("The day you expect to move out").fill(day(10))
    page.get_by_role("button", name="Continue").click()
    heading(page).to_have_text("Check your answers")
    page.get_by_role("button", name="Change the days").click()
    expect(page.get_by_label("The day you expect to move out")).to_have_value(day(10))
    page.get_by_label("The day you begin to live at the new address").fill(day(12))
    page.get_by_role("button", name="Continue").click()
    assert not PlannedMove.objects.exists()
    page.get_by_role("button", name="Yes, remind me of these days").click()
    heading(page).to_have_text("We remind you of this move")
    assert str(PlannedMove.objects.get().moved_in_on) == day(12)

    page.get_by_role("link", name="Back to moving").click()
    page.get_by_role("link", name="Call the move off").click()
    heading(page).to_have_text("Call the move off?")
    page.get_by_role("button", name="Call the move off").click()
    expect(page.get_by_role("status")).to_contain_text("The move is called off.")
    assert not PlannedMove.objects.filter(closed_at=None).exists()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_move_is_told_by_keyboard_alone_and_every_step_is_for_everyone(
    page: Page, sign_in: Callable[..., None], holder: User, language: str
) -> None:
    sign_in(page, holder)
    page.goto(f"/{language}/cards/HINODE-7/moving/tell/")
    nothing_hinders(page)

    tab_to(page, "input[name=where]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/within/")
    nothing_hinders(page)
    tab_to(page, "input[name=moved_in_on]")
    page.locator("input[name=moved_in_on]").fill(day(5))  # how a date is typed is the browser's own
    tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("button[name=confirmed]")).to_be_visible()
    nothing_hinders(page)
    tab_to(page, "button[name=confirmed]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/told/")
    nothing_hinders(page)
    assert PlannedMove.objects.get().kind == "relocate"


def test_a_day_that_is_missing_takes_the_focus_and_is_worded(
    page: Page, sign_in: Callable[..., None], holder: User, expected_trouble: list[str]
) -> None:
    expected_trouble.append("422")
    sign_in(page, holder)
    page.goto("/en/cards/HINODE-7/moving/tell/another/")
    page.get_by_role("button", name="Continue").click()
    summary = page.locator(".error-summary")
    expect(summary).to_contain_text("Enter at least one day")
    expect(summary).to_be_focused()
    assert page.title().startswith("Error:")
    nothing_hinders(page)


def test_anybody_tries_out_days_and_the_address_keeps_the_answer(
    new_page: Callable[..., Page], holder: User
) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/en/")
    page.get_by_role("main").get_by_role("link", name="What if I move?").click()
    page.get_by_label("To another municipality").check()
    page.get_by_label("The day you begin to live at the new address").fill("2026-11-07")
    page.get_by_role("button", name="Show the last days").click()
    expect(page.get_by_text("Last day: 21 November 2026")).to_be_visible()
    other = new_page()
    other.goto(page.url)
    expect(other.get_by_text("Last day: 21 November 2026")).to_be_visible()


def test_a_clerk_records_corrects_and_withdraws_moves_a_name_and_the_update(
    new_page: Callable[..., Page],
    sign_in: Callable[..., None],
    on_day: Callable[..., None],
    holder: User,
) -> None:
    on_day("2026-11-10")
    card = Card.objects.get()
    desk = new_page(viewport={"width": 1280, "height": 900})
    sign_in(desk, make_clerk())
    desk.goto(f"/admin/cards/card/{card.pk}/change/")

    desk.get_by_role("link", name="Record a move").click()
    desk.get_by_label("Moving within the municipality").check()
    desk.get_by_label("Move-in day").fill("2026-11-07")
    desk.get_by_label("Notification submitted on").fill("2026-11-10")
    desk.get_by_role("button", name="Continue").click()
    expect(desk.get_by_text("by 8 February 2027, counted from 10 November 2026")).to_be_visible()
    expect(desk.get_by_text("Personal information changed")).to_be_visible()
    desk.get_by_role("button", name="Record the move").click()

    # The day was read wrongly, and a second move was of somebody else.
    moves = desk.get_by_role("region", name="Moves")
    moves.get_by_role("link", name="Correct a move").click()
    desk.get_by_label("Notification submitted on").fill("2026-11-06")
    desk.get_by_role("button", name="Continue").click()
    expect(desk.get_by_role("alert")).to_contain_text("only from the move-in day on")
    desk.get_by_label("Notification submitted on").fill("2026-11-09")
    desk.get_by_role("button", name="Continue").click()
    expect(desk.get_by_text("by 7 February 2027, counted from 9 November 2026")).to_be_visible()
    assert axe_finds(desk) == [], desk.url
    desk.get_by_role("button", name="Correct the move").click()
    expect(desk.get_by_text("10 November 2026 → 9 November 2026")).to_be_visible()
    desk.get_by_role("link", name="Record a move").click()
    desk.get_by_label("Moving out to another municipality").check()
    desk.get_by_label("Expected move-out day").fill("2026-11-08")
    desk.get_by_role("button", name="Continue").click()
    desk.get_by_role("button", name="Record the move").click()
    expect(moves.get_by_text("8 December 2026")).to_be_visible()
    moves.get_by_role("link", name="Withdraw a move").first.click()
    desk.get_by_role("button", name="Withdraw the move").click()
    expect(moves.locator("tr.withdrawn")).to_contain_text("8 November 2026")
    expect(moves.get_by_text("8 December 2026")).to_have_count(0)

    desk.get_by_role("link", name="Record a new name").click()
    desk.get_by_label(re.compile("^New name")).fill("NGUYEN THI LAN ANH")
    desk.get_by_role("button", name="Continue").click()
    desk.get_by_role("button", name="Record the new name").click()
    expect(desk.get_by_text("is not yet written on the card")).to_be_visible()

    desk.get_by_role("link", name="Record that the card was updated").click()
    desk.get_by_role("button", name="Continue").click()
    expect(desk.get_by_role("alert")).to_contain_text("Enter what was written on the card.")
    desk.get_by_label(re.compile("^New address")).fill("日の出市北3-1")
    desk.get_by_label(re.compile("^New name, as")).fill("NGUYEN THI LAN ANH")
    desk.get_by_label(re.compile("^The column is full")).check()
    desk.get_by_role("button", name="Continue").click()
    desk.get_by_role("button", name="Record the update").click()
    column = desk.get_by_role("region", name="Additional information column")
    expect(column).to_contain_text("日の出市北3-1")
    expect(column).to_contain_text("The column is full now")
    assert axe_finds(desk) == [], desk.url

    page = new_page()
    sign_in(page, holder)
    page.goto("/en/cards/HINODE-7/moving/")
    expect(page.get_by_text("日の出市北3-1")).to_be_visible()
    expect(page.get_by_role("heading", name="The column is full")).to_be_visible()


def test_the_clerk_who_is_second_is_told_and_goes_on_with_what_was_typed(
    new_page: Callable[..., Page],
    sign_in: Callable[..., None],
    on_day: Callable[..., None],
    holder: User,
) -> None:
    on_day("2026-11-10")
    card = Card.objects.get()
    first, second = make_clerk(), make_clerk()
    desks: list[Page] = []
    for clerk in (first, second):
        desk = new_page(viewport={"width": 1280, "height": 900})
        sign_in(desk, clerk)
        desk.goto(f"/admin/cards/card/{card.pk}/name-change/")
        desk.get_by_label(re.compile("^New name")).fill(f"NGUYEN LAN {len(desks)}")
        desk.get_by_role("button", name="Continue").click()
        desks.append(desk)
    one, other = desks
    one.get_by_role("button", name="Record the new name").click()
    other.get_by_role("button", name="Record the new name").click()
    notice = other.get_by_role("alert")
    expect(notice).to_contain_text("The card changed while this page was open")
    expect(notice).to_contain_text("New name recorded")
    expect(notice).to_contain_text(first.email)
    expect(other.get_by_label(re.compile("^New name"))).to_have_value("NGUYEN LAN 1")
    other.get_by_role("button", name="Continue").click()
    other.get_by_role("button", name="Record the new name").click()
    card.resident.refresh_from_db()
    assert card.resident.name == "NGUYEN LAN 1"
