"""The history of a card only grows, and the database keeps what it must."""

from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.db import Error, IntegrityError, connection, transaction
from django.test import Client
from django.utils import translation

from cards.history import tell
from cards.models import Card, CardEvent, Move
from cards.operations import (
    accept_reissue,
    issue_reissue,
    record_move,
    request_reissue,
    set_expiry,
    suspend,
    tell_move,
)
from cards.operations.record import record
from cards.rules.kinds import EventKind, ExpiryBasis, MoveKind, ReissueReason
from cards.rules.moves import MoveDates
from portal import clock
from tests.builders import (
    hold,
    make_card,
    make_certificate,
    make_clerk,
    make_move,
    make_office,
    make_user,
    sign_in,
)
from tests.cards.importing import imported, line

pytestmark = pytest.mark.django_db

on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has no such guard: there the model refuses"
)


def test_an_event_can_be_neither_changed_nor_removed() -> None:
    event = suspend(make_card(), by=None)
    event.kind = EventKind.REGISTERED.value
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()


@on_postgresql
def test_postgresql_refuses_to_change_history() -> None:
    event = suspend(make_card(), by=None)
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        CardEvent.objects.filter(pk=event.pk).update(kind="registered")
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        CardEvent.objects.filter(pk=event.pk)._raw_delete("default")
    assert CardEvent.objects.get(pk=event.pk).kind == EventKind.SUSPENDED


@on_postgresql
def test_a_purge_that_says_so_may_remove() -> None:
    event = suspend(make_card(), by=None)
    event.untold.delete()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL portal.purging = 'on'")
        CardEvent.objects.filter(pk=event.pk)._raw_delete("default")
    assert not CardEvent.objects.filter(pk=event.pk).exists()


def test_what_somebody_did_outlives_their_account() -> None:
    clerk = make_clerk()
    event = suspend(make_card(), by=clerk)
    clerk.delete()
    assert CardEvent.objects.get(pk=event.pk).by_id == event.by_id


@pytest.mark.parametrize(
    "wrong",
    [
        lambda card: type(card).objects.filter(pk=card.pk).update(expires_on=date(2020, 1, 1)),
        lambda card: type(card).objects.filter(pk=card.pk).update(variant="paper"),
        lambda card: type(card).objects.filter(pk=card.pk).update(reference=""),
        lambda card: make_card(reference=card.reference),
        lambda card: make_certificate(card),
        lambda card: make_certificate(card, medium="smartphone", ends_on=date(2020, 1, 1)),
        lambda card: card.certificates.update(revoked_at=clock.now()),
        lambda card: card.pin_slots.create(kind="signature", failed_tries=6),
        lambda card: card.pin_slots.create(kind="user_proof", failed_tries=4),
        lambda card: Move.objects.create(card=card, kind="move_in", source="counter"),
        lambda card: [make_move(card, moved_in_on=date(2026, 11, day)) for day in (1, 2)],
        lambda card: make_move(
            card, notified_on=date(2026, 11, 2), card_updated_on=date(2026, 11, 1)
        ),
        lambda card: card.events.create(kind="rumour", at=clock.now()),
        lambda card: card.deadlines.update(closed_at=clock.now(), next_alert_on=date(2030, 1, 1)),
    ],
)
def test_the_database_refuses_what_cannot_be(wrong: Any) -> None:
    card = make_card()
    with pytest.raises(IntegrityError), transaction.atomic():
        wrong(card)


def test_history_is_told_in_the_reader_s_language() -> None:
    card, clerk = make_card(expires_on=date(2027, 12, 20)), make_clerk()
    event = set_expiry(card, expires_on=date(2029, 12, 20), basis=ExpiryBasis.NEW_PERIOD, by=clerk)
    with translation.override("en"):
        told = tell(event)
        assert told.what == "Expiry date set"
        assert told.lines == (
            "From 20 December 2027 to 20 December 2029",
            "② Residence card showing the new period of stay",
        )
    with translation.override("ja"):
        assert "2029年12月20日" in tell(event).lines[0]


def test_every_kind_of_event_can_be_told_even_without_its_data() -> None:
    card = make_card()
    for kind in EventKind:
        told = tell(CardEvent(card=card, kind=kind.value, at=clock.now(), data={}))
        assert str(told.what)


def test_a_recorded_move_is_told_with_its_days(on_day: Any) -> None:
    on_day("2026-11-10")
    card = make_card()
    record_move(
        card,
        kind=MoveKind.RELOCATE,
        dates=MoveDates(notified_on=date(2026, 11, 9)),
        by=make_clerk(),
    )
    told = [tell(event) for event in card.events.order_by("id")]
    assert told[0].lines == (
        "Moving within the municipality",
        "Notification submitted on: 9 November 2026",
    )
    assert told[1].lines == (
        "Electronic certificate of the bearer's signature",
        "Personal information changed",
    )


