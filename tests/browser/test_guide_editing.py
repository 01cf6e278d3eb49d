"""An editor changes the guide in a real browser: writes, previews, keeps, compares, puts back."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from guide.models import Section
from tests.browser.journeys import axe_finds
from tests.browser.scenes import nobody
from tests.builders import make_card, make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
LIST = "/admin/guide/section/"


def test_a_section_is_written_previewed_kept_compared_and_put_back(
    new_page: Callable[..., Page], sign_in: Callable[..., None]
) -> None:
    nobody()  # the guide has one section: the PINs
    page = new_page(**DESK)
    sign_in(page, make_staff("editor"))
    page.goto(LIST)
    page.get_by_role("link", name="The four PINs").click()
    japanese, english = (
        page.get_by_role("group", name="日本語"),
        page.get_by_role("group", name="English"),
    )
    expect(japanese.get_by_label("Title")).to_have_value("4つの暗証番号")
    english.get_by_label("Text").fill("## What is new\n\nNow **five**.")
    with page.context.expect_page() as opening:
        english.get_by_role("button", name="Preview").click()
    preview = opening.value
    expect(preview.get_by_role("heading", name="What is new")).to_be_visible()
    expect(preview.get_by_text("Nothing of it is kept yet.")).to_be_visible()
    preview.close()
    assert "five" not in Section.objects.get().body_en

    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("Kept. The page shows it from now on.")).to_be_visible()
    japanese.get_by_label("Title").fill("暗証番号")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("older than the Japanese")).to_be_visible()
    page.get_by_label("It still says what the Japanese says").check()
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("older than the Japanese")).to_have_count(0)

    page.get_by_role("link", name="Versions").click()
    page.get_by_role("link", name="Differences").nth(2).click()
    expect(page.locator("ins", has_text="five")).to_be_visible()
    page.get_by_role("link", name="All versions").click()
    page.get_by_role("link", name="Differences").last.click()
    page.get_by_role("link", name="Put this version back").click()
    page.get_by_role("button", name="Put back").click()
    expect(page.get_by_text("The earlier texts were put back.")).to_be_visible()
    page.goto("/en/guide/pins/")
    expect(page.get_by_role("heading", name="Which PIN for what")).to_be_visible()


@pytest.mark.parametrize("width", [390, 820])
def test_reference_data_and_guide_pages_are_for_everyone(
    new_page: Callable[..., Page], sign_in: Callable[..., None], width: int
) -> None:
    nobody()
    section, card = Section.objects.get(), make_card()
    page = new_page(viewport={"width": width, "height": 900})
    sign_in(page, make_staff("administrator", card.resident.office, is_superuser=True))
    page.goto(f"{LIST}{section.pk}/change/")
    page.get_by_role("group", name="English").get_by_label("Title").fill("All PINs")
    page.get_by_role("button", name="Keep").click()
    version = section.history.order_by("history_id").first().history_id
    for path in (
        LIST,
        f"{LIST}{section.pk}/change/",
        f"{LIST}{section.pk}/history/",
        f"{LIST}{section.pk}/history/{version}/",
        f"{LIST}{section.pk}/history/{version}/put-back/",
        f"{LIST}removed/",
        "/admin/accounts/closeddays/add/",
        f"/admin/accounts/office/{card.resident.office_id}/change/",
        "/admin/cards/leaddays/",
        "/admin/cards/cardimport/",
    ):
        page.goto(path)
        assert axe_finds(page) == [], page.url
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} is read sideways"
