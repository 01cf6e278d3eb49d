"""Imports while others write: another import, and somebody who registers the same card."""

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from cards import lead_days
from cards.importing import ImportBusy, import_cards, worker
from cards.importing.new_cards import NewCards
from cards.importing.requests import agree, send_in
from cards.importing.worker import run_waiting
from cards.models import Card, CardImport, Deadline, LeadDays
from cards.rules.kinds import DeadlineKind
from portal import clock
from tests.builders import make_card, make_clerk, make_office
from tests.cards.importing import line, until, whole_database, written

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor == 'sqlite'",
        reason="SQLite has one writer at a time: nobody else can write in mid-import",
    ),
]


def elsewhere(work: Callable[[], object]) -> object:
    """What `work` gives, or the exception it raises, done over another connection."""
    answers: list[object] = []

    def run() -> None:
        try:
            answers.append(work())
        except Exception as raised:
            answers.append(raised)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return answers[0]


def test_a_second_import_at_the_same_time_is_refused_and_the_first_goes_on(tmp_path):
    """Seen to fail without the advisory lock: the second is imported as well."""
    make_office()
    first = written(tmp_path / "first.csv", line())
    second = written(tmp_path / "second.csv", line(reference="H-2"))
    answers = []

    summary = import_cards(
        first, progress=lambda *_: answers.append(elsewhere(lambda: import_cards(second)))
    )

    assert [type(answer) for answer in answers] == [ImportBusy]
    assert summary.new == 1
    assert list(Card.objects.values_list("reference", flat=True)) == ["H-0001"]
    assert import_cards(second).new == 1


def test_a_card_registered_by_somebody_else_meanwhile_ends_the_import_in_one_line(
    tmp_path, monkeypatch, capsys
):
    """Seen to fail, with psycopg's own error, when IntegrityError was not caught."""
    make_office()
    path = written(tmp_path / "cards.csv", line(), line(reference="H-2"))
    theirs: list[object] = []
    insert = NewCards.insert

    def after_somebody_else(self, cards):
        if not theirs:
            elsewhere(lambda: make_card(reference="H-2"))
            theirs.extend(whole_database())
        insert(self, cards)

    monkeypatch.setattr(NewCards, "insert", after_somebody_else)
    with pytest.raises(CommandError) as told:
        call_command("import_cards", str(path))
    assert str(told.value) == (
        "Nothing was imported: somebody registered one of these cards in the meantime. "
        "Import the file again."
    )
    assert whole_database() == theirs

    call_command("import_cards", str(path))
    assert "1 cards are new, 1 changed, 0 unchanged" in capsys.readouterr().out


def test_references_are_looked_up_in_the_index_also_when_the_table_was_analysed_meanwhile(tmp_path):
    """The table looks empty to whoever analyses it while an import fills it (autovacuum does).

    A join with the portion's references then read all cards for each: minutes for 50,000. And the
    same file once more went through every move for each card.
    """
    make_office()
    rows = [line(reference=f"H-{number}") for number in range(4_500)]
    path = written(tmp_path / "cards.csv", *rows)
    plans: list[str] = []

    def explained(execute, sql, params, many, context):
        if "FROM cards_card" in sql or 'FROM "cards_card"' in sql:
            execute(f"EXPLAIN {sql}", params, many, context)
            plans.append("\n".join(step for (step,) in context["cursor"].fetchall()))
        return execute(sql, params, many, context)

    def analyse() -> None:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE cards_card")

    with connection.execute_wrapper(explained):
        assert import_cards(path, progress=lambda *_: elsewhere(analyse)).new == 4_500
        assert len(plans) >= 3
        assert all("Index Cond: ((reference)::text = wanted.reference)" in plan for plan in plans)
        plans.clear()
        assert import_cards(path).unchanged == 4_500
    assert len(plans) >= 6
    assert not any("Materialize" in plan or "Seq Scan" in plan for plan in plans)


