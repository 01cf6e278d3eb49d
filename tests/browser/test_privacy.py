"""A person's own data, in a real browser: taken along, and an account that is closed."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from notifications.outbox.account_mails import send_account_mails
from privacy import tasks
from privacy.exports import make_waiting
from tests.browser.journeys import axe_finds
from tests.builders import PASSWORD, hold, make_card, make_resident, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def user(monkeypatch: Any) -> User:
    monkeypatch.setattr(tasks.make_downloads, "delay", lambda: None)
    user = make_user("lan@example.org")
    hold(user, make_card(make_resident(name="NGUYEN THI LAN"), reference="OWN-1").resident)
    return user


def show_that_it_is_you(page: Page) -> None:
    page.locator("main [name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()


def looked_over(page: Page) -> None:
    """Nothing that axe finds, and nothing to be moved sideways for on the narrowest screen."""
    assert axe_finds(page) == [], page.url
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 390, "height": 844})


def test_a_download_is_asked_for_made_told_by_mail_and_fetched_without_javascript(
    new_page: Callable[..., Page],
    sign_in: Callable[..., None],
    user: User,
    mailoutbox: Any,
    live_server: Any,
) -> None:
    page = new_page(java_script_enabled=False, accept_downloads=True)
    sign_in(page, user)
    page.goto("/en/privacy/")
    page.get_by_role("link", name="Download everything about you").click()
    page.get_by_role("link", name="Ask for a download").click()
    show_that_it_is_you(page)
    page.get_by_role("button", name="Make my download").click()
    expect(page.get_by_role("heading", name="Your download is being made")).to_be_visible()
    page.get_by_role("link", name="See how it stands now").click()
    expect(page.get_by_role("heading", name="Your download is being made")).to_be_visible()

    make_waiting()
    send_account_mails()
    link = re.search(r"https?://\S+", mailoutbox[0].body)
    assert link
    page.goto(re.sub(r"https?://[^/]+", live_server.url, link[0]))
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Download the file").click()
    with zipfile.ZipFile(io.BytesIO(Path(fetched.value.path()).read_bytes())) as bundle:
        data = json.loads(bundle.read("my-data.json"))
        assert "NGUYEN THI LAN" in bundle.read("my-data.html").decode()
    assert data["people"][0]["records"]["cards.card"][0]["reference"] == "OWN-1"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_file_and_the_pages_that_ask_once_more_are_for_everyone(
    page: Page, sign_in: Callable[..., None], user: User, language: str, tmp_path: Path
) -> None:
    from privacy.archive import archive

    sign_in(page, user)
    page.goto(f"/{language}/privacy/download/ask/")
    show_that_it_is_you(page)
    expect(page.locator("main form")).to_be_visible()
    looked_over(page)
    page.goto(f"/{language}/privacy/close/")
    expect(page.locator("[name=understood]")).to_be_visible()
    looked_over(page)
    with zipfile.ZipFile(io.BytesIO(archive(user, language))) as bundle:
        bundle.extract("my-data.html", tmp_path)
    page.goto((tmp_path / "my-data.html").as_uri())
    looked_over(page)


def test_an_account_is_closed_and_is_gone_from_every_browser(
    new_page: Callable[..., Page],
    sign_in: Callable[..., None],
    user: User,
    mailoutbox: Any,
    expected_trouble: list[str],
) -> None:
    expected_trouble.append("422")
    page, elsewhere = new_page(), new_page()
    sign_in(page, user)
    sign_in(elsewhere, user)
    elsewhere.goto("/en/")
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("My cards")

    page.goto("/en/privacy/")
    page.get_by_role("link", name="Close your account").click()
    show_that_it_is_you(page)
    page.get_by_role("button", name="Close my account for good").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_label("I understand that this cannot be undone.").check()
    page.get_by_role("button", name="Close my account for good").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account is closed")
    looked_over(page)

    elsewhere.get_by_role("link", name="Notifications").click()
    expect(elsewhere.locator("main [name=password]")).to_be_visible()
    send_account_mails()
    assert mailoutbox[-1].subject == "Your account is closed"
    assert not User.objects.filter(pk=user.pk).exists()
