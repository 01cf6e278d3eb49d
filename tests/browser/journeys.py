"""What the journeys of this folder share: a desk, its steps, and a look at what hinders."""

import re
from collections.abc import Callable
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import User
from cards.models import Card
from tests.builders import make_clerk

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def heading(page: Page) -> Any:
    return expect(page.get_by_role("heading", level=1))


def bring_axe(page: Page) -> None:
    """Axe is there on every page that this one opens from now on. Given to the browser as a script
    of its own it is compiled once; sent into each page it is read anew each time."""
    page.add_init_script(AXE_SCRIPT)


def axe_finds(page: Page, *rules: str) -> list[str]:
    """What axe has against this page, by all that WCAG 2.2 asks and what is good custom; or by
    these of its rules alone."""
    # Nothing of ours is read from elsewhere, which is what the preload would fetch styles for.
    asked = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": TAGS}
    # What passes is not told: carrying it here took longer than looking.
    options = {"runOnly": asked, "preload": False, "reporter": "no-passes"}
    there = page.evaluate("'axe' in window")
    found = (Axe("0") if there else Axe()).run(page, options=options)
    return [found.generate_report()] if found.violations_count else []


def nothing_hinders(page: Page) -> None:
    """Neither axe nor the width of the page."""
    assert axe_finds(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def tab_to(page: Page, matches: str) -> None:
    """By keyboard alone, and seeing where the focus is."""
    for _step in range(60):
        page.keyboard.press("Tab")
        # After the last link of a page the focus is the browser's own for a moment.
        if page.evaluate(f"document.activeElement.matches({matches!r})"):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
            assert outline == "4px", f"{matches} does not show its focus"
            return
    raise AssertionError(f"{matches} cannot be reached by keyboard")


class Desk:
    """A clerk of the card's office, at the card's page of the desk."""

    def __init__(self, new_page: Callable[..., Page], sign_in: Callable[..., None], card: Card):
        self.clerk: User = make_clerk(card.resident.office)
        self.page = new_page(viewport={"width": 1280, "height": 900})
        sign_in(self.page, self.clerk)
        self.at(card)

    def at(self, card: Card) -> None:
        self.page.goto(f"/admin/cards/card/{card.pk}/change/")

    def begin(self, action: str) -> None:
        self.page.get_by_role("link", name=action, exact=True).click()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(re.compile(f"^{label}")).fill(text)

    def check(self, label: str) -> None:
        self.page.get_by_label(label).check()

    def go_on(self) -> None:
        self.page.get_by_role("button", name="Continue").click()

    def confirm(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).click()

    def says(self, words: str) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible()
