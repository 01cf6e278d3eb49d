"""A real Chromium, driven by Playwright."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

PHONE = {"width": 390, "height": 844}
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def find_chromium() -> str | None:
    """Where Chromium is on this machine, or None. CHROMIUM names another."""
    named = os.environ.get("CHROMIUM")
    return named or next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def _required() -> bool:
    return os.environ.get("CI") == "true" or os.environ.get("REQUIRE_BROWSER") == "1"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium for the whole session. Without one: skipped, but failed under `make test` and CI."""
    program = find_chromium()
    if program is None:
        missing = "No Chromium found. On Debian: apt-get install chromium"
        pytest.fail(missing) if _required() else pytest.skip(missing)
    # Playwright keeps an event loop in this thread, which Django would take for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def expected_trouble() -> list[str]:
    """Patterns of console messages that this test means to cause (a 404 page says one)."""
    return []


@pytest.fixture
def new_page(
    browser: Browser, live_server: Any, expected_trouble: list[str]
) -> Iterator[Callable[..., Page]]:
    """`new_page(**context options)`: a page of a fresh context; a phone, reading English.

    Addresses are relative to the live server. Afterwards the test fails on any console error,
    refused by the content security policy, or exception in a page's script.
    """
    contexts: list[BrowserContext] = []
    trouble: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        # A page that names no icon has the browser ask for this one by itself.
        if message.type == "error" and not message.location["url"].endswith("/favicon.ico"):
            trouble.append(f"console: {message.text} ({message.location['url']})")

    def make(**options: Any) -> Page:
        plain = {"viewport": PHONE, "locale": "en-US", "base_url": live_server.url}
        context = browser.new_context(**(plain | options))
        contexts.append(context)
        context.on("console", heard)
        context.on("weberror", lambda error: trouble.append(f"script: {error.error}"))
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
    unexpected = [t for t in trouble if not any(re.search(p, t) for p in expected_trouble)]
    assert not unexpected, "\n".join(unexpected)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """One page on a phone, in a fresh context."""
    return new_page()


@pytest.fixture
def sign_in(live_server: Any) -> Callable[..., None]:
    """`sign_in(page, user)`: from now on this page's context is signed in, without the form.

    With `just_now=True` nothing asks once more who is there.
    """

    # Not above: the runner asks where Chromium is before there are any settings.
    from tests import builders

    def signed_in(page: Page, user: Any, *, just_now: bool = False) -> None:
        client = Client()
        builders.sign_in(client, user, just_now=just_now)
        name = django_settings.SESSION_COOKIE_NAME
        page.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
        )

    return signed_in
