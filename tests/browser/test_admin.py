"""A clerk at the desk, in a real browser."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cards.importing.requests import send_in
from cards.importing.worker import run_waiting
from cards.models import Reissue
from guide.models import Section
from tests.browser.journeys import axe_finds
from tests.browser.scenes import nobody
from tests.builders import (
    PASSWORD,
    app_code,
    make_card,
    make_clerk,
    make_move,
    make_resident,
    make_staff,
)
from tests.cards.importing import line, written

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def desk(new_page: Callable[..., Page]) -> Page:
    return new_page(**DESK)


def test_a_clerk_signs_in_finds_a_resident_records_a_move_and_sees_the_deadline(
    desk: Page, on_day: Callable[..., None]
) -> None:
    on_day("2026-11-10")
    clerk = make_clerk()
    card = make_card(make_resident(name="PHAM VAN MINH"), reference="HINODE-7")

    desk.goto("/admin/")
    desk.locator("[name=login]").fill(clerk.email)
    desk.locator("[name=password]").fill(PASSWORD)
    desk.locator("[name=password]").press("Enter")
    desk.get_by_label("Code from the app").fill(app_code())
    desk.get_by_label("Code from the app").press("Enter")
    desk.wait_for_url("**/admin/")

    desk.get_by_label("Find a resident’s card").fill("pham")
    desk.get_by_role("button", name="Find").click()
    desk.get_by_role("link", name="HINODE-7").click()
    expect(desk.get_by_role("heading", name="PHAM VAN MINH")).to_be_visible()

    desk.get_by_role("link", name="Record a move").click()
    desk.get_by_label("Moving in from another municipality").check()
    desk.get_by_label("Move-in day").fill("2026-11-07")
    desk.get_by_role("button", name="Continue").click()
    expect(desk.get_by_text("by 21 November 2026, counted from 7 November 2026")).to_be_visible()
    assert card.moves.count() == 0

    desk.get_by_role("button", name="Record the move").click()
    expect(desk.get_by_text("The move was recorded.")).to_be_visible()
    deadlines = desk.get_by_role("region", name="Open deadlines")
    expect(deadlines.get_by_role("row").nth(1)).to_contain_text("21 November 2026")
    expect(deadlines.get_by_role("row").nth(1)).to_contain_text("11")


def test_a_clerk_sets_a_new_expiry_date(
    desk: Page, sign_in: Callable[..., None], on_day: Callable[..., None]
) -> None:
    on_day("2026-11-10")
    card = make_card(expires_on=date(2026, 12, 20))
    sign_in(desk, make_clerk())
    desk.goto(f"/admin/cards/card/{card.pk}/change/")
    desk.get_by_role("link", name="Set a new expiry date").click()
    desk.get_by_label("② Residence card showing the new period of stay").check()
    desk.get_by_label("New expiry date").fill("2029-12-20")
    desk.get_by_role("button", name="Continue").click()
    expect(desk.get_by_text("From 20 December 2026 to 20 December 2029")).to_be_visible()
    desk.get_by_role("button", name="Change what I entered").click()
    expect(desk.get_by_label("New expiry date")).to_have_value("2029-12-20")
    desk.get_by_label("New expiry date").fill("2029-12-21")
    desk.get_by_role("button", name="Continue").click()
    desk.get_by_role("button", name="Set the new date").click()
    expect(desk.get_by_text("The new expiry date was set.")).to_be_visible()
    expect(desk.locator(".history")).to_contain_text("From 20 December 2026 to 21 December 2029")


def test_somebody_who_leaves_is_out_at_their_next_click(
    new_page: Callable[..., Page], sign_in: Callable[..., None]
) -> None:
    clerk, card = make_clerk(), make_card()
    at_the_counter, office = new_page(**DESK), new_page(**DESK)
    sign_in(at_the_counter, clerk)
    at_the_counter.goto(f"/admin/cards/card/{card.pk}/change/")

    sign_in(office, make_staff("administrator"))
    office.goto(f"/admin/accounts/user/{clerk.pk}/change/")
    office.get_by_role("link", name="Leaves today").click()
    expect(office.get_by_text("At once they are signed out everywhere")).to_be_visible()
    office.get_by_role("button", name="They leave today").click()
    expect(office.get_by_text("They are signed in nowhere any more.")).to_be_visible()

    at_the_counter.get_by_role("link", name="Record a move").click()
    expect(at_the_counter.locator("[name=password]")).to_be_visible()
    assert "/login/" in at_the_counter.url


LISTS = (
    "accounts/user",
    "accounts/office",
    "accounts/resident",
    "accounts/holding",
    "auth/group",
    "cards/card",
    "cards/deadline",
    "cards/move",
    "cards/certificate",
    "cards/pinslot",
    "cards/reissue",
    "cards/variantrequest",
    "cards/kiosk",
    "cards/leaddays",
    "cards/smartphoneplatform",
    "cards/cardevent",
    "notifications/notification",
    "notifications/delivery",
    "privacy/access",
    "guide/section",
)


def test_no_page_of_the_desk_is_refused_anything_by_the_security_policy(
    desk: Page, sign_in: Callable[..., None]
) -> None:
    card = make_card()
    move = make_move(card, moved_in_on=date(2026, 11, 7))
    boss = make_staff("administrator", card.resident.office, is_superuser=True)
    sign_in(desk, boss)
    pages = ["", "forecast/", *(f"{one}/" for one in LISTS)]
    pages += [f"{one}/add/" for one in ("accounts/user", "accounts/office")]
    pages += ["guide/section/add/", f"accounts/user/{boss.pk}/change/"]
    pages += [f"accounts/office/{card.resident.office_id}/change/"]
    pages += [f"accounts/resident/{card.resident_id}/change/", f"cards/card/{card.pk}/history/"]
    pages += [
        f"cards/card/{card.pk}/{action}"
        for action in ("change/", "record-move/", "issue-certificates/")
    ]
    pages += [f"cards/card/{card.pk}/moves/{move.pk}/correct-move/"]
    for one in pages:
        answer: Any = desk.goto(f"/admin/{one}")
        assert answer.status == 200, one
        # All scripts have run, and what they ask for has been asked.
        desk.evaluate("() => new Promise(done => requestIdleCallback(() => done()))")
        scripts = desk.locator("script[src]").evaluate_all("all => all.map(one => one.src)")
        assert not [src for src in scripts if "jquery" in src], one
    # The console, too, was listened to: see the fixture.


def test_axe_finds_nothing_on_the_page_that_lets_somebody_leave_nor_in_the_looks(
    new_page: Callable[..., Page], sign_in: Callable[..., None]
) -> None:
    clerk, card = make_clerk(), make_card()
    desk = new_page(viewport={"width": 390, "height": 844})
    sign_in(desk, make_staff("administrator", is_superuser=True))
    desk.goto(f"/admin/cards/card/{card.pk}/change/")
    for page in (f"accounts/user/{clerk.pk}/leave/", "privacy/access/"):
        desk.goto(f"/admin/{page}")
        assert axe_finds(desk) == [], desk.url


WIDTHS = {"light": 390, "dark": 820}


@pytest.mark.parametrize("scheme", WIDTHS)
def test_axe_finds_nothing_on_a_clerks_pages_light_or_dark_on_a_phone_or_a_tablet(
    new_page: Callable[..., Page], sign_in: Callable[..., None], scheme: str
) -> None:
    card = make_card()
    make_move(card, moved_in_on=date(2026, 11, 7))
    Reissue.objects.create(card=card, reason="damaged")
    desk = new_page(viewport={"width": WIDTHS[scheme], "height": 900}, color_scheme=scheme)
    clerk = make_clerk(language="ja" if scheme == "dark" else "en")
    sign_in(desk, clerk)
    for page in (
        "",
        "forecast/",
        "cards/card/",
        "cards/deadline/?open=yes&when=14",
        f"cards/card/{card.pk}/change/",
        f"cards/card/{card.pk}/record-move/",
        f"cards/card/{card.pk}/suspend/",
        f"accounts/resident/{card.resident_id}/change/",
    ):
        desk.goto(f"/admin/{page}")
        assert axe_finds(desk) == [], desk.url
        sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert desk.evaluate(sideways) <= 0, page


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_desk_looks_right_at_1280_px_and_on_a_tablet_light_and_dark(
    new_page: Callable[..., Page], sign_in: Callable[..., None], tmp_path: Path, language: str
) -> None:
    """Every way to look at it, page by page: nothing to be moved sideways for, contrast kept."""
    nobody()  # the guide has one section: the PINs
    card = make_card(reference="H-0001")
    make_move(card, moved_in_on=date(2026, 11, 7))
    Reissue.objects.create(card=card, reason="damaged")
    clerk = make_clerk(language=language)
    clerk.groups.add(*make_staff("editor").groups.all())
    rows = written(tmp_path / "cards.csv", line(), line(reference="H-2")).read_bytes()
    job = send_in(office=clerk.offices.get(), by=clerk, name="cards.csv", content=[rows])
    run_waiting()
    guide = f"guide/section/{Section.objects.get().pk}"
    desk = new_page(**DESK)
    sign_in(desk, clerk)
    for page in (
        "",
        "cards/card/",
        f"cards/card/{card.pk}/change/",
        f"cards/card/{card.pk}/record-move/",
        f"accounts/resident/{card.resident_id}/change/",
        "cards/cardimport/add/",
        f"cards/cardimport/{job.pk}/change/",
        "guide/section/",
        f"{guide}/change/",
        f"{guide}/history/",
    ):
        desk.goto(f"/admin/{page}")
        assert desk.locator("html").get_attribute("lang") == language
        # Colours change softly; what stands in between is not looked at.
        soft = "document.styleSheets[0].insertRule('* { transition: none !important }')"
        desk.evaluate(soft)
        for width in (820, 1280):
            desk.set_viewport_size({"width": width, "height": 900})
            for scheme in ("light", "dark"):
                desk.emulate_media(color_scheme=scheme)
                where = f"{page} at {width} px, {scheme}"
                wide = desk.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert wide <= 0, where
                assert axe_finds(desk, "color-contrast") == [], where
