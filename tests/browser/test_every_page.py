"""Every page in every state, as people with every need meet it.

Each page is opened once in each language and looked at in all the ways below, as wide as a phone
and as wide as a desk: opening it is what costs.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import resolve
from playwright.sync_api import Page, ViewportSize

from tests.browser.journeys import axe_finds, bring_axe
from tests.browser.pages import SCENES, Scene
from tests.security.routes import routes
from tests.security.table import expected

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE: ViewportSize = {"width": 390, "height": 844}
NARROW: ViewportSize = {"width": 320, "height": 640}
DESK: ViewportSize = {"width": 1280, "height": 900}
LANGUAGES = ("en", "ja")
# A page that is not there, that refuses, or whose form was not filled in rightly, says so on the
# console.
NOT_THERE = r"404 \(Not Found\)"
NOT_RIGHT = r"422 \(Unprocessable|400 \(Bad Request|401 \(Unauthorized"
Look = Callable[[Page], list[str]]


@pytest.fixture
def expected_trouble() -> list[str]:
    return [NOT_THERE, NOT_RIGHT]


@pytest.fixture(params=SCENES)
def scene(request: pytest.FixtureRequest, live_server: Any) -> Any:
    found = SCENES[request.param]
    return found, found.build()


def nothing_hinders_technology(page: Page) -> list[str]:
    """axe: screen readers, contrast, structure, names."""
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    return axe_finds(page)


def it_says_its_language(page: Page) -> list[str]:
    if "/kiosk/" in page.url:
        return []  # looked at in its own test: a terminal is in no search engine
    said = page.evaluate(
        """() => [document.documentElement.lang, ...[...document.querySelectorAll(
          'link[rel=alternate]')].map(one => one.hreflang)]"""
    )
    spoken = page.url.split("/")[3]
    return [] if said == [spoken, *LANGUAGES] else [f"says {said}"]


def targets_are_large_enough_for_a_thumb(page: Page) -> list[str]:
    """44 px high, unless it stands in a sentence or a heading (WCAG 2.5.8 asks for 24)."""
    small = page.evaluate(
        """() => [...document.querySelectorAll('a, button, summary, input:not([type=hidden])')]
          .filter(e => e.getClientRects().length && !e.closest('p, dd, h2, li > h2, td')
            && !e.matches('.skip-link, .link-list a, .prose a, [type=checkbox], [type=radio]'))
          .filter(e => e.getBoundingClientRect().height < 44)
          .map(e => e.outerHTML.slice(0, 80))"""
    )
    return [f"too small: {one}" for one in small]


def colours_of_the_readers_own_are_kept(page: Page) -> list[str]:
    """With forced colours every link and button still shows by more than a background."""
    page.emulate_media(forced_colors="active")
    unseen = page.evaluate(
        """() => [...document.querySelectorAll('main a.button, main button')]
          .filter(e => e.getClientRects().length && !e.matches('.link-button'))
          .filter(e => parseFloat(getComputedStyle(e).borderTopWidth) === 0)
          .map(e => e.outerHTML.slice(0, 80))"""
    )
    page.emulate_media(forced_colors="none")
    return [f"not seen with forced colours: {one}" for one in unseen]


def nothing_is_read_sideways_on_the_narrowest_screen(page: Page) -> list[str]:
    wide = _sideways(page)
    return [f"{wide} px too wide at {NARROW['width']} px"] if wide > 0 else []


def text_may_be_twice_as_large(page: Page) -> list[str]:
    """As with the browser's own text size: nothing is cut off or pushed out of the page."""
    # Through the stylesheet object: a style attribute is what the policy forbids.
    page.evaluate("document.styleSheets[0].insertRule('html { font-size: 200% }')")
    wide = _sideways(page)
    cut = page.evaluate(
        """() => [...document.querySelectorAll('main *, header *')].filter(e =>
          e.scrollHeight > e.clientHeight + 2 && getComputedStyle(e).overflowY === 'hidden'
          && !e.matches('svg, svg *, .visually-hidden')).map(e => e.className)"""
    )
    page.evaluate("document.styleSheets[0].deleteRule(0)")
    said = [f"{wide} px too wide at twice the text"] if wide > 0 else []
    return said + [f"cut off at twice the text: {one}" for one in cut]


