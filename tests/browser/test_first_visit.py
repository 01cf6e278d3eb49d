"""The first visit: a new account, a code by mail, the front page. And the weight of it all."""

import re

import pytest
from playwright.sync_api import expect

from notifications.outbox.account_mails import send_account_mails
from tests.builders import PASSWORD, hold, make_card, make_resident, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIRST_LOAD = 100_000  # bytes, of everything that a first visit fetches


def test_an_account_is_made_without_javascript(new_page, mailoutbox):
    page = new_page(java_script_enabled=False)
    page.goto("/en/")
    page.get_by_role("main").get_by_role("link", name="Create an account").click()
    page.get_by_label("E-mail address").fill("lan@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password, once more").fill(PASSWORD)
    page.get_by_role("button", name="Create an account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm your e-mail address")

    page.get_by_label("Code from the mail").fill("WRONG")
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_title(re.compile("^Error: "))

    send_account_mails()
    code = re.search(r"^\s*([A-Z0-9]{3,}(?:-[A-Z0-9]+)*)\s*$", mailoutbox[0].body, re.MULTILINE)
    assert code, mailoutbox[0].body
    page.get_by_label("Code from the mail").fill(code[1])
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="No card is shown here yet")).to_be_visible()
    page.get_by_role("link", name="My information").click()
    expect(page.get_by_text("lan@example.org", exact=True)).to_be_visible()

    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail address").fill("lan@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My cards")


def test_a_mistake_is_said_first_and_leads_to_its_field(page):
    page.goto("/ja/accounts/login/")
    page.get_by_role("main").get_by_role("button", name="ログイン").click()
    expect(page).to_have_title(re.compile("^エラー：ログイン|^エラー： ログイン"))
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="メールアドレスを入力してください。").click()
    field = page.get_by_label("メールアドレス")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description("メールアドレスを入力してください。")


def test_the_keyboard_reaches_everything_and_shows_where_it_is(page, sign_in):
    user = make_user()
    resident = make_resident()
    hold(user, resident)
    make_card(resident)
    sign_in(page, user)
    page.goto("/en/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the main text")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()

    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        name, outline = page.evaluate(
            """() => { const e = document.activeElement;
              return [e.innerText.trim(), getComputedStyle(e).outlineWidth]; }"""
        )
        if not name or page.evaluate("document.activeElement === document.body"):
            break
        assert outline == "4px", name
        reached.append(name)
    for wanted in (
        "Lost card",
        "日本語",
        "Notifications",
        "My information",
        "Sign out",
        "I have lost my card",
    ):
        assert wanted in reached

    page.goto("/en/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_the_language_is_changed_in_place(page):
    page.goto("/en/cards/lost/?from=menu")
    page.get_by_role("link", name="日本語").click()
    expect(page).to_have_url(re.compile(r"/ja/cards/lost/\?from=menu$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("カードをなくしたら、すぐに電話")


def test_the_lost_card_page_is_one_click_away_and_its_numbers_dial(page):
    page.goto("/en/accounts/signup/")
    page.get_by_role("banner").get_by_role("link", name="Lost card").click()
    numbers = page.locator("main a[href^='tel:']")
    assert [n.get_attribute("href") for n in numbers.all()] == ["tel:0120017827", "tel:0120950178"]
    expect(numbers.first).to_be_in_viewport()


def test_the_first_visit_is_light(new_page):
    page = new_page()
    sizes = []
    page.on("response", lambda answer: sizes.append(len(answer.body())))
    page.goto("/ja/", wait_until="networkidle")
    assert len(sizes) > 3
    assert sum(sizes) <= FIRST_LOAD


def test_colours_may_be_the_readers_own(new_page, sign_in):
    """With forced colours a tag, a button and the lost-card link keep an edge to be seen by."""
    page = new_page(forced_colors="active")
    page.goto("/en/")
    for selector in (".lost-link", ".button"):
        width = page.locator(selector).first.evaluate("e => getComputedStyle(e).borderTopWidth")
        assert width != "0px"
