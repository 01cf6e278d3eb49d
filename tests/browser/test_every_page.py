"""Every page in every state, as people with every need meet it."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.scenes import SCENES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 900}
LANGUAGES = ("en", "ja")
# A page that is not there, or whose form was not filled in rightly, says so on the console.
NOT_THERE = r"404 \(Not Found\)"
NOT_RIGHT = r"422 \(Unprocessable"


@pytest.fixture
def expected_trouble() -> list[str]:
    return [NOT_THERE, NOT_RIGHT]


@pytest.fixture(params=SCENES)
def scene(request: pytest.FixtureRequest, live_server: Any) -> Any:
    found = SCENES[request.param]
    return found, found.build()


def _pages(page: Page, scene: Any, sign_in: Any) -> Any:
    """Opens each page of the scene in each language; gives its address."""
    found, user = scene
    if user:
        sign_in(page, user)
    for language in LANGUAGES:
        for path in found.paths:
            page.goto(f"/{language}{path}")
            yield f"/{language}{path}"


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing(new_page, sign_in, scene, viewport):
    page = new_page(viewport=viewport)
    for address in _pages(page, scene, sign_in):
        page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        # axe does not check what WCAG 2.2 added unless told to.
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}})
        assert found.violations_count == 0, f"{address}\n{found.generate_report()}"


def _sideways(page: Page) -> int:
    """How many pixels the page must be moved sideways to be read."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


def test_nothing_is_read_sideways_on_the_narrowest_screen(new_page, sign_in, scene):
    page = new_page(viewport=NARROW)
    for address in _pages(page, scene, sign_in):
        assert _sideways(page) <= 0, address


def test_text_may_be_twice_as_large(new_page, sign_in, scene):
    """As with the browser's own text size: nothing is cut off or pushed out of the page."""
    page = new_page(viewport=PHONE)
    for address in _pages(page, scene, sign_in):
        # Through the stylesheet object: a style attribute is what the policy forbids.
        page.evaluate("document.styleSheets[0].insertRule('html { font-size: 200% }')")
        assert _sideways(page) <= 0, address
        cut = page.evaluate(
            """() => [...document.querySelectorAll('main *, header *')].filter(e =>
              e.scrollHeight > e.clientHeight + 2 && getComputedStyle(e).overflowY === 'hidden'
              && !e.matches('svg, svg *, .visually-hidden')).map(e => e.className)"""
        )
        assert cut == [], address


def test_the_page_says_its_language(new_page, sign_in, scene):
    page = new_page()
    for address in _pages(page, scene, sign_in):
        language = address.split("/")[1]
        assert page.locator("html").get_attribute("lang") == language
        alternates = page.locator("link[rel=alternate]").all()
        assert [a.get_attribute("hreflang") for a in alternates] == list(LANGUAGES), address


def test_every_target_is_large_enough_for_a_thumb(new_page, sign_in, scene):
    """44 px high, unless it stands in a sentence or a heading (WCAG 2.5.8 asks for 24)."""
    page = new_page(viewport=PHONE)
    for address in _pages(page, scene, sign_in):
        small = page.evaluate(
            """() => [...document.querySelectorAll('a, button, summary, input:not([type=hidden])')]
              .filter(e => e.getClientRects().length && !e.closest('p, dd, h2, li > h2, td')
                && !e.matches('.skip-link, .link-list a, .prose a, [type=checkbox], [type=radio]'))
              .filter(e => e.getBoundingClientRect().height < 44)
              .map(e => e.outerHTML.slice(0, 80))"""
        )
        assert small == [], address