def _sideways(page: Page) -> int:
    """How many pixels the page must be moved sideways to be read."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


def nor_does_anything_on_a_desk(page: Page) -> list[str]:
    """axe once more, where there is room for columns and the whole menu."""
    return [f"on a desk: {one}" for one in nothing_hinders_technology(page)]


# Each page is opened as on a phone, and then made narrower and wider.
LOOKS: tuple[tuple[ViewportSize, tuple[Look, ...]], ...] = (
    (
        PHONE,
        (
            it_says_its_language,
            targets_are_large_enough_for_a_thumb,
            text_may_be_twice_as_large,
            colours_of_the_readers_own_are_kept,
            nothing_hinders_technology,
        ),
    ),
    (NARROW, (nothing_is_read_sideways_on_the_narrowest_screen,)),
    (DESK, (nor_does_anything_on_a_desk,)),
)


def _looked_at(page: Page) -> Iterator[str]:
    """All that is wrong with the page that stands open, by all the looks."""
    for size, looks in LOOKS:
        if size != page.viewport_size:
            page.set_viewport_size(size)
        for look in looks:
            yield from look(page)
    page.set_viewport_size(PHONE)


def _pages(page: Page, scene: Scene, language: str) -> Iterator[None]:
    """Stands on each page of the scene, one after the other."""
    for path in scene.paths:
        page.goto(f"/{language}{path}")
        assert not (scene.just_now and "reauthenticate" in page.url), f"{path} asks who is there"
        yield
    if scene.walk:
        yield from scene.walk(page, language)


def test_a_page_is_for_everybody(new_page, sign_in, scene):
    found, user = scene
    page = new_page(viewport=PHONE)
    bring_axe(page)
    if user:
        sign_in(page, user, just_now=found.just_now)
    trouble: list[str] = []
    for language in LANGUAGES:
        for number, _page in enumerate(_pages(page, found, language)):
            trouble += [f"{language} {number} {page.url}: {one}" for one in _looked_at(page)]
    assert trouble == [], "\n".join(trouble)


# Answered without being a page to read: signs of life, files, what only leads on to another page.
NO_PAGE = {
    *("health-live", "health-ready", "health-deep", "metrics", "mail-report", "calendar-feed"),
    *("privacy:download-ask", "privacy:download-file", "mfa_download_recovery_codes"),
    *("root", "card-callback", "accounts:card-sign-in", "mfa_login_webauthn"),
    # Allauth's own, in whose place stand pages of ours.
    *("mfa_index", "mfa_list_webauthn", "usersessions_list", "socialaccount_connections"),
    "account_set_password",
}
# Pages that only a step before opens, and where they are looked at: a walk, or a journey.
AFTER_A_STEP = {
    "account_email_verification_sent": "codes-by-mail",
    "account_confirm_login_code": "codes-by-mail",
    "account_confirm_password_reset_code": "codes-by-mail",
    "account_complete_password_reset": "codes-by-mail",
    "mfa_authenticate": "second-step",
    "cards:kiosk": "kiosk",
    "cards:kiosk-done": "kiosk",
    "mfa_view_recovery_codes": "test_sign_in.py",
    "mfa_signup_webauthn": "test_sign_in.py",
    "socialaccount_signup": "test_sign_in.py",
}


def test_no_page_is_left_out(live_server):
    """Every address that answers anybody with a page stands in a scene, or after a step."""
    shown = {
        resolve(f"/en{path.partition('?')[0]}").view_name
        for scene in SCENES.values()
        for path in scene.paths
        if path != "/not-here/"
    }
    asked = expected()
    unnamed = '"'  # allauth's older addresses and ours in place of its pages: they lead on
    pages = {
        name
        for name, _parameters in routes()
        if not name.startswith("admin:")
        and unnamed not in name
        and "405" not in asked.get(name, {}).values()
    }
    assert pages - shown - NO_PAGE - set(AFTER_A_STEP) == set()
    assert set(AFTER_A_STEP) <= pages
    here = {path.name for path in Path(__file__).parent.iterdir()}
    assert set(AFTER_A_STEP.values()) <= here | set(SCENES)
