"""Before a session ends one is warned, and what one typed is not lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from cards.models import Reissue
from portal import clock
from tests.browser.journeys import axe_finds
from tests.builders import PASSWORD, app_code, hold, make_card, make_clerk, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def end_every_session() -> None:
    """As an hour without a page does."""
    Session.objects.update(expire_date=clock.now() - timedelta(seconds=1))


def password(page: Page, email: str) -> None:
    page.locator("[name=login]").fill(email)
    page.locator("main [name=password]").fill(PASSWORD)
    page.locator("main [name=password]").press("Enter")


def test_one_is_warned_stays_and_later_finds_again_what_was_typed(
    page: Page, sign_in: Callable[[Page, Any], None]
) -> None:
    user, card = make_user("lan@example.org"), make_card(reference="MINE")
    hold(user, card.resident)
    sign_in(page, user)
    page.clock.install()
    page.goto("/en/cards/MINE/moving/tell/another/")
    warning = page.get_by_role("alert").filter(has_text="You are about to be signed out")
    expect(warning).to_be_hidden()
    page.clock.fast_forward("53:00")
    expect(warning).to_be_hidden()
    page.clock.fast_forward("03:00")
    expect(warning).to_be_visible()
    expect(warning).to_be_in_viewport()
    assert 1 <= int(page.locator("[data-session-minutes]").inner_text()) <= 4
    assert axe_finds(page) == []
    end = Session.objects.get().expire_date
    page.get_by_role("button", name="Stay signed in").click()
    expect(warning).to_be_hidden()
    assert Session.objects.get().expire_date > end

    page.locator("main input[type=date]").first.fill("2026-12-01")
    page.clock.fast_forward("58:00")
    page.clock.fast_forward("03:00")
    end_every_session()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    page.get_by_role("link", name="Sign in again").click()
    password(page, user.email)
    expect(page.get_by_role("heading", name="You had typed something here")).to_be_visible()
    assert axe_finds(page) == []
    expect(page.locator("main input[type=date]").first).to_have_value("")
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator("main input[type=date]").first).to_have_value("2026-12-01")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("main")).to_contain_text("1 December 2026")
    assert page.evaluate("sessionStorage.length") == 0


def test_what_was_sent_too_late_is_offered_again_and_nothing_of_before_is_lost(
    page: Page, sign_in: Callable[[Page, Any], None]
) -> None:
    user, card = make_user("lan@example.org"), make_card(reference="MINE")
    hold(user, card.resident)
    sign_in(page, user)
    page.goto("/en/cards/MINE/new-card/apply/reason/")
    page.get_by_label("damaged", exact=False).first.check()
    page.get_by_role("button", name="Continue").click()
    page.locator("main [type=radio]").first.check()
    end_every_session()
    page.get_by_role("button", name="Continue").click()
    password(page, user.email)
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator("main [type=radio]").first).to_be_checked()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How it came about")
    assert not Reissue.objects.exists()


def test_a_clerk_is_warned_too_and_loses_nothing_on_the_way_through_two_steps(
    new_page: Callable[..., Page], sign_in: Callable[[Page, Any], None]
) -> None:
    desk, clerk = new_page(viewport={"width": 1280, "height": 900}), make_clerk()
    card = make_card(reference="MINE")
    sign_in(desk, clerk)
    desk.clock.install()
    desk.goto(f"/admin/cards/card/{card.pk}/record-move/")
    desk.get_by_label("Moving in from another municipality").check()
    desk.get_by_label("Move-in day").fill("2026-11-07")
    desk.clock.fast_forward("56:00")
    expect(desk.get_by_role("button", name="Stay signed in")).to_be_visible()
    end_every_session()
    desk.get_by_role("button", name="Continue").click()
    password(desk, clerk.email)
    desk.get_by_label("Code from the app").fill(app_code())
    desk.get_by_label("Code from the app").press("Enter")
    desk.get_by_role("button", name="Put it back").click()
    expect(desk.get_by_label("Move-in day")).to_have_value("2026-11-07")
    expect(desk.get_by_label("Moving in from another municipality")).to_be_checked()
