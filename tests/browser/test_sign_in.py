"""Every way in, in a real browser: passkey, app, recovery code, code by mail, the card."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from playwright.sync_api import Page, expect

from accounts.models import SignIn, User
from cards.operations import suspend
from notifications.outbox.account_mails import send_account_mails
from tests.browser.journeys import nothing_hinders
from tests.builders import (
    PASSWORD,
    app_code,
    hold,
    make_card,
    make_clerk,
    make_resident,
    make_user,
)
from tests.servers.openid import Provider

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def a_device_with_a_finger(page: Page) -> Any:
    """Chromium's own virtual authenticator, as a phone that knows its owner."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return lambda verified: devtools.send(
        "WebAuthn.setUserVerified",
        {"authenticatorId": made["authenticatorId"], "isUserVerified": verified},
    )


def code_from(mail: Any) -> str:
    found = re.search(r"^\s*([A-Z0-9]{3,}(?:-[A-Z0-9]+)*)\s*$", mail.body, re.MULTILINE)
    assert found, mail.body
    return found[1]


def sign_out(page: Page) -> None:
    page.get_by_role("banner").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("main").get_by_role("link", name="Sign in")).to_be_visible()


def password(page: Page, email: str) -> None:
    page.goto("/en/accounts/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def test_an_account_is_made_and_opened_by_a_passkey_alone(page: Page, mailoutbox: Any) -> None:
    finger = a_device_with_a_finger(page)
    page.goto("/en/accounts/signup/")
    page.get_by_role("link", name="Create an account with a passkey").click()
    page.get_by_label("E-mail address").fill("lan@example.org")
    page.get_by_role("button", name="Send a code").click()
    send_account_mails()
    page.get_by_label("Code from the mail").fill(code_from(mailoutbox[0]))
    page.get_by_role("button", name="Go on").click()
    nothing_hinders(page)
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    nothing_hinders(page)
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="I have kept them: go on").click()
    expect(page.get_by_role("heading", name="No card is shown here yet")).to_be_visible()
    page.goto("/en/accounts/2fa/recovery-codes/")
    expect(page.get_by_text("They were shown when they were made.")).to_be_visible()

    sign_out(page)
    page.goto("/en/accounts/login/?next=/en/me/")
    finger(False)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("That did not work, or it was stopped.")).to_be_visible()
    finger(True)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile("/en/me/$"))
    expect(page.get_by_text("lan@example.org", exact=True)).to_be_visible()
    page.goto("/en/accounts/sessions/")
    expect(page.get_by_text("Passkey", exact=True)).to_be_visible()
    # Also what asks once more who is there is answered with it.
    page.goto("/en/accounts/2fa/recovery-codes/generate/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it you?")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Make new recovery codes?")


def test_an_app_and_a_recovery_code_are_the_second_step(
    page: Page, mailoutbox: Any, expected_trouble: list[str]
) -> None:
    expected_trouble.append("422|400")
    make_user("lan@example.org")
    password(page, "lan@example.org")
    page.goto("/en/accounts/security/")
    page.get_by_role("link", name="Add an authenticator app").click()
    page.locator("main [name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("I cannot read the picture").click()
    secret = page.locator(".key").inner_text()
    page.get_by_label("Code from the app").fill(app_code(secret))
    page.get_by_role("button", name="Add the app").click()
    codes = page.locator(".codes li").all_inner_texts()
    assert len(codes) == 10
    send_account_mails()
    assert "authenticator app" in mailoutbox[-1].subject.lower() + mailoutbox[-1].body.lower()

    # A code counts once, and the app shows the next one in half a minute: that is remembered in
    # the cache.
    cache.clear()
    page.goto("/en/")
    sign_out(page)
    password(page, "lan@example.org")
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    page.get_by_label("Code from the app, or a recovery code").fill("000000")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.locator(".error-summary")).to_contain_text("This is not right")
    page.get_by_label("Code from the app, or a recovery code").fill(app_code(secret))
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="No card is shown here yet")).to_be_visible()

    for again in (False, True):
        sign_out(page)
        password(page, "lan@example.org")
        page.get_by_label("Code from the app, or a recovery code").fill(codes[0])
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        if again:
            expect(page.locator(".error-summary")).to_contain_text("was used already")
        else:
            expect(page.get_by_role("heading", name="No card is shown here yet")).to_be_visible()
    kept = SignIn.objects.order_by("pk").values_list("way", "second_step")
    assert list(kept) == [
        ("password", ""),
        ("password", "totp"),
        ("password", "recovery_codes"),
    ]