def test_the_walk_after_changed_reminder_days_passes_by_an_import_and_comes_back(tmp_path):
    """Seen to fail, one of the two by a deadlock, when the walk waited for the import's rows."""
    make_office()
    path = written(tmp_path / "cards.csv", *(line(reference=f"H-{n}") for n in range(3)))
    import_cards(path)
    lead_days.change(DeadlineKind.CARD_EXPIRY, [50, 1])
    of_before = LeadDays.objects.filter(kind="card_expiry")
    of_before.update(days=[30, 1])  # what the import has read when the change comes
    moved: list[object] = []

    def meanwhile(*_: object) -> None:
        of_change = {"days": [50, 1], "changed_at": clock.now(), "aligned_at": None}
        elsewhere(lambda: of_before.update(**of_change))
        moved.append(elsewhere(lead_days.align))

    changed = [line(reference=f"H-{n}", **until("2029-03-31")) for n in range(2)]
    assert import_cards(written(path, *changed), progress=meanwhile).changed == 2
    assert moved == [1]  # the third card: the other two are the import's until its end
    days = Deadline.objects.filter(closed_at=None, kind="card_expiry").order_by("card__reference")
    by_30 = date(2029, 3, 31) - timedelta(30)
    assert [row.next_alert_on for row in days][:2] == [by_30, by_30]
    then = clock.now() - timedelta(minutes=15)
    of_before.update(changed_at=then, aligned_at=then)
    assert lead_days.align() == 2
    assert all(row.next_alert_on == row.last_day - timedelta(50) for row in days.all())


def test_after_an_import_the_database_believes_in_its_rows(tmp_path):
    """A rehearsal's rows are taken back and their pages stay: whoever looks then writes down
    “large and empty”. Pages answered by plans made for no row took minutes."""
    make_office()
    path = written(tmp_path / "cards.csv", *(line(reference=f"H-{n}") for n in range(30)))

    def believed() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'cards_card'::regclass")
            return int(cursor.fetchone()[0])

    import_cards(path, dry_run=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE cards_card")
    assert believed() == 0
    import_cards(path)
    assert believed() == 30


def test_a_preview_runs_beside_an_import_and_an_import_waits_for_its_turn(tmp_path):
    """Seen to fail when previews took the lock of imports."""
    clerk = make_clerk()
    content = [written(tmp_path / "a.csv", line()).read_bytes()]
    job = send_in(office=clerk.offices.get(), by=clerk, name="a.csv", content=content)
    other = written(tmp_path / "b.csv", line(reference="H-2", office_code="900002"))
    make_office("900002")

    assert import_cards(other, progress=lambda *_: elsewhere(run_waiting)).new == 1
    job.refresh_from_db()
    assert job.state == "checked"
    agree(job.pk, by=clerk, digest=job.digest)
    third = written(tmp_path / "c.csv", line(reference="H-3", office_code="900002"))
    assert import_cards(third, progress=lambda *_: elsewhere(run_waiting)).new == 1
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("importing", 0)
    CardImport.objects.update(leased_until=None)  # its turn has come
    assert run_waiting() == 1
    assert Card.objects.count() == 3


def test_how_far_an_import_is_can_be_read_by_others_while_its_rows_cannot(tmp_path, monkeypatch):
    clerk = make_clerk()
    rows = [line(reference=f"H-{number}") for number in range(5_000)]
    content = [written(tmp_path / "a.csv", *rows).read_bytes()]
    job = send_in(office=clerk.offices.get(), by=clerk, name="a.csv", content=content)
    run_waiting()
    job.refresh_from_db()
    agree(job.pk, by=clerk, digest=job.digest)
    seen: list[object] = []
    beat = worker.Heartbeat.beat

    def told(self, *far):
        beat(self, *far)
        elsewhere(self._write)
        ours = CardImport.objects.filter(leased_until__gt=clock.now())
        seen.append(elsewhere(lambda: ours.values_list("rows_done", flat=True).get()))
        seen.append(elsewhere(Card.objects.count))

    monkeypatch.setattr(worker.Heartbeat, "beat", told)
    assert run_waiting() == 1
    assert seen == [2_000, 0, 4_000, 0, 5_000, 0]
    assert Card.objects.count() == 5_000
