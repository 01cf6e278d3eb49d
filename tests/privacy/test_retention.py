"""Nothing is kept longer than is written down."""

import re
import threading
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.models import Holding, Relation, User
from cards.models import CardEvent
from cards.operations import lift_suspension, suspend
from notifications.guardians import tell_guardians
from notifications.models import Delivery, DeliveryState, Notification
from notifications.planner import raise_alerts, tell_events
from notifications.promises import broken
from portal import clock
from privacy import retention
from privacy.exports import ask, make_waiting
from privacy.models import Access, ClosedAccount, DataExport
from privacy.retention import RULES, remove_old
from tests.builders import (
    hold,
    make_card,
    make_clerk,
    make_resident,
    make_staff,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db


def removed(*arguments: str) -> dict[str, int]:
    """What the command says it removed, by category; empty ones left out."""
    out = StringIO()
    call_command("remove_old_data", *arguments, stdout=out)
    lines = re.findall(r"^ *(\d+)  (.+) \(kept \d+ days\)$", out.getvalue(), re.MULTILINE)
    assert [name for _count, name in lines] == [rule.name for rule in RULES]
    return {name: int(count) for count, name in lines if int(count)}


def look(**fields: Any) -> Access:
    plain = {"role": "clerk", "action": "looked", "page": "cards.card", "by": make_clerk()}
    return Access.objects.create(resident=make_resident(), **(plain | fields))


def ago(**length: int) -> Any:
    return clock.now() - timedelta(**length)


def test_the_page_of_the_docs_says_what_the_list_says() -> None:
    text = (Path(settings.BASE_DIR) / "docs" / "privacy.md").read_text()
    written = re.findall(r"^\| (.+) \| (\d+) \|$", text, re.MULTILINE)
    assert written == [(rule.name, str(rule.days)) for rule in RULES]


def test_looks_are_kept_three_years_and_then_removed_though_append_only() -> None:
    old, young = look(at=ago(days=1096)), look(at=ago(days=1094))
    assert removed() == {"looks at personal data": 1}
    assert list(Access.objects.all()) == [young]
    assert old != young


def test_a_dry_run_counts_and_removes_nothing() -> None:
    look(at=ago(days=2000))
    assert removed("--dry-run") == {"looks at personal data": 1}
    assert Access.objects.count() == 1
    assert removed() == {"looks at personal data": 1}
    assert removed() == {}


def test_more_than_a_batch_is_removed_in_batches(monkeypatch: Any) -> None:
    monkeypatch.setattr(retention, "BATCH", 3)
    for _time in range(8):
        look(at=ago(days=2000))
    assert removed() == {"looks at personal data": 8}


@pytest.mark.django_db(transaction=True)
def test_several_that_remove_at_once_do_away_with_each_row_once(monkeypatch: Any) -> None:
    """Seen to fail while rows that were found were counted, and not those that were removed."""
    monkeypatch.setattr(retention, "BATCH", 7)
    for _time in range(30):
        look(at=ago(days=2000))
    counted: list[int] = []

    def removes() -> None:
        try:
            counted.append(sum(done.rows for done in remove_old()))
        finally:
            connection.close()

    threads = [threading.Thread(target=removes) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counted) == 4, "one of them broke"
    assert sum(counted) == 30
    assert not Access.objects.exists()


def test_what_the_time_did_not_suffice_for_is_left_to_the_next_run() -> None:
    look(at=ago(days=2000))
    assert sum(done.rows for done in remove_old(seconds=0)) == 0
    assert sum(done.rows for done in remove_old()) == 1


def test_mails_go_after_a_year_settled_notifications_after_two_and_the_history_never(
    on_day: Any,
) -> None:
    on_day("2026-11-10")
    card = make_card()
    suspend(card, by=None)
    lift_suspension(card, identity_proof="passport", by=make_clerk(card.resident.office))
    tell_events()
    Delivery.objects.update(state=DeliveryState.SENT, sent_at=clock.now())
    on_day("2027-11-11")
    assert removed() == {"mails that left or never will": 2}
    assert Notification.objects.count() == 2
    on_day("2028-11-11")
    assert removed() == {"notifications that are settled": 2}
    assert not Notification.objects.exists()
    on_day("2040-01-01")
    removed()
    assert CardEvent.objects.filter(card=card).count() == 2


def test_a_mail_that_still_waits_is_not_removed(on_day: Any) -> None:
    on_day("2026-11-10")
    suspend(make_card(), by=None)
    tell_events()
    assert Delivery.objects.filter(state=DeliveryState.QUEUED).exists()
    on_day("2030-01-01")
    removed()
    assert Delivery.objects.filter(state=DeliveryState.QUEUED).exists()


def test_an_alert_that_still_holds_stays_and_no_promise_breaks(on_day: Any) -> None:
    on_day("2026-11-10")
    make_card(expires_on=clock.today() + timedelta(days=20), certificates=False)
    raise_alerts()
    for day in ("2026-12-20", "2031-01-01"):
        on_day(day)
        raise_alerts()
        Delivery.objects.filter(state=DeliveryState.QUEUED).update(
            state=DeliveryState.SENT, sent_at=clock.now()
        )
        removed()
    assert broken() == []
    assert Notification.objects.exists()


def test_a_download_is_erased_after_a_week_and_forgotten_after_90_days(on_day: Any) -> None:
    on_day("2026-11-10")
    ask(make_user(), "en")
    make_waiting()
    on_day("2026-11-18")
    assert removed()["files of downloads"] == 1
    assert DataExport.objects.get().content is None
    on_day("2027-02-10")
    assert removed()["downloads asked for"] == 1


def test_only_accounts_that_nobody_ever_confirmed_or_used_are_removed(on_day: Any) -> None:
    on_day("2026-11-10")
    never = User.objects.create_user("never@example.org", "x")
    confirmed = make_user()
    staff = make_staff("clerk")
    staff.emailaddress_set.all().delete()
    on_day("2026-12-09")
    assert "accounts never confirmed" not in removed()
    on_day("2026-12-11")
    assert removed()["accounts never confirmed"] == 1
    assert set(User.objects.all()) == {confirmed, staff}
    assert never not in User.objects.all()


def test_sessions_that_ended_are_removed(on_day: Any) -> None:
    on_day("2026-11-10")
    client = Client()
    sign_in(client, make_user())
    assert "sessions that ended" not in removed()
    on_day("2027-11-10")
    assert removed()["sessions that ended"] == 1


def test_links_and_notices_of_guardians_go_after_their_child_turned_18(on_day: Any) -> None:
    grown = make_card(make_resident(birth_date=date(2008, 11, 10)), certificates=False)
    child = make_card(make_resident(birth_date=date(2012, 1, 1)), certificates=False)
    for card in (grown, child):
        hold(make_user(), card.resident, Relation.GUARDIAN)
    on_day("2026-11-10")
    tell_guardians()
    on_day("2027-02-07")
    assert "links of guardians whose child turned 18" not in removed()
    on_day("2027-02-09")
    assert removed()["links of guardians whose child turned 18"] == 1
    assert [one.resident for one in Holding.objects.all()] == [child.resident]
    assert not Notification.objects.exists()


def test_numbers_of_closed_accounts_go_after_three_years(on_day: Any) -> None:
    on_day("2026-11-10")
    ClosedAccount.objects.create(number=7)
    on_day("2029-11-10")
    assert removed() == {"numbers of closed accounts": 1}


def test_beat_starts_it_every_night_and_the_downloads_every_half_minute() -> None:
    from portal.celery import app

    app.loader.import_default_modules()
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["task"] in app.tasks
    named = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {"privacy.tasks.remove_old_data", "privacy.tasks.make_downloads"} <= named
