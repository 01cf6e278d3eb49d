"""From the clerk's printed letter to the card on a resident's phone, and the letter on paper."""

import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polib
import pytest
from django.utils import translation
from playwright.sync_api import Page, expect

from accounts.models import Relation, Resident, User
from notifications.outbox.account_mails import send_account_mails
from tests.browser.journeys import axe_finds
from tests.builders import PASSWORD, hold, make_card, make_clerk, make_resident, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK = {"viewport": {"width": 1280, "height": 900}}
LONG_NAME = (
    "WARNAKULASURIYA HETTIARACHCHIGE MUDIYANSELAGE ISHARA DILHANI MADHAVI SANDAMALI "
    "WICKRAMASINGHE JAYASINGHE GUNAWARDENA"
)


@pytest.fixture(autouse=True)
def _links_lead_here(settings: Any, live_server: Any) -> None:
    settings.SITE_URL = live_server.url


@pytest.fixture
def lan() -> Resident:
    resident = make_resident(name="NGUYEN THI LAN", birth_date=date(1994, 3, 9))
    make_card(resident, reference="HINODE-7")
    return resident


def print_letter(desk: Page, resident: Resident, who: str = "The resident, for") -> None:
    """As a clerk does, from the record on."""
    desk.goto(f"/admin/accounts/resident/{resident.pk}/change/")
    desk.get_by_role("link", name="Print a linking letter").click()
    desk.get_by_label(re.compile(who)).check()
    desk.get_by_role("button", name="Continue").click()
    desk.get_by_role("button", name="Make the letter").click()
    expect(desk.locator(".letter__figures")).to_be_visible()


def enter_birth_date(page: Page, born: date) -> None:
    page.get_by_label("Year").fill(str(born.year))
    page.get_by_label("Month").fill(str(born.month))
    page.get_by_label("Day").fill(str(born.day))


def test_a_clerk_prints_the_letter_and_the_resident_reads_it_with_their_phone(
    new_page: Callable[..., Page], sign_in: Callable[..., None], lan: Resident
) -> None:
    desk = new_page(**DESK)
    sign_in(desk, make_clerk())
    print_letter(desk, lan)
    expect(desk.get_by_role("button", name="Print")).to_be_visible()
    code = desk.locator(".letter__figures").inner_text()
    address = desk.locator(".letter__address").inner_text()
    assert axe_finds(desk) == []

    # What the QR code holds: the address, with the code where it is sent to no server.
    phone, user = new_page(), make_user()
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto(f"{address}#{code}")
    expect(phone.get_by_text("The code from your letter has been read.")).to_be_visible()
    assert code not in phone.url
    phone.get_by_role("main").get_by_role("link", name="Sign in").click()
    phone.locator("[name=login]").fill(user.email)
    phone.locator("[name=password]").fill(PASSWORD)
    phone.locator("[name=password]").press("Enter")
    expect(phone.get_by_label("Code from the letter")).to_have_value(code)
    enter_birth_date(phone, lan.birth_date)
    phone.get_by_role("button", name="Continue").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Is this the card?")
    assert axe_finds(phone) == []
    phone.get_by_role("button", name="Add this card").click()
    expect(phone.get_by_text("The card of NGUYEN THI LAN is now in your account.")).to_be_visible()
    expect(phone.get_by_text("HINODE-7")).to_be_visible()
    assert not [url for url in asked if code in url]
    assert phone.evaluate("sessionStorage.length") == 0


def test_without_javascript_the_code_is_typed(
    new_page: Callable[..., Page],
    sign_in: Callable[..., None],
    lan: Resident,
    expected_trouble: list[str],
) -> None:
    expected_trouble.append("422")
    desk = new_page(java_script_enabled=False, **DESK)
    sign_in(desk, make_clerk())
    print_letter(desk, lan)
    code = desk.locator(".letter__figures").inner_text()

    phone = new_page(java_script_enabled=False)
    sign_in(phone, make_user())
    phone.goto("/en/")
    phone.get_by_role("link", name="I have the letter: add a card").click()
    phone.get_by_label("Code from the letter").fill(code.lower())
    enter_birth_date(phone, date(1990, 1, 1))
    phone.get_by_role("button", name="Continue").click()
    expect(phone.locator(".error-summary")).to_contain_text("do not open anything")
    expect(phone.get_by_label("Code from the letter")).to_have_value(code.lower())
    enter_birth_date(phone, lan.birth_date)
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_role("button", name="Add this card").click()
    expect(phone.get_by_text("HINODE-7")).to_be_visible()


