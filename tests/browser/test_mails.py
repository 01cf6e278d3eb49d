"""Mails as people see them: light and dark, on a telephone and in a window, in every language."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Page

from notifications.messages.mail import django_mail
from tests.builders import make_user
from tests.mails import ACCOUNT_KINDS, KINDS, account_mail, letter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# One of each shape and colour.
SHAPES = (
    "card_expiry 14",
    "move_in_14 gone",
    "pin_locked ②③④",
    "guardianship_end 30",
    "account/email/login_code",
    "mfa/email/webauthn_added",
)
LOOKS: dict[str, dict[str, Any]] = {
    f"{scheme}, {width}": {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}
    for scheme in ("light", "dark")
    for width in (320, 700)
}


def html_of(kind: str, language: str) -> str:
    if kind in ACCOUNT_KINDS:
        mail = account_mail(kind, make_user(language=language))
    else:
        mail = django_mail(letter(kind, language, name="NGUYEN THI LAN THANH " * 2))
    return str(mail.alternatives[0][0])


def too_wide(page: Page) -> int:
    """By how many pixels the mail is wider than the window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return wide


@pytest.mark.parametrize("language", settings.MAIL_LANGUAGES)
def test_no_mail_is_wider_than_the_narrowest_telephone(new_page, language):
    """WCAG 1.4.10. Seen to fail with a Japanese headline that could not break."""
    page: Page = new_page(viewport={"width": 320, "height": 640})
    wide = {}
    for kind in (*KINDS, *ACCOUNT_KINDS):
        page.set_content(html_of(kind, language), wait_until="commit")
        wide[kind] = too_wide(page)
    assert {kind: pixels for kind, pixels in wide.items() if pixels > 0} == {}


@pytest.mark.parametrize("language", settings.MAIL_LANGUAGES)
def test_every_shape_of_mail_reads_well_in_light_and_dark(new_page, language):
    mails = {kind: html_of(kind, language) for kind in SHAPES}
    for look, options in LOOKS.items():
        page: Page = new_page(**options)
        for kind, html in mails.items():
            page.set_content(html)
            assert too_wide(page) <= 0, f"{kind}, {look}"
            tags = {"type": "tag", "values": ["wcag2a", "wcag2aa"]}
            found = Axe().run(page, options={"runOnly": tags, "reporter": "no-passes"})
            assert found.violations_count == 0, f"{kind}, {look}\n{found.generate_report()}"
