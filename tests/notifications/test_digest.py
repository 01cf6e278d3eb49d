"""What an office is told on weekdays: how much waits, where, and nobody's name."""

import re
import threading
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.models import ClosedDays
from cards.operations import request_reissue
from cards.rules.kinds import ReissueReason
from notifications.digest import digest, tell_offices
from notifications.models import AccountMail, Delivery, MailTrouble
from notifications.outbox.account_mails import send_account_mails
from notifications.planner import raise_alerts
from portal import clock
from tests.builders import (
    make_card,
    make_clerk,
    make_move,
    make_office,
    make_resident,
    make_user,
    sign_in,
)
from tests.servers.smtp import SmtpSink

pytestmark = pytest.mark.django_db
MONDAY, SATURDAY = "2027-03-01", "2027-03-06"


@pytest.fixture(autouse=True)
def _a_monday(on_day: Any) -> None:
    on_day(MONDAY, at="07:30")


def an_office(language: str = "en", email: str = "counter@city.example") -> Any:
    office = make_office()
    office.staff_email, office.staff_language = email, language
    office.save()
    return office


def something_waits() -> Any:
    """A card about to lapse, an application, a mail that did not reach and one set aside."""
    resident = make_resident(email="lan@private.example", name="NGUYEN THI LAN")
    card = make_card(resident, expires_on=date(2027, 12, 31), certificates=False)
    make_move(card, moved_in_on=date(2027, 2, 20))
    request_reissue(card, by=make_user(), reason=ReissueReason.DAMAGED, with_certificates=True)
    raise_alerts()
    MailTrouble.objects.create(
        resident=resident, address=resident.email, hard=True, failing_since=clock.now()
    )
    Delivery.objects.update(state="failed", reason="550 no", set_aside_at=clock.now())
    return card


def told(sink: SmtpSink) -> Any:
    tell_offices()
    send_account_mails()
    (mail,) = sink.messages
    return mail


def test_an_office_is_told_what_waits_with_counts_and_links_and_no_person(
    smtp_sink: SmtpSink,
) -> None:
    office, card = an_office(), something_waits()
    mail = told(smtp_sink)
    body = mail.get_body(("plain",)).get_content()
    assert mail["To"] == "counter@city.example"
    assert mail["Subject"] == "What waits at Hinode City Office on 1 March 2027"
    assert mail["Content-Language"] == "en"
    for line in (
        "Applications for a new card to decide: 1",
        "Cards that lapse within 14 days unless a move is completed: 1",
        "People whom mail does not reach: 1",
        "Mails set aside after too many tries: 1",
    ):
        assert line in body
    for private in ("LAN", card.reference, "private.example", "Minami"):
        assert private not in body
    clerk = Client()
    sign_in(clerk, make_clerk(office))
    links = re.findall(r"http://localhost:8000(/admin/\S*)", body)
    assert len(links) == 5
    for link in links:
        assert clerk.get(link).status_code == 200, link


def test_it_comes_in_the_language_of_the_staff(smtp_sink: SmtpSink) -> None:
    an_office("ja")
    something_waits()
    mail = told(smtp_sink)
    assert mail["Content-Language"] == "ja"
    assert mail["Subject"].strip() == "日の出市役所で待っている手続き（2027年3月1日）"


def test_when_nothing_waits_there_is_no_mail_that_day() -> None:
    office = an_office()
    assert digest(office) is None
    assert tell_offices() == 0
    assert not AccountMail.objects.exists()


def test_an_office_hears_of_its_own_only() -> None:
    an_office()
    other = make_office("900002", name_en="Other", staff_email="other@town.example")
    something_waits()
    assert tell_offices() == 1
    assert digest(other) is None


def test_an_office_without_an_address_is_not_written_to() -> None:
    an_office(email="")
    something_waits()
    assert tell_offices() == 0


def test_once_a_weekday_and_not_on_a_saturday(on_day: Any) -> None:
    an_office()
    something_waits()
    assert [tell_offices(), tell_offices()] == [1, 0]
    on_day("2027-03-02", at="07:30")
    assert tell_offices() == 1
    on_day(SATURDAY, at="07:30")
    assert tell_offices() == 0


def test_nobody_is_written_to_on_a_day_on_which_nobody_is_there(on_day: Any) -> None:
    """A holiday, a day of the office's own, a weekday of every week. Seen to fail on all three."""
    office, other = an_office(), make_office("900002", name_en="Other")
    something_waits()
    tuesday, wednesday = date(2027, 3, 2), date(2027, 3, 3)
    ClosedDays.objects.create(first_on=tuesday, last_on=tuesday, name="A holiday")
    ClosedDays.objects.create(office=office, first_on=wednesday, last_on=wednesday, name="A move")
    ClosedDays.objects.create(
        office=other, first_on=date(2027, 3, 1), last_on=date(2027, 12, 31), name="Not this one"
    )
    office.closed_weekdays = "467"  # Thursdays, and at the end of the week
    office.save()
    told_on = []
    for day in range(1, 8):
        on_day(f"2027-03-0{day}", at="07:30")
        if tell_offices():
            told_on.append(day)
    assert told_on == [1, 5]


def test_what_was_not_sent_by_the_evening_is_not_sent(smtp_sink: SmtpSink, on_day: Any) -> None:
    an_office()
    something_waits()
    tell_offices()
    on_day(MONDAY, at="19:31")
    assert send_account_mails().cancelled == 1
    assert not smtp_sink.messages


def test_the_command_says_how_many_were_told() -> None:
    an_office()
    something_waits()
    out = StringIO()
    call_command("tell_offices", stdout=out)
    assert out.getvalue() == "1 offices told.\n"


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_at_once_tell_each_office_once() -> None:
    """Seen to fail (two mails) with the day read first and written afterwards."""
    an_office()
    something_waits()
    start = threading.Barrier(4)

    def tell() -> None:
        start.wait()
        try:
            tell_offices()
        finally:
            connection.close()

    threads = [threading.Thread(target=tell) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert AccountMail.objects.count() == 1