def test_a_new_account_is_made_on_the_way_and_the_code_is_not_lost(
    new_page: Callable[..., Page],
    sign_in: Callable[..., None],
    lan: Resident,
    mailoutbox: Any,
) -> None:
    desk, phone = new_page(**DESK), new_page()
    sign_in(desk, make_clerk())
    print_letter(desk, lan)
    code = desk.locator(".letter__figures").inner_text()
    phone.goto(f"/en/link/#{code}")
    phone.get_by_role("main").get_by_role("link", name="Create an account").click()
    phone.get_by_label("E-mail address").fill("new@example.org")
    phone.get_by_label("Password", exact=True).fill(PASSWORD)
    phone.get_by_label("Password, once more").fill(PASSWORD)
    phone.get_by_role("button", name="Create an account").click()
    expect(phone.get_by_label("Code from the mail")).to_be_visible()
    send_account_mails()
    found = re.search(r"^\s*([A-Z0-9]{4}-[A-Z0-9]{4}|[A-Z0-9]{6})\s*$", mailoutbox[0].body, re.M)
    assert found
    phone.get_by_label("Code from the mail").fill(found[1])
    phone.get_by_role("button", name="Go on").click()
    expect(phone.get_by_label("Code from the letter")).to_have_value(code)


def test_one_goes_from_card_to_card_by_name(
    page: Page, sign_in: Callable[..., None], lan: Resident
) -> None:
    user = make_user()
    hold(user, lan)
    child = make_resident(name="NGUYEN VAN MINH", birth_date=date(2020, 6, 1))
    make_card(child, reference="CHILD")
    hold(user, child, Relation.GUARDIAN)
    sign_in(page, user)
    page.goto("/en/cards/HINODE-7/pins/")
    page.get_by_role("navigation", name="Whose card").get_by_role(
        "link", name="NGUYEN VAN MINH"
    ).click()
    expect(page).to_have_url(re.compile("/en/cards/CHILD/pins/$"))
    expect(page.get_by_text("Card of NGUYEN VAN MINH").first).to_be_visible()


VIETNAMESE = Path(__file__).parent / "letter_in_vietnamese.po"


def speak_vietnamese(settings: Any, folder: Path) -> None:
    """As if the portal had a catalogue of it with at least the letter's texts."""
    made = folder / "vi" / "LC_MESSAGES" / "django.mo"
    made.parent.mkdir(parents=True)
    polib.pofile(str(VIETNAMESE)).save_as_mofile(str(made))
    settings.LANGUAGES = [*settings.LANGUAGES, ("vi", "Tiếng Việt")]
    settings.LOCALE_PATHS = [*settings.LOCALE_PATHS, folder]
    translation.trans_real._translations.pop("vi", None)


@pytest.mark.parametrize("language", ["ja", "en", "vi"])
@pytest.mark.parametrize("who", ["resident", "guardian"])
def test_the_letter_fits_one_sheet_of_paper_in_every_language(
    new_page: Callable[..., Page],
    sign_in: Callable[..., None],
    settings: Any,
    tmp_path: Path,
    language: str,
    who: str,
) -> None:
    """With the longest name there is. LETTERS names a folder to keep them in, to look at."""
    if language == "vi":
        speak_vietnamese(settings, tmp_path)
    clerk: User = make_clerk()
    born = date(2020, 6, 1) if who == "guardian" else date(1994, 3, 9)
    resident = make_resident(
        name=LONG_NAME,
        language=language,
        birth_date=born,
        address="見本町若葉一丁目15番地2 コーポ見本101",
    )
    desk = new_page(**DESK)
    sign_in(desk, clerk)
    print_letter(desk, resident, "parent" if who == "guardian" else "The resident, for")
    expect(desk.locator("html")).to_have_attribute("lang", language)
    paper = desk.pdf(format="A4", prefer_css_page_size=True)
    pages = re.findall(rb"/Type\s*/Page\b(?!s)", paper)
    keep = os.environ.get("LETTERS")
    if keep:
        (Path(keep) / f"letter-{who}-{language}.pdf").write_bytes(paper)
    assert len(pages) == 1
    # The bar with the button is for the screen alone.
    desk.emulate_media(media="print")
    expect(desk.locator(".letter-bar")).to_be_hidden()
    expect(desk.locator(".letter__figures")).to_be_visible()
