"""Everything about me, to take along: asked for, made in the background, fetched, erased."""

import io
import json
import threading
import zipfile
from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from kombu.exceptions import OperationalError

from accounts.models import Relation, User
from cards.operations import suspend
from cards.rules.kinds import PinKind
from notifications.outbox.account_mails import send_account_mails
from privacy import exports, tasks
from privacy.archive import archive
from privacy.collect import everything_about
from privacy.exports import ask, make_waiting
from privacy.models import Access, DataExport, ExportState
from tests.builders import (
    PASSWORD,
    hold,
    make_card,
    make_clerk,
    make_move,
    make_pin,
    make_resident,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db

ASK, PAGE = "/en/privacy/download/ask/", "/en/privacy/download/"


@pytest.fixture(autouse=True)
def hints(monkeypatch: Any) -> list[int]:
    """No broker is asked; how often a hint was given."""
    given: list[int] = []
    monkeypatch.setattr(tasks.make_downloads, "delay", lambda: given.append(1))
    return given


@pytest.fixture
def user() -> User:
    return make_user("lan@example.org")


def signed_in(user: User, *, shown_again: bool = True) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    if shown_again:
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def text(client: Client, page: str = PAGE) -> str:
    return client.get(page).content.decode()


def unzipped(content: bytes) -> tuple[str, Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        assert sorted(bundle.namelist()) == ["my-data.html", "my-data.json"]
        return bundle.read("my-data.html").decode(), json.loads(bundle.read("my-data.json"))


def test_from_asking_to_the_file(user: User, django_capture_on_commit_callbacks: Any) -> None:
    hold(user, make_card(make_resident(name="NGUYEN THI LAN")).resident)
    client = signed_in(user)
    assert "Ask for a download" in text(client)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(ASK).headers["Location"] == PAGE
    assert "being made" in text(client)

    assert make_waiting() == 1
    send_account_mails()
    (letter,) = mail.outbox
    assert letter.to == ["lan@example.org"]
    assert PAGE in letter.body
    assert "NGUYEN" not in letter.body
    assert "Your download is ready" in text(client)

    answer = client.get(f"/en/privacy/download/{DataExport.objects.get().pk}/file/")
    assert answer.headers["Content-Type"] == "application/zip"
    assert "no-store" in answer.headers["Cache-Control"]
    page, data = unzipped(answer.content)
    assert "NGUYEN THI LAN" in page
    assert data["people"][0]["name"] == "NGUYEN THI LAN"


def test_asking_and_fetching_want_to_know_once_more_who_is_there(user: User) -> None:
    client = Client()
    sign_in(client, user)
    file = reverse("privacy:download-file", args=[ask(user, "en").pk])
    make_waiting()
    for address in (ASK, file):
        answer = client.get(address)
        assert answer.status_code == 302
        assert "/reauthenticate/" in answer.headers["Location"]
    before = DataExport.objects.count()
    client.post(ASK)
    assert DataExport.objects.count() == before


def test_another_persons_file_is_not_there(user: User) -> None:
    row = ask(user, "en")
    make_waiting()
    stranger = signed_in(make_user())
    assert stranger.get(reverse("privacy:download-file", args=[row.pk])).status_code == 404
    assert stranger.get(reverse("privacy:download-file", args=[999_999])).status_code == 404
    assert "Your download is ready" not in text(stranger)


def test_it_is_made_without_a_broker_at_beats_next_turn(
    user: User, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    def gone() -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks.make_downloads, "delay", gone)
    client = signed_in(user)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(ASK).status_code == 302
    tasks.make_downloads()
    assert "Your download is ready" in text(client)


def test_after_seven_days_it_is_erased_even_before_any_job_ran(user: User, on_day: Any) -> None:
    on_day("2026-11-10")
    row = ask(user, "en")
    make_waiting()
    on_day("2026-11-17", at="12:01")
    client = signed_in(user)
    assert "Your last download was erased" in text(client)
    assert client.get(reverse("privacy:download-file", args=[row.pk])).status_code == 404
    make_waiting()
    row.refresh_from_db()
    assert row.content is None
    assert row.state == ExportState.EXPIRED


def test_asked_twice_it_is_made_once(user: User) -> None:
    assert ask(user, "en") == ask(user, "ja")
    assert make_waiting() == 1
    send_account_mails()
    assert len(mail.outbox) == 1


def test_a_new_one_replaces_the_old_one(user: User) -> None:
    first = ask(user, "en")
    make_waiting()
    ask(user, "en")
    first.refresh_from_db()
    assert first.content is None
    make_waiting()
    assert DataExport.objects.filter(content__isnull=False).count() == 1


def test_more_than_five_a_day_are_refused_with_a_plain_word(user: User, on_day: Any) -> None:
    on_day("2026-11-10")
    for _time in range(5):
        ask(user, "en")
        make_waiting()
    client = signed_in(user)
    answer = client.post(ASK)
    assert answer.status_code == 429
    assert "wait until tomorrow" in answer.content.decode()
    on_day("2026-11-11", at="12:01")
    assert signed_in(user).post(ASK).status_code == 302


def test_what_cannot_be_made_is_tried_again_and_then_says_so(
    user: User, monkeypatch: Any, on_day: Any
) -> None:
    def breaks(*_args: Any) -> bytes:
        raise RuntimeError("the disk is full")

    row = ask(user, "en")
    with monkeypatch.context() as patch:
        patch.setattr(exports, "archive", breaks)
        for _turn in range(5):
            make_waiting()
            DataExport.objects.filter(leased_until__isnull=False).update(leased_until=row.asked_at)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (ExportState.FAILED, exports.TRIES)
    send_account_mails()
    assert "could not be made" in mail.outbox[0].subject
    client = signed_in(user)
    assert "Try again" in text(client)
    client.post(ASK)
    assert make_waiting() == 1
    assert "Your download is ready" in text(client)


def test_one_whose_maker_died_is_made_again_when_its_lease_ends(user: User, on_day: Any) -> None:
    on_day("2026-11-10", at="12:00")
    row = ask(user, "en")
    assert exports._claim() == row
    assert make_waiting() == 0
    on_day("2026-11-10", at="12:16")
    assert make_waiting() == 1


def test_a_mail_server_that_is_down_owes_the_mail_and_not_the_file(
    user: User, monkeypatch: Any
) -> None:
    ask(user, "en")

    def down(*_args: Any) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(exports, "_tell", down)
        assert make_waiting() == 1
    assert "Your download is ready" in text(signed_in(user))
    make_waiting()
    make_waiting()
    send_account_mails()
    assert len(mail.outbox) == 1


def test_what_an_account_that_was_closed_meanwhile_asked_for_goes_nowhere(
    user: User, monkeypatch: Any
) -> None:
    from privacy.closing import close_account

    ask(user, "en")

    def closed_meanwhile(owner: User, language: str) -> bytes:
        close_account(owner)
        return b"too late"

    monkeypatch.setattr(exports, "archive", closed_meanwhile)
    assert make_waiting() == 0
    assert not DataExport.objects.exists()
    send_account_mails()
    assert [m for m in mail.outbox if "ready" in m.subject] == []


@pytest.mark.django_db(transaction=True)
def test_twenty_that_ask_at_once_get_one_download() -> None:
    """Seen to fail without the constraint on waiting rows: several were made."""
    user = make_user()
    trouble: list[BaseException] = []

    def asks() -> None:
        try:
            ask(user, "en")
        except BaseException as caught:
            trouble.append(caught)
        finally:
            connection.close()

    threads = [threading.Thread(target=asks) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == []
    assert DataExport.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_several_makers_at_once_make_it_once_and_write_once(monkeypatch: Any) -> None:
    """Seen to fail with a claim that reads first and writes then."""
    put_together: list[int] = []

    def counted(user: User, language: str) -> bytes:
        put_together.append(user.pk)
        return archive(user, language)

    monkeypatch.setattr(exports, "archive", counted)
    for _person in range(4):
        ask(make_user(), "en")
    made: list[int] = []

    def makes() -> None:
        try:
            made.append(make_waiting())
        finally:
            connection.close()

    threads = [threading.Thread(target=makes) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    make_waiting()
    assert sum(made) == len(put_together) == 4
    assert DataExport.objects.filter(state=ExportState.READY, attempts=1).count() == 4
    send_account_mails()
    assert len(mail.outbox) == 4


def test_a_child_who_turned_18_is_not_in_the_parents_download(user: User, on_day: Any) -> None:
    child = make_resident(name="NGUYEN VAN MINH", birth_date=date(2008, 11, 22))
    hold(user, child, Relation.GUARDIAN)
    on_day("2026-11-21")
    assert [part.name for part in everything_about(user)] == [user.email, "NGUYEN VAN MINH"]
    on_day("2026-11-22")
    assert [part.name for part in everything_about(user)] == [user.email]


def test_it_holds_the_persons_own_data_and_the_childs_each_in_a_part_of_its_own(
    user: User,
) -> None:
    own = make_card(make_resident(name="NGUYEN THI LAN"), reference="OWN-1")
    child = make_card(make_resident(name="NGUYEN VAN MINH"), reference="CHILD-1")
    make_card(make_resident(name="SUHARTO"), reference="OTHER-1")
    hold(user, own.resident)
    hold(user, child.resident, Relation.GUARDIAN)
    other_parent = make_user("other.parent@example.org")
    hold(other_parent, child.resident, Relation.GUARDIAN)
    clerk = make_clerk(email="clerk.name@example.org")
    suspend(own, by=clerk)
    make_move(child, moved_in_on=own.issued_on)
    make_pin(own, PinKind.USER_PROOF, "7294")
    Access.objects.create(
        by=clerk, role="clerk", action="looked", page="cards.card", resident=own.resident
    )

    page, data = unzipped(archive(user, "en"))
    mine, childs = data["people"]
    assert (mine["name"], mine["relation"]) == ("NGUYEN THI LAN", "self")
    assert (childs["name"], childs["relation"]) == ("NGUYEN VAN MINH", "guardian")
    assert mine["records"]["cards.card"][0]["reference"] == "OWN-1"
    assert childs["records"]["cards.move"][0]["moved_in_on"] == own.issued_on.isoformat()
    assert mine["records"]["cards.cardevent"][0]["by"] == "other"
    assert mine["records"]["privacy.access"][0]["role"] == "clerk"
    assert data["account"]["accounts.user"][0]["email"] == user.email
    written = page + json.dumps(data)
    for hidden in (
        "OTHER-1",
        "SUHARTO",
        other_parent.email,
        clerk.email,
        user.password,
        "argon2",
        '"sealed"',
    ):
        assert hidden not in written, hidden


def test_the_readable_page_speaks_the_language_it_was_asked_for_in(user: User) -> None:
    hold(user, make_card().resident)
    page, _data = unzipped(archive(user, "ja"))
    assert 'lang="ja"' in page
    assert "氏名" in page
    assert "http" not in page.replace("http-equiv", ""), "it needs nothing from anywhere"


def test_every_table_with_a_row_about_me_is_in_it() -> None:
    """Walks the register over a person who has one of everything there is to have."""
    from privacy.register import tables
    from tests.security.routes import World

    world = World()
    user = world.people["resident"]
    assert user
    data = json.loads(unzipped_json(archive(user, "en")))
    found = set(data["account"]) | set(data["people"][0]["records"])
    for table in tables():
        from django.apps import apps

        rows = apps.get_model(table.model)._default_manager
        mine = (table.account and rows.filter(**{table.account: user.pk}).exists()) or (
            table.resident and rows.filter(**{table.resident: world.card.resident_id}).exists()
        )
        assert not mine or table.model in found, table.model
    assert len(found) >= 10


def unzipped_json(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        return bundle.read("my-data.json").decode()


def test_an_individual_number_that_slipped_in_somewhere_does_not_get_out(user: User) -> None:
    hold(user, make_resident(address="2-3-4 Minami 123456789018"))
    page, data = unzipped(archive(user, "en"))
    assert "123456789018" not in page + json.dumps(data)