def test_a_code_by_mail_opens_the_account_without_javascript(
    new_page: Callable[..., Page], mailoutbox: Any, expected_trouble: list[str]
) -> None:
    expected_trouble.append("422|400")
    make_user("lan@example.org", language="ja")
    page = new_page(java_script_enabled=False)
    page.goto("/en/accounts/login/")
    page.get_by_role("link", name="Get a code by e-mail").click()
    page.get_by_label("E-mail address").fill("Lan@Example.org")
    page.get_by_role("button", name="Send a code").click()
    send_account_mails()
    first = code_from(mailoutbox[0])
    page.get_by_label("Code from the mail").fill("AAAA-AAAA")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".error-summary")).to_contain_text("This is not the code.")
    page.get_by_role("button", name="Send a new code").click()
    send_account_mails()
    page.get_by_label("Code from the mail").fill(first)
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".error-summary")).to_contain_text("Look at the newest mail.")
    page.get_by_label("Code from the mail").fill(code_from(mailoutbox[1]).lower())
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="No card is shown here yet")).to_be_visible()
    assert [one.way for one in SignIn.objects.all()] == ["code"]


def test_the_card_makes_an_account_and_opens_it_again(
    new_page: Callable[..., Page],
    openid_provider: Provider,
    mailoutbox: Any,
    expected_trouble: list[str],
) -> None:
    page = new_page(locale="ja-JP")
    page.goto("/ja/accounts/login/")
    page.get_by_role("link", name="カードを使う").click()
    page.get_by_role("main").get_by_role("button").click()
    page.get_by_role("button", name="Hold the card to the phone").click()
    nothing_hinders(page)
    page.get_by_label("メールアドレス").fill("lan@example.org")
    page.locator("main form button").first.click()
    send_account_mails()
    page.locator("[name=code]").fill(code_from(mailoutbox[0]))
    page.locator("main form button").first.click()
    expect(page).to_have_url(re.compile("/ja/$"))
    assert page.locator("html").get_attribute("lang") == "ja"

    page.goto("/en/")
    sign_out(page)
    page.goto("/en/accounts/login/?next=/en/me/")
    page.get_by_role("link", name="Use your card").click()
    page.get_by_role("button", name="Go to the Digital Authentication App").click()
    page.get_by_role("button", name="Hold the card to the phone").click()
    expect(page).to_have_url(re.compile("/en/me/$"))
    expect(page.get_by_text("lan@example.org", exact=True)).to_be_visible()
    assert [one.way for one in SignIn.objects.order_by("pk")] == ["card", "card"]

    sign_out(page)
    resident = make_resident()
    hold(User.objects.get(), resident)
    suspend(make_card(resident), by=None)
    expected_trouble.append("403")
    page.goto("/en/accounts/login/")
    page.get_by_role("link", name="Use your card").click()
    page.get_by_role("button", name="Go to the Digital Authentication App").click()
    page.get_by_role("button", name="Hold the card to the phone").click()
    expect(page.get_by_role("heading", name="This card cannot sign you in")).to_be_visible()
    expect(page.get_by_text("The card is suspended.")).to_be_visible()
    nothing_hinders(page)
    page.get_by_role("link", name="Back to sign-in").click()
    page.get_by_role("link", name="Use your card").wait_for()


def test_the_card_is_linked_to_an_account_without_javascript_and_taken_off_again(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, Any], None],
    openid_provider: Provider,
) -> None:
    page, user = new_page(java_script_enabled=False), make_user("lan@example.org")
    sign_in(page, user)
    page.goto("/en/accounts/security/")
    page.get_by_role("button", name="Link your card").click()
    page.get_by_role("button", name="Hold the card to the phone").click()
    assert not SocialAccount.objects.exists()
    page.locator("main [name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("button", name="Take the card off")).to_be_visible()
    page.get_by_role("button", name="Take the card off").click()
    expect(page.get_by_role("button", name="Link your card")).to_be_visible()


def test_staff_are_let_in_by_a_passkey_and_by_no_password_alone(page: Page) -> None:
    a_device_with_a_finger(page)
    clerk = make_clerk()
    Authenticator.objects.filter(user=clerk).delete()
    page.goto("/admin/")
    page.get_by_label("E-mail address").fill(clerk.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A second step for the desk")
    page.get_by_role("link", name="Add a passkey").click()
    page.locator("main [name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Make the passkey").click()
    page.get_by_role("link", name="I have kept them: go on").click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The desk")
