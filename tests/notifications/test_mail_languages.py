"""In every language of mails, every mail is whole: no text of it falls back to English."""

import polib
import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from notifications.messages.mail import django_mail
from tests.builders import make_user
from tests.mails import ACCOUNT_KINDS, CODE, KINDS, WITH_CODE, account_mail, letter, read

OTHERS = [language for language in settings.MAIL_LANGUAGES if language != "en"]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str | None, str]]:
    """Each text that is put into words meanwhile: language, context and text."""
    found: set[tuple[str, str | None, str]] = set()
    real = translation._trans

    def note(context: str | None, text: str) -> None:
        found.add((translation.get_language() or "", context, text))

    def gettext(text, real=real.gettext):
        note(None, text)
        return real(text)

    def pgettext(context, text, real=real.pgettext):
        note(context, text)
        return real(context, text)

    def ngettext(one, many, number, real=real.ngettext):
        note(None, one)
        return real(one, many, number)

    for function in (gettext, pgettext, ngettext):
        monkeypatch.setattr(real, function.__name__, function)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("language", OTHERS)
def test_no_text_of_any_mail_falls_back_to_english(asked, language):
    """A text left out of the catalogue fails here, wherever in the code it stands."""
    for kind in KINDS:
        django_mail(letter(kind, language)).message()
    user = make_user(language=language)
    for kind in ACCOUNT_KINDS:
        account_mail(kind, user).message()
    locale = settings.BASE_DIR / "locale" / translation.to_locale(language)
    known = {
        (entry.msgctxt, entry.msgid)
        for entry in polib.pofile(str(locale / "LC_MESSAGES" / "django.po"))
        if entry.translated()
    }
    wanted = {(context, text) for one, context, text in asked if one == language and text}
    assert len(wanted) > 150
    missing = wanted - known
    assert missing == set()


@pytest.mark.django_db
@pytest.mark.parametrize("language", settings.MAIL_LANGUAGES)
@pytest.mark.parametrize("kind", ACCOUNT_KINDS)
def test_a_mail_about_an_account_keeps_its_contract(kind, language):
    """Parts, headers, links and language; the code stands in it once a part, and no secret else."""
    user = make_user(language=language)
    message = read(account_mail(kind, user).message().as_bytes())
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert message["To"] == user.email
    assert message["From"] == settings.DEFAULT_FROM_EMAIL
    assert message["Content-Language"] == language
    assert message["Auto-Submitted"] == "auto-generated"
    assert "List-Unsubscribe" not in message
    assert CODE not in message["Subject"]
    pages = "ja" if language == "ja" else "en"
    for part in ("plain", "html"):
        text = message.get_body(part).get_content()
        assert text.count(CODE) == (1 if kind in WITH_CODE else 0)
        for secret in (user.password, "correct horse", "203.0.113.7"):
            assert secret not in text
        for link in text.split():
            if link.startswith("http") and "w3.org" not in link:
                assert link.startswith(f"{settings.SITE_URL}/{pages}/")
    html = message.get_body("html").get_content()
    assert f'<html lang="{language}"' in html
    assert "<img" not in html
    assert "<script" not in html


@pytest.mark.django_db
def test_links_in_a_mail_lead_to_pages_that_there_are():
    """Pages speak fewer languages than mails."""
    plain = read(django_mail(letter("card_expiry 14", "vi")).message().as_bytes())
    for link in plain.get_body("plain").get_content().split():
        if link.startswith(settings.SITE_URL) and "turn-off" not in link:
            assert Client().get(link.removeprefix(settings.SITE_URL)).status_code == 200


def test_mails_in_vietnamese_address_their_reader_in_one_way():
    """Seen to fail with one sentence of the mail of the day that said “quý vị”."""
    catalogue = (settings.BASE_DIR / "locale/vi/LC_MESSAGES/django.po").read_text().lower()
    written = catalogue.replace('"\n"', "")
    assert "bạn" in written
    assert "quý vị" not in written
