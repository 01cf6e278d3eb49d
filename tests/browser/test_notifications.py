"""The inbox and all around it, in a real browser: on a phone, and without JavaScript."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import icalendar
import pytest
from playwright.sync_api import Page, expect

from accounts.models import Relation, User
from accounts.operations import set_contact
from notifications.models import MailTrouble, Notification, Preference
from notifications.outbox import send_queue
from notifications.planner import raise_alerts
from portal import clock
from tests.browser.journeys import axe_finds
from tests.builders import hold, make_card, make_clerk, make_resident, make_user
from tests.servers.smtp import SmtpSink

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lan() -> User:
    """Told 20 days before her card expires; she looks after a child's card as well."""
    user = make_user("lan@example.net")
    for name, relation in (("NGUYEN THI LAN", Relation.SELF), ("NGUYEN VAN MINH", "guardian")):
        resident = make_resident(name=name, email="lan@example.org")
        hold(user, resident, Relation(relation))
        make_card(resident, expires_on=clock.today() + timedelta(days=20), certificates=False)
    raise_alerts()
    return user


def looked_over(page: Page) -> None:
    """Nothing that axe finds, nothing to be moved sideways for on the narrowest screen, and
    nothing too small for a thumb."""
    assert axe_finds(page) == [], page.url
    small = page.evaluate(
        """() => [...document.querySelectorAll('main a, main button, main select, .sub-nav a')]
          .filter(e => e.getClientRects().length && !e.closest('p, dd, h2, td')
            && !e.matches('.link-list a'))
          .filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 80))"""
    )
    assert small == [], page.url
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    page.set_viewport_size({"width": 390, "height": 844})


def test_one_is_told_says_that_it_is_done_takes_it_back_and_asks_to_be_reminded(
    new_page: Callable[..., Page], sign_in: Callable[..., None], lan: User
) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(page, lan)
    page.goto("/en/")
    count = page.get_by_role("link", name="Notifications 2 new")
    expect(count).to_be_visible()
    count.click()
    page.get_by_role("link", name="NGUYEN VAN MINH", exact=True).click()
    expect(page.locator(".link-list > li")).to_have_count(1)
    page.locator(".link-list a").click()

    page.get_by_role("button", name="I have done this").click()
    expect(page.get_by_text("It stands until the office records it.")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("expires in 20 days"))).to_have_count(2)
    expect(page.get_by_role("link", name="Notifications 1 new")).to_be_visible()
    page.get_by_role("button", name="It is not done").click()
    page.get_by_label("Remind me again in").select_option("7")
    page.get_by_role("button", name="Remind me again").click()
    expect(page.get_by_text("You are reminded again on")).to_be_visible()
    page.get_by_role("button", name="Do not remind me on that day").click()
    page.get_by_role("button", name="Mark as not read").click()
    page.get_by_role("link", name=re.compile("^New ")).first.click()
    expect(page.locator(".link-list > li")).to_have_count(2)
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_role("link", name="Notifications", exact=True).first).to_be_visible()
    assert not Notification.objects.filter(read_at=None).exists()


def test_mails_are_chosen_for_a_child_and_what_cannot_be_turned_off_says_why(
    new_page: Callable[..., Page],
    sign_in: Callable[..., None],
    lan: User,
    expected_trouble: list[str],
) -> None:
    expected_trouble.append("422")
    page = new_page(java_script_enabled=False)
    sign_in(page, lan)
    page.goto("/en/notifications/preferences/")
    expect(page.get_by_text("If somebody else did it, you have to know at once.")).to_be_visible()
    page.get_by_role("link", name="Change the mails about the card of NGUYEN VAN MINH").click()
    page.get_by_label("Electronic certificates expire").uncheck()
    page.get_by_label("From 14 days before").check()
    page.get_by_label(re.compile("One mail a day")).check()
    page.get_by_label("Language of these mails").select_option("ja")
    page.get_by_role("button", name="Keep this").click()
    expect(page.get_by_text("Your choice is kept.")).to_be_visible()
    kept = Preference.objects.get()
    assert (kept.earliest, kept.daily, kept.language) == (14, True, "ja")
    assert [group.value for group in kept.turned_off] == ["certificates"]


def test_a_calendar_is_made_read_and_ended(
    new_page: Callable[..., Page], sign_in: Callable[..., None], lan: User, live_server: Any
) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(page, lan)
    page.goto("/en/notifications/")
    page.get_by_role("link", name="Calendar").click()
    page.get_by_role("button", name="Make my address").click()
    address = re.sub(r"https?://[^/]+", live_server.url, page.locator("main code").inner_text())
    expect(page.get_by_role("link", name="Open it in a calendar program")).to_be_visible()
    elsewhere = new_page()  # a calendar program knows no cookie
    answer = elsewhere.request.get(address)
    assert answer.ok
    events = icalendar.Calendar.from_ical(answer.body()).walk("VEVENT")
    assert len(events) == 2
    page.goto("/en/notifications/calendar/")
    page.get_by_role("button", name="End this calendar").click()
    expect(page.get_by_text("The address no longer works.")).to_be_visible()
    assert elsewhere.request.get(address).status == 404


def test_mail_that_does_not_arrive_is_told_to_its_owner_and_mended_at_the_desk(
    new_page: Callable[..., Page],
    sign_in: Callable[..., None],
    lan: User,
    smtp_sink: SmtpSink,
) -> None:
    smtp_sink.behave("5xx")
    send_queue()
    page = new_page(java_script_enabled=False)
    sign_in(page, lan)
    page.goto("/en/")
    expect(page.get_by_role("heading", name="Mail does not reach you")).to_be_visible()
    page.get_by_role("link", name="The office and its telephone number").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My information")
    page.goto("/en/notifications/mails/")
    expect(page.get_by_text("Failed").first).to_be_visible()

    desk = new_page(viewport={"width": 1280, "height": 900})
    resident = lan.holdings.get(relation="self").resident
    sign_in(desk, make_clerk(resident.office))
    desk.goto("/admin/")
    desk.get_by_role("link", name=re.compile("People whom mail does not reach")).first.click()
    expect(desk.locator("#result_list tbody tr")).to_have_count(2)
    desk.goto(f"/admin/notifications/mailtrouble/{resident.mail_trouble.pk}/change/")
    assert axe_finds(desk) == [], desk.url
    desk.get_by_role("button", name="The address works again").click()
    expect(desk.get_by_role("heading", name="What will happen")).to_be_visible()
    assert axe_finds(desk) == []
    desk.get_by_role("button", name="The address works again").click()
    expect(desk.get_by_text("Mail goes to this address again.")).to_be_visible()
    for trouble in MailTrouble.objects.all():
        assert trouble.resident
        set_contact(trouble.resident, email="minh@example.org", language="en")
    page.goto("/en/")
    expect(page.get_by_role("heading", name="Mail does not reach you")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_page_of_it_is_for_everyone(
    page: Page, sign_in: Callable[..., None], lan: User, smtp_sink: SmtpSink, language: str
) -> None:
    smtp_sink.behave("5xx", to="lan@example.org")
    send_queue()
    sign_in(page, lan)
    told = Notification.objects.all()[0]
    held = lan.holdings.get(relation="guardian")
    for path in (
        "",
        "?show=done",
        "mails/",
        f"{told.pk}/",
        "preferences/",
        f"preferences/{held.pk}/",
        "calendar/",
    ):
        page.goto(f"/{language}/notifications/{path}")
        looked_over(page)
    page.locator("main form").first.get_by_role("button").click()
    expect(page.locator("main code")).to_be_visible()
    looked_over(page)
