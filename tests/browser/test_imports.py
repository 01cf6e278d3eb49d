"""A clerk imports the office's file in a real browser, with a real worker, and works on."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cards.importing.worker import run_waiting
from cards.models import Card, CardImport
from cards.operations import suspend
from tests.browser.journeys import axe_finds
from tests.builders import make_card, make_clerk, make_resident
from tests.cards.importing import line, written

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
ADD = "/admin/cards/cardimport/add/"
SLOW = 60_000  # milliseconds: a worker that has to start first, on a busy machine


def send_in(page: Page, file: Path) -> None:
    page.goto(ADD)
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Look at the file").click()


def accessible(page: Page) -> None:
    assert axe_finds(page) == [], page.url


def test_ten_thousand_rows_are_imported_in_the_background_while_the_clerk_works_on(
    new_page: Callable[..., Page],
    sign_in: Callable[..., None],
    celery_worker: Callable[[], Any],
    tmp_path: Path,
) -> None:
    rows = [line(reference=f"H-{number:05}") for number in range(10_000)]
    make_card(make_resident(name="PHAM VAN MINH"), reference="HINODE-7")
    found = make_card(make_resident(name="SATO KENJI"), reference="HINODE-8")
    suspend(found, by=None)
    rows.append(line(reference="HINODE-7", name="PHAM VAN AN"))
    page = new_page(**DESK)
    sign_in(page, make_clerk())

    send_in(page, written(tmp_path / "cards.csv", *rows))
    expect(page.get_by_text("Being checked")).to_be_visible()
    expect(page.get_by_role("progressbar", name="How far it is")).to_be_visible()
    celery_worker()
    # The page's own script finds out that a step is over.
    expect(page.get_by_text("Waits for your yes")).to_be_visible(timeout=SLOW)
    expect(page.locator(".counts")).to_contain_text("10000")
    expect(page.get_by_text("PHAM VAN MINH", exact=True)).to_be_visible()
    assert Card.objects.count() == 2

    page.get_by_role("button", name="Import").click()
    context = page.context
    page.close()  # the tab is gone; the import goes on

    other = context.new_page()
    other.goto("/admin/")
    other.get_by_label("Find a resident").fill("sato")
    other.get_by_role("button", name="Find").click()
    other.get_by_role("link", name="HINODE-8").click()
    other.get_by_role("link", name="Lift the suspension").click()
    other.get_by_label("Residence card").check()
    other.get_by_role("button", name="Continue").click()
    other.get_by_role("button", name="Lift the suspension").click()
    expect(other.get_by_text("The suspension was lifted.")).to_be_visible()

    other.goto("/admin/cards/cardimport/")
    other.get_by_role("link", name="cards.csv").click()
    expect(other.get_by_text("Imported", exact=True)).to_be_visible(timeout=SLOW)
    assert Card.objects.count() == 10_002
    found.refresh_from_db()
    assert found.suspended_at is None, "what the clerk did meanwhile is there too"
    with other.expect_download() as loading:
        other.get_by_role("link", name="Every change, as a file").click()
    told = loading.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert sum(",new," in one for one in told) == 10_000
    assert "10002,HINODE-7,changed,name,PHAM VAN MINH,PHAM VAN AN" in told


def test_a_refused_file_says_line_column_and_reason_and_the_pages_are_for_everyone(
    new_page: Callable[..., Page], sign_in: Callable[..., None], tmp_path: Path
) -> None:
    page = new_page(viewport={"width": 390, "height": 844})
    clerk = make_clerk()
    sign_in(page, clerk)
    page.goto(ADD)
    accessible(page)
    send_in(page, written(tmp_path / "bad.csv", line(birth_date="soon"), line(variant="x")))
    accessible(page)
    run_waiting()
    refused = page.get_by_role("row").filter(has_text="birth_date")
    expect(refused).to_contain_text("Write the day as YYYY-MM-DD", timeout=SLOW)
    accessible(page)

    make_card(reference="H-0001", expires_on=date(2028, 3, 31))
    send_in(page, written(tmp_path / "good.csv", line(name="TRAN VAN AN"), line(reference="H-2")))
    run_waiting()
    expect(page.get_by_role("button", name="Import")).to_be_visible(timeout=SLOW)
    accessible(page)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0


def test_without_javascript_the_page_refreshes_itself(
    new_page: Callable[..., Page], sign_in: Callable[..., None], tmp_path: Path
) -> None:
    page = new_page(**DESK, java_script_enabled=False)
    sign_in(page, make_clerk())
    send_in(page, written(tmp_path / "cards.csv", line()))
    expect(page.get_by_text("Being checked")).to_be_visible()
    run_waiting()
    expect(page.get_by_text("Waits for your yes")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Import").click()
    run_waiting()
    expect(page.get_by_text("Imported", exact=True)).to_be_visible(timeout=SLOW)
    assert CardImport.objects.get().new == 1
