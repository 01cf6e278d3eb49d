"""The sheet on paper: one page of A4, legible, with nothing of the site around it."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from cards.sheets import JOURNEYS
from tests.browser.scenes import _in
from tests.builders import hold, make_card, make_move, make_resident, make_user
from tests.cards.test_sheet import for_its_variant

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# English last: it is what is made longer.
LANGUAGES = sorted((code for code, _ in settings.LANGUAGES), key="en".__eq__)
LONG_NAME = (
    "WARNAKULASURIYA HETTIARACHCHIGE MUDIYANSELAGE ISHARA DILHANI MADHAVI SANDAMALI "
    "WICKRAMASINGHE JAYASINGHE GUNAWARDENA"
)


@pytest.fixture
def at_home(new_page: Callable[..., Page], sign_in: Callable[..., None], live_server: Any) -> Page:
    """Somebody with a long name, a move with every clock and a telephone in hand."""
    user = make_user()
    resident = make_resident(name=LONG_NAME)
    hold(user, resident)
    card = make_card(resident, reference="LONG")
    make_move(card, expected_move_out_on=_in(-20), moved_in_on=_in(-11))
    page = new_page(viewport={"width": 390, "height": 844})
    sign_in(page, user)
    return page


@pytest.mark.parametrize("journey", JOURNEYS)
def test_a_sheet_is_one_page_of_a4_also_in_a_wordier_language(at_home: Page, journey: str) -> None:
    """In each language; and with every line of the reader's own column 60% longer than in
    English."""
    for_its_variant(journey)
    for language in LANGUAGES:
        at_home.goto(f"/{language}/cards/LONG/sheet/{journey}/")
        pdf = at_home.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1, language
        assert re.search(rb"/MediaBox\s*\[0 0 59[45][.\d]* 84[12]", pdf), language
    at_home.evaluate(
        """() => document.querySelectorAll('.sheet [lang=en]').forEach(e => {
          const said = e.textContent;
          e.textContent = said + ' ' + said.slice(0, Math.ceil(said.length * 0.6));
        })"""
    )
    pdf = at_home.pdf(prefer_css_page_size=True)
    if where := os.environ.get("KEEP_SHEETS"):  # to look at
        (Path(where) / f"long-{journey}.pdf").write_bytes(pdf)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1, "60% longer"


def test_nothing_but_the_sheet_is_printed(at_home: Page) -> None:
    at_home.goto("/en/cards/LONG/sheet/moving-in/")
    at_home.emulate_media(media="print")
    expect(at_home.locator(".sheet")).to_be_visible()
    for around in (".site-header", ".site-footer", ".screen-only"):
        expect(at_home.locator(around)).to_be_hidden()
    # Two columns, also when a telephone prints.
    left, right = at_home.locator(".sheet__asks .twice").first.locator("> span").all()
    one, other = left.bounding_box(), right.bounding_box()
    assert one
    assert other
    assert other["x"] > one["x"]
    assert abs(one["y"] - other["y"]) < 4


def test_the_print_button_asks_the_browser(at_home: Page) -> None:
    at_home.add_init_script("window.print = () => { window.asked = true }")
    at_home.goto("/en/cards/LONG/sheet/moving-in/")
    at_home.get_by_role("button", name="Print").click()
    assert at_home.evaluate("window.asked") is True


def test_without_javascript_the_page_says_how_to_print(
    new_page: Callable[..., Page], sign_in: Callable[..., None], live_server: Any
) -> None:
    user = make_user()
    resident = make_resident()
    hold(user, resident)
    make_card(resident, reference="PLAIN")
    page = new_page(java_script_enabled=False)
    sign_in(page, user)
    page.goto("/en/cards/PLAIN/sheet/renewal/")
    expect(page.get_by_role("button", name="Print")).to_have_count(0)
    expect(page.get_by_text("use the print command of your browser")).to_be_visible()