def test_a_change_by_file_says_which_details_to_the_holder_and_from_what_to_what_to_staff(
    client: Client, tmp_path: Path
) -> None:
    """Seen to fail: both read only that some details had changed."""
    make_office()
    path = tmp_path / "residents.csv"
    imported(path, line())
    changed = {
        "name": "TRAN THI LAN",
        "expires_on": "2028-05-31",
        "variant": "photo_id",
        "notified_on": "2026-11-09",
        "email": "new@example.org",
    }
    imported(path, line(**changed))
    card = Card.objects.get()
    holder = make_user()
    hold(holder, card.resident)
    client.force_login(holder)
    page = unescape(client.get(f"/en/cards/{card.reference}/history/").content.decode())
    for words in (
        "Changed: name as on the card",
        "Changed: contact e-mail",
        "Changed: expires on",
        "Changed: variant",
        "Changed: notification submitted on",
    ):
        assert words in page
    assert "Changed: birth date" not in page
    page = unescape(client.get(f"/ja/cards/{card.reference}/history/").content.decode())
    assert "変更された項目：有効期限" in page
    assert "Changed" not in page

    desk = Client()
    sign_in(desk, make_clerk(card.resident.office))
    page = unescape(desk.get(f"/admin/cards/card/{card.pk}/change/").content.decode())
    for words in (
        "Expires on: 31 March 2028 → 31 May 2028",
        "Variant: Individual Number Card → Card with photo identification only",
        "Notification submitted on: not known → 9 November 2026",
        "Changed: name as on the card",
    ):
        assert words in page
    details = CardEvent.objects.get(kind="details_changed")
    assert "NGUYEN" not in str(tell(details)), "what is not in the history is not told"


def read(client: Client, reader: Any, card: Card, more: str = "") -> str:
    client.force_login(reader)
    answer = client.get(f"/en/cards/{card.reference}/history/{more}")
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def at_the_desk(card: Card) -> str:
    desk = Client()
    sign_in(desk, make_clerk(card.resident.office))
    return unescape(desk.get(f"/admin/cards/card/{card.pk}/change/").content.decode())


def test_the_history_tells_when_the_card_lapsed_in_its_place(client: Client, on_day: Any) -> None:
    """Seen to fail: there was only the move."""
    on_day("2026-11-10")
    card, holder = make_card(), make_user()
    hold(holder, card.resident)
    dates = MoveDates(moved_in_on=date(2026, 11, 7))
    record_move(card, kind=MoveKind.MOVE_IN, dates=dates, by=make_clerk())
    assert "lapsed" not in read(client, holder, card)
    on_day("2026-11-22", at="00:01")
    card.refresh_from_db()
    request_reissue(card, reason=ReissueReason.DISASTER, with_certificates=False, by=holder)
    for page in (read(client, holder, card), at_the_desk(card)):
        story = page[page.index("New card asked for") :]
        assert "The card lapsed: a move was not completed in time." in story
        assert "The last day on which it worked: 21 November 2026" in story
        assert "22 November 2026, 00:00" in story
        assert story.index("The card lapsed") < story.index("Move recorded")


def test_the_end_of_a_card_stands_once_in_a_long_history(client: Client, on_day: Any) -> None:
    on_day("2026-11-10")
    card, holder = make_card(expires_on=date(2026, 11, 20)), make_user()
    hold(holder, card.resident)
    for earlier, later in ((0, 20), (20, 0), (25, 20), (19, 1)):
        on_day("2026-11-10")
        for _time in range(earlier):
            record(card, EventKind.CARD_UPDATED, by=None)
        on_day("2026-11-21")
        for _time in range(later):
            record(card, EventKind.CARD_UPDATED, by=None)
        pages = range(1, (card.events.count() - 1) // 20 + 2)
        found = [read(client, holder, card, f"?page={one}") for one in pages]
        assert sum(page.count("The card expired.") for page in found) == 1
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL portal.purging = 'on'")
            card.events.all()._raw_delete("default")
    assert "The card expired." in read(client, holder, card)


def test_a_new_card_tells_of_the_moves_that_go_on_with_it(client: Client, on_day: Any) -> None:
    """Seen to fail: the new card's history began with a clock that nothing had started."""
    on_day("2026-11-10")
    card, holder = make_card(), make_user()
    hold(holder, card.resident)
    clerk = make_clerk(card.resident.office)
    tell_move(
        card,
        kind=MoveKind.MOVE_IN,
        dates=MoveDates(moved_in_on=date(2026, 12, 24)),
        by=holder,
    )
    make_move(card, kind="move_out", source="counter", expected_move_out_on=date(2026, 12, 1))
    request_reissue(card, reason=ReissueReason.DAMAGED, with_certificates=True, by=holder)
    accept_reissue(card, waiver=None, by=clerk)
    issue_reissue(card, new_reference="NEW-1", identity_proof="passport", by=clerk)
    new = Card.objects.get(reference="NEW-1")
    for page in (read(client, holder, new), at_the_desk(new)):
        story = page[page.index("A recorded move goes on with this card:") :]
        assert "Expected move-out day: 1 December 2026" in story
        told = story[story.index("A move that the holder had told of goes on with this card:") :]
        assert "Move-in day: 24 December 2026" in told


def test_what_the_office_did_stays_the_office_s_when_the_clerk_has_left(client: Client) -> None:
    """Seen to fail: it became somebody who could see the card then."""
    card, holder, clerk = make_card(), make_user(), make_clerk()
    hold(holder, card.resident)
    suspend(card, by=clerk)
    set_expiry(card, expires_on=date(2029, 1, 1), basis=ExpiryBasis.CORRECTION, by=clerk)
    clerk.is_staff = False
    clerk.save()
    page = read(client, holder, card)
    assert page.count("By: Your office") == 2
    assert "Somebody who could see this card then" not in page
    stranger = make_user()
    record(card, EventKind.MOVE_TOLD, by=stranger)
    assert "By: Somebody who could see this card then" in read(client, holder, card)
