"""Imports that the database itself refuses: none of them goes round for ever."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from cards.importing.known_cards import KnownCards
from cards.importing.new_cards import NewCards
from cards.importing.requests import agree, send_in
from cards.importing.worker import TRIES, run_waiting
from cards.models import Card, CardImport, ImportState
from portal import clock
from tests.builders import make_card, make_clerk, make_office, make_resident, sign_in
from tests.cards.importing import line, whole_database, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client: Client) -> Any:
    """Signed in; works at 900001."""
    person = make_clerk()
    sign_in(client, person)
    return person


@pytest.fixture
def job(clerk: Any, tmp_path: Any) -> CardImport:
    """A file of two cards, sent in."""
    content = [written(tmp_path / "cards.csv", line(), line(reference="H-2")).read_bytes()]
    return send_in(office=clerk.offices.get(), by=clerk, name="cards.csv", content=content)


def page(client: Client, job: CardImport) -> str:
    shown = client.get(f"/admin/cards/cardimport/{job.pk}/change/").content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown))


def run_until_it_rests(job: CardImport, clerk: Any, most: int = 20) -> list[str]:
    """Let workers come, and the clerk agree to each preview, until nothing moves on.

    Gives the states in which workers found it.
    """
    found = []
    for _ in range(most):
        job.refresh_from_db()
        if job.state == ImportState.CHECKED:
            agree(job.pk, by=clerk, digest=job.digest)
            continue
        if not job.is_running:
            break
        found.append(job.state)
        # Its turn has come.
        CardImport.objects.filter(pk=job.pk).update(leased_until=clock.now() - timedelta(1))
        run_waiting()
    return found


def breaking(sql: str, after: Any) -> Any:
    """`after`, and then a statement that breaks a constraint of the database."""

    def broken(self: Any, *args: Any) -> Any:
        given = after(self, *args)
        with connection.cursor() as cursor:
            cursor.execute(sql)
        return given

    return broken


NO_SUCH_VARIANT = "UPDATE cards_card SET variant = 'paper'"
ONE_REFERENCE = "UPDATE cards_card SET reference = 'H-2'"


def test_rows_that_break_a_rule_of_the_database_end_as_broken_off_with_the_reason(
    client, clerk, job, monkeypatch, caplog
):
    """Seen to fail while every such refusal counted as overtaken: it was checked for ever."""
    monkeypatch.setattr(NewCards, "insert", breaking(NO_SUCH_VARIANT, NewCards.insert))
    caplog.set_level(logging.INFO)
    found = run_until_it_rests(job, clerk)
    assert found == ["checking"] + ["importing"] * TRIES + ["importing"]
    assert job.state == ImportState.FAILED
    assert not Card.objects.exists()
    assert "the database refused what the file would write" in page(client, job)
    assert "Try again" in page(client, job)
    # Which rule it was stands in the log, and nothing of the rows.
    assert "card_variant_is_known" in caplog.text
    assert "NGUYEN" not in caplog.text


def test_a_preview_that_breaks_a_rule_ends_as_broken_off_and_is_not_called_overtaken(
    client, clerk, job, monkeypatch
):
    """Seen to fail while every such refusal counted as overtaken."""
    make_card(make_resident(), reference="H-0001")
    monkeypatch.setattr(KnownCards, "update", breaking(NO_SUCH_VARIANT, KnownCards.update))
    assert run_until_it_rests(job, clerk) == ["checking"] * (TRIES + 1)
    assert (job.state, job.outdated) == (ImportState.FAILED, False)
    assert "the database refused what the file would write" in page(client, job)


def test_a_file_that_is_overtaken_each_time_ends_as_broken_off_with_the_reason(
    client, clerk, job, monkeypatch
):
    """Seen to fail without a count of the rounds: preview and import took turns for ever."""
    monkeypatch.setattr(NewCards, "insert", breaking(ONE_REFERENCE, NewCards.insert))
    assert run_until_it_rests(job, clerk) == ["checking"] + ["importing"] * TRIES
    assert job.state == ImportState.FAILED
    assert not Card.objects.exists()
    assert "each time a card of the file was registered already" in page(client, job)

    # Another try, asked for by the desk, begins to count anew.
    monkeypatch.undo()
    client.post(f"/admin/cards/cardimport/{job.pk}/again/", {"confirmed": "yes"})
    assert run_until_it_rests(job, clerk) == ["checking", "importing"]
    assert job.state == ImportState.DONE
    assert Card.objects.count() == 2


def test_an_import_that_was_overtaken_once_gives_a_new_preview_and_then_goes_through(
    client, clerk, job, monkeypatch
):
    whole = NewCards.insert

    def once(self: Any, cards: Any) -> None:
        monkeypatch.setattr(NewCards, "insert", whole)
        breaking(ONE_REFERENCE, whole)(self, cards)

    monkeypatch.setattr(NewCards, "insert", once)
    run_waiting()
    job.refresh_from_db()
    agree(job.pk, by=clerk, digest=job.digest)
    run_waiting()
    run_waiting()
    shown = page(client, job)
    assert "Cards changed since the preview" in shown
    assert "Waits for your yes" in shown
    assert run_until_it_rests(job, clerk) == ["importing"]
    assert job.state == ImportState.DONE
    assert Card.objects.count() == 2


def test_the_command_says_which_rule_was_broken_in_one_line_and_nothing_of_the_rows(
    tmp_path, monkeypatch
):
    make_office()
    before = whole_database()
    monkeypatch.setattr(NewCards, "insert", breaking(NO_SUCH_VARIANT, NewCards.insert))
    with pytest.raises(CommandError) as told:
        call_command("import_cards", str(written(tmp_path / "cards.csv", line())))
    assert str(told.value) == (
        "Nothing was imported: the database refused what the file would write "
        "(card_variant_is_known). Trying again will not help until that is settled."
    )
    assert whole_database() == before
