"""Sent mail in the browser: there while trying out, never in a real installation."""

from email.message import EmailMessage

import pytest
from django.http import Http404
from django.test import RequestFactory
from django.urls import include, path

from portal import urls as portal_urls
from portal.mailbox import views
from portal.mailbox.store import Store

# The suite runs without DEBUG, so the real addresses do not name the mailbox.
urlpatterns = [path("mailbox/", include("portal.mailbox.urls")), *portal_urls.urlpatterns]

EVIL = (
    "<html><head><title>x</title></head><body style='color: red'>"
    "<script>document.title = 'owned'</script>"
    "<img src='https://tracker.example.org/pixel.gif' onerror='parent.owned = 1'>"
    "<p>Bring the card.</p></body></html>"
)


@pytest.fixture
def store(settings, tmp_path):
    settings.MAILBOX_DIR = tmp_path / "mail"
    return Store(settings.MAILBOX_DIR)


@pytest.fixture
def trying_out(settings):
    settings.DEBUG = True
    settings.ROOT_URLCONF = __name__


def a_mail(to="lan@example.org", subject="Your card", html=EVIL) -> bytes:
    message = EmailMessage()
    message["To"], message["Subject"] = to, subject
    message["Date"] = "Sun, 22 Nov 2026 09:00:00 +0900"
    message.set_content("Bring the card, please.")
    message.add_alternative(html, subtype="html")
    message.add_attachment(b"BEGIN:VCALENDAR", "text", "calendar", filename="days.ics")
    return bytes(message)


@pytest.mark.usefixtures("trying_out")
def test_mails_are_listed_newest_first_and_by_recipient(client, store):
    store.keep(["lan@example.org"], a_mail(subject="First"))
    store.keep(["bob@example.org"], a_mail(to="bob@example.org", subject="Second"))
    page = client.get("/mailbox/").content.decode()
    assert page.index("Second") < page.index("First")
    page = client.get("/mailbox/?to=LAN@example.org").content.decode()
    assert "First" in page
    assert "Second" not in page


@pytest.mark.usefixtures("trying_out")
def test_the_eleventh_mail_is_newer_than_the_second(client, store):
    for number in range(1, 12):
        store.keep(["lan@example.org"], a_mail(subject=f"Mail no. {number}."))
    page = client.get("/mailbox/").content.decode()
    assert page.index("Mail no. 11.") < page.index("Mail no. 10.") < page.index("Mail no. 2.")


@pytest.mark.usefixtures("trying_out")
def test_a_mail_shows_its_text_headers_and_attachments(client, store):
    store.keep(["lan@example.org"], a_mail())
    page = client.get("/mailbox/1/").content.decode()
    assert "Bring the card, please." in page
    assert "Delivered-To: lan@example.org" in page
    assert "days.ics (text/calendar, 15\xa0bytes)" in page
    assert "<script>document" not in page


@pytest.mark.usefixtures("trying_out")
def test_a_mails_html_may_be_styled_and_nothing_more(client, store):
    store.keep(["lan@example.org"], a_mail())
    answer = client.get("/mailbox/1/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "style-src 'unsafe-inline'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    # Only that one document: the page around it keeps the strict policy.
    around = client.get("/mailbox/1/").headers["Content-Security-Policy"]
    assert "unsafe-inline" not in around
    assert "frame-src 'self'" in around


@pytest.mark.usefixtures("trying_out")
@pytest.mark.parametrize("address", ["/mailbox/7/", "/mailbox/7/html"])
def test_a_mail_that_is_not_there_is_not_found(client, store, address):
    assert client.get(address).status_code == 404


def test_a_real_installation_has_no_mailbox(client, store, settings):
    assert settings.DEBUG is False
    store.keep(["lan@example.org"], a_mail())
    for address in ("/mailbox/", "/mailbox/1/", "/mailbox/1/html"):
        assert client.get(address).status_code == 404


def test_even_if_its_addresses_were_named(store):
    store.keep(["lan@example.org"], a_mail())
    request = RequestFactory().get("/mailbox/")
    with pytest.raises(Http404):
        views.mailbox(request)
    for view in (views.mail, views.mail_html):
        with pytest.raises(Http404):
            view(request, number=1)  # type: ignore[call-arg]


@pytest.mark.browser
@pytest.mark.usefixtures("trying_out")
def test_a_browser_shows_the_html_and_runs_nothing_of_it(page, store, expected_trouble):
    # The mail tries to run a script and to load a picture; the browser says that it refused.
    expected_trouble += ["Content Security Policy", "sandboxed", "Blocked script"]
    store.keep(["lan@example.org"], a_mail())
    page.goto("/mailbox/")
    page.get_by_role("link", name="Your card").click()
    inside = page.frame_locator("iframe")
    inside.get_by_text("Bring the card.").wait_for()
    assert inside.locator("body").evaluate("b => getComputedStyle(b).color") == "rgb(255, 0, 0)"
    assert page.evaluate("window.owned") is None
    assert inside.locator("title").evaluate("t => t.textContent") == "x"
