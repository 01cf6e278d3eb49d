"""Cards from the office's CSV: what is new, what changes, what stays."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Resident
from accounts.operations import set_contact
from cards.chip import chip
from cards.models import Card, CardEvent, Certificate, Deadline, Move, UntoldEvent
from cards.operations import record_card_update, record_move, set_expiry, withdraw_move
from cards.operations.change_variant import change_variant, request_variant
from cards.operations.correct_move import correct_move
from cards.operations.hand_over import start_hand_over
from cards.operations.record_name_change import record_name_change
from cards.operations.refresh import refresh_deadlines
from cards.overview import overview
from cards.rules.kinds import CardVariant, CertificateKind, ExpiryBasis, MoveKind, PinKind
from cards.rules.moves import MoveDates
from cards.rules.tasks import TaskKind
from tests.builders import make_certificate, make_clerk, make_office, make_pin, make_platform
from tests.cards.importing import (
    imported,
    line,
    open_deadlines,
    until,
    whole_database,
    written,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(on_day):
    on_day("2026-11-22")
    make_office()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "residents.csv"


def kinds_of_events(reference="H-0001"):
    events = CardEvent.objects.filter(card__reference=reference).order_by("id")
    return list(events.values_list("kind", flat=True))


def test_a_new_row_becomes_a_resident_with_a_card_certificates_and_deadlines(path):
    summary = imported(path, line())

    assert (summary.new, summary.changed, summary.unchanged, summary.refused) == (1, 0, 0, 0)
    card = Card.objects.get(reference="H-0001")
    assert card.resident.name == "NGUYEN THI LAN"
    assert card.resident.language == "vi"
    assert (card.issued_on, card.expires_on) == (date(2025, 4, 1), date(2028, 3, 31))
    assert {(c.kind, c.medium, c.ends_on, c.revoked_at) for c in card.certificates.all()} == {
        ("signature", "chip", date(2030, 3, 9), None),
        ("user_proof", "chip", date(2030, 3, 9), None),
    }
    assert open_deadlines() == {("card_expiry", date(2028, 3, 31))}
    assert kinds_of_events() == ["registered"]
    assert not UntoldEvent.objects.exists()


def test_empty_and_absent_columns_have_their_defaults(path):
    absent = ("expires_on", "email", "language", "notified_on", "card_updated_on")
    columns = [name for name in line() if name not in absent]
    imported(path, line(), columns=columns)
    imported(path, line(reference="H-0002", expires_on="", email="", language=""))
    for card in Card.objects.all():
        assert card.expires_on == date(2028, 3, 31)
        assert (card.resident.email, card.resident.language) == ("", "en")


def living_certificates():
    return set(Certificate.objects.filter(revoked_at=None).values_list("kind", flat=True))


def test_a_photo_id_card_has_no_signature_certificate_as_it_has_no_pin(path):
    imported(path, line(variant="photo_id"))
    assert living_certificates() == {"user_proof"}


def test_a_card_that_becomes_photo_id_loses_its_signature_certificate(path):
    imported(path, line())
    imported(path, line(variant="photo_id"))
    assert living_certificates() == {"user_proof"}
    assert UntoldEvent.objects.get().event.kind == "variant_changed"


def test_a_card_that_becomes_photo_id_and_back_has_nothing_left_that_needed_a_pin(path):
    imported(path, line())
    card = Card.objects.get()
    android = make_platform()
    for kind in CertificateKind:
        make_certificate(card, kind=kind.value, medium="smartphone", platform=android)
    for pin in PinKind:
        make_pin(card, pin, "A1B2C3" if pin is PinKind.SIGNATURE else "1357", failed_tries=1)
    clerk = make_clerk()
    start_hand_over(card, kinds=tuple(PinKind), identity_proof="passport", reason="", by=clerk)
    request = request_variant(card, by=clerk)

    imported(path, line(variant="photo_id"))

    living = Certificate.objects.filter(revoked_at=None).values_list("kind", "medium")
    assert list(living) == [("user_proof", "chip")]
    request.refresh_from_db()
    assert (request.state, request.closed_at is None) == ("done", False)
    assert UntoldEvent.objects.get().event.kind == "variant_changed"
    revoked = CardEvent.objects.filter(kind="certificate_revoked").order_by("id")
    assert [event.data for event in revoked] == [
        {"certificates": ["signature"], "medium": "chip", "because": "variant_changed"},
        {
            "certificates": ["signature", "user_proof"],
            "medium": "smartphone",
            "because": "variant_changed",
        },
    ]

    imported(path, line())

    assert not any(chip().has_pin(card, kind) for kind in PinKind)
    assert not card.pin_slots.exists()
    assert not card.hand_overs.filter(closed_at=None).exists()
    assert not card.certificates.filter(medium="smartphone", revoked_at=None).exists()


def test_many_cards_of_another_variant_take_no_more_queries_than_one(
    path, django_assert_max_num_queries
):
    rows = [line(reference=f"H-{number}") for number in range(20)]
    imported(path, *rows)
    with CaptureQueriesContext(connection) as one:
        imported(path, rows[0] | {"variant": "photo_id"})
    with django_assert_max_num_queries(len(one)):
        imported(path, *[row | {"variant": "photo_id"} for row in rows[1:]])
    assert not Certificate.objects.filter(kind="signature", revoked_at=None).exists()


def test_a_card_that_was_taken_for_photo_id_by_mistake_has_both_certificates(path):
    imported(path, line(variant="photo_id"))
    imported(path, line())
    assert living_certificates() == {"signature", "user_proof"}
    before = whole_database()
    imported(path, line())
    assert whole_database() == before


@pytest.mark.parametrize(
    ("days", "kind", "expected", "lapses_on"),
    [
        ({"notified_on": "2026-09-01"}, "move_in", ("card_update_90", "2026-11-30"), "2026-12-01"),
        (
            {"expected_move_out_on": "2026-10-20"},
            "move_out",
            ("move_out_30", "2026-11-19"),
            "2026-11-20",
        ),
        ({"moved_in_on": "2026-11-07"}, "move_in", ("move_in_14", "2026-11-21"), "2026-11-22"),
    ],
)
def test_the_days_of_a_move_start_its_clock(path, days, kind, expected, lapses_on):
    imported(path, line(**days))
    move = Move.objects.get()
    assert (move.kind, move.source) == (kind, "import")
    assert (expected[0], date.fromisoformat(expected[1])) in open_deadlines()
    assert Card.objects.get().lapses_on == date.fromisoformat(lapses_on)


def test_a_notification_after_issue_has_ended_the_signature_certificate(path):
    imported(path, line(notified_on="2026-09-01"), line(reference="H-2", notified_on="2025-04-01"))
    revoked = Certificate.objects.exclude(revoked_at=None)
    assert [(c.card.reference, c.kind, c.revoked_because) for c in revoked] == [
        ("H-0001", "signature", "information_changed")
    ]


def test_running_it_again_writes_nothing(path):
    rows = [
        line(),
        line(reference="H-2", notified_on="2026-09-01", moved_in_on="2026-08-30"),
        line(reference="H-3", expected_move_out_on="2026-10-20", email=""),
        line(reference="H-4", expires_on="", language="", variant="photo_id"),
    ]
    imported(path, *rows)
    before = whole_database()
    summary = imported(path, *rows)
    assert (summary.new, summary.changed, summary.unchanged) == (0, 0, 4)
    assert whole_database() == before


def test_a_changed_expiry_date_ends_the_old_reminders_and_starts_new_ones(path):
    imported(path, line(expires_on="2026-12-31"))
    Deadline.objects.filter(kind="card_expiry").update(last_lead=60, next_alert_on="2026-12-01")

    summary = imported(path, line(expires_on="2027-12-31"))

    assert (summary.new, summary.changed, summary.unchanged) == (0, 1, 0)
    old = Deadline.objects.get(kind="card_expiry", last_day="2026-12-31")
    assert old.closed_at is not None
    assert (old.next_alert_on, old.last_lead) == (None, 60)
    new = Deadline.objects.get(kind="card_expiry", last_day="2027-12-31")
    assert (new.closed_at, new.last_lead, new.next_alert_on) == (None, None, date(2027, 10, 2))
    event = CardEvent.objects.get(kind="details_changed")
    assert event.data == {
        "columns": ["expires_on"],
        "changes": {"expires_on": ["2026-12-31", "2027-12-31"]},
    }


def test_a_day_that_comes_back_goes_on_where_its_reminders_were(path):
    imported(path, line(expires_on="2026-12-31"))
    Deadline.objects.filter(kind="card_expiry").update(last_lead=60, next_alert_on="2026-12-01")
    imported(path, line(expires_on="2027-12-31"))
    imported(path, line(expires_on="2026-12-31"))

    row = Deadline.objects.get(kind="card_expiry", last_day="2026-12-31")
    assert (row.closed_at, row.last_lead, row.next_alert_on) == (None, 60, date(2026, 12, 1))
    assert open_deadlines() == {("card_expiry", date(2026, 12, 31))}


def test_a_longer_stay_alone_does_not_move_the_cards_date(path):
    imported(path, line(expires_on=""))
    imported(path, line(expires_on="", period_of_stay_ends_on="2030-01-31"))
    card = Card.objects.get()
    assert card.expires_on == date(2028, 3, 31)
    assert card.resident.period_of_stay_ends_on == date(2030, 1, 31)


def test_a_date_that_the_counter_set_stays_until_the_file_gives_another(path):
    imported(path, line(expires_on=""))
    set_expiry(
        Card.objects.get(),
        expires_on=date(2029, 3, 31),
        basis=ExpiryBasis.NEW_PERIOD,
        by=make_clerk(),
    )
    imported(path, line(expires_on="", period_of_stay_ends_on="2029-03-31"))
    assert Card.objects.get().expires_on == date(2029, 3, 31)
    imported(path, line(**until("2029-06-30")))
    assert Card.objects.get().expires_on == date(2029, 6, 30)


def test_the_same_file_again_leaves_what_the_counter_recorded(path):
    imported(path, line())
    by = make_clerk()
    set_expiry(
        Card.objects.get(),
        expires_on=date(2029, 3, 31),
        basis=ExpiryBasis.NEW_PERIOD,
        by=by,
    )
    record_name_change(Card.objects.get(), name="TRAN LAN", changed_on=date(2026, 11, 20), by=by)
    before = whole_database()
    summary = imported(path, line())
    assert (summary.changed, summary.unchanged) == (0, 1)
    assert whole_database() == before
    # What else the file brings is taken, and only that.
    imported(path, line(email="new@example.org"))
    card = Card.objects.get()
    assert card.resident.email == "new@example.org"
    assert (card.resident.name, card.expires_on) == ("TRAN LAN", date(2029, 3, 31))
    assert card.resident.period_of_stay_ends_on == date(2029, 3, 31)


def test_the_same_file_again_leaves_the_variant_that_the_counter_made(path):
    """Seen to fail: the next night’s file made the card a standard one again, without PINs."""
    imported(path, line(variant="standard"))
    clerk = make_clerk()
    change_variant(Card.objects.get(), identity_proof="passport", by=clerk)
    before = whole_database()
    assert imported(path, line(variant="standard")).unchanged == 1
    assert whole_database() == before
    # What else the file brings is taken, and only that.
    imported(path, line(variant="standard", email="new@example.org"))
    assert Card.objects.get().variant == CardVariant.PHOTO_ID
    # Once the file has caught up it is followed again.
    assert imported(path, line(variant="photo_id", email="new@example.org")).unchanged == 1
    assert imported(path, line(variant="standard", email="new@example.org")).changed == 1
    assert Card.objects.get().variant == CardVariant.STANDARD


def test_the_same_file_again_leaves_the_address_and_language_that_the_counter_wrote(path):
    """Seen to fail: the next night’s file sent the reminders to the old address again."""
    imported(path, line())
    set_contact(Resident.objects.get(), email="new@example.org", language="ja")
    before = whole_database()
    assert imported(path, line()).unchanged == 1
    assert whole_database() == before
    # What else the file brings is taken, and only that.
    assert imported(path, line(address="Elsewhere 1")).changed == 1
    resident = Resident.objects.get()
    assert (resident.email, resident.language) == ("new@example.org", "ja")
    assert CardEvent.objects.get(kind="details_changed").data["columns"] == ["address"]


@pytest.mark.parametrize(
    ("cells", "contact"),
    [
        ({"email": "third@example.org"}, ("third@example.org", "ja")),
        ({"email": ""}, ("", "ja")),
        ({"language": "ne"}, ("new@example.org", "ne")),
    ],
)
def test_another_address_or_language_in_the_file_wins_over_the_counters(path, cells, contact):
    imported(path, line())
    set_contact(Resident.objects.get(), email="new@example.org", language="ja")
    assert imported(path, line(**cells)).changed == 1
    resident = Resident.objects.get()
    assert (resident.email, resident.language) == contact
    assert CardEvent.objects.get(kind="details_changed").data["columns"] == [*cells]
    # The file is followed from then on.
    assert imported(path, line(**cells)).unchanged == 1
    assert imported(path, line()).changed == 1
    resident = Resident.objects.get()
    assert [getattr(resident, column) for column in cells] == [line()[column] for column in cells]


def test_a_file_without_an_address_leaves_the_one_that_the_counter_wrote(path):
    """Seen to fail: the empty cell deleted the address, and no reminder left any more."""
    imported(path, line(email="", language=""))
    set_contact(Resident.objects.get(), email="new@example.org", language="ja")
    before = whole_database()
    assert imported(path, line(email="", language="")).unchanged == 1
    assert whole_database() == before
    # Once the file has caught up it is followed again, also to no address.
    assert imported(path, line(email="new@example.org", language="ja")).unchanged == 1
    assert imported(path, line(email="", language="ja")).changed == 1
    assert Resident.objects.get().email == ""


def test_an_address_that_the_counter_took_away_does_not_come_back_with_the_same_file(path):
    imported(path, line())
    set_contact(Resident.objects.get(), email="", language="vi")
    assert imported(path, line()).unchanged == 1
    assert Resident.objects.get().email == ""


def test_a_variant_made_and_taken_back_at_the_counter_leaves_the_file_to_be_followed(path):
    imported(path, line(variant="standard"))
    clerk = make_clerk()
    for _turn in range(2):
        change_variant(Card.objects.get(), identity_proof="passport", by=clerk)
    assert imported(path, line(variant="standard")).unchanged == 1
    assert imported(path, line(variant="photo_id")).changed == 1
    assert Card.objects.get().variant == CardVariant.PHOTO_ID


def test_once_the_file_has_caught_up_with_the_counter_it_is_followed_again(path):
    imported(path, line())
    by = make_clerk()
    set_expiry(
        Card.objects.get(), expires_on=date(2028, 5, 31), basis=ExpiryBasis.CORRECTION, by=by
    )
    record_name_change(Card.objects.get(), name="TRAN LAN", changed_on=date(2026, 11, 20), by=by)
    assert imported(path, line(name="TRAN LAN", expires_on="2028-05-31")).unchanged == 1
    assert not Resident.objects.exclude(name_in_files="").exists()
    assert imported(path, line()).changed == 1
    card = Card.objects.get()
    assert (card.resident.name, card.expires_on) == ("NGUYEN THI LAN", date(2028, 3, 31))


def test_the_same_file_again_leaves_the_second_visit(path):
    pending(path)
    assert imported(path, line(expires_on="2026-12-31")).unchanged == 1
    assert Card.objects.get().awaits_second_visit
    assert ("second_visit", date(2027, 2, 27)) in open_deadlines()


def pending(path):
    """A card whose extension is only applied for: it waits for the second visit."""
    imported(path, line(expires_on="2026-12-31"))
    set_expiry(
        Card.objects.get(),
        expires_on=date(2027, 2, 28),
        basis=ExpiryBasis.APPLICATION_FILED,
        by=make_clerk(),
    )


@pytest.mark.parametrize("expires_on", ["", "2027-02-28"])
def test_a_file_that_leaves_the_pending_date_leaves_the_second_visit(path, expires_on):
    pending(path)
    imported(path, line(expires_on=expires_on, email="new@example.org"))
    assert Card.objects.get().awaits_second_visit
    assert ("second_visit", date(2027, 2, 27)) in open_deadlines()


def test_a_file_that_gives_another_date_ends_the_second_visit(path):
    pending(path)
    imported(path, line(expires_on="2028-03-31"))
    assert not Card.objects.get().awaits_second_visit
    assert open_deadlines() == {("card_expiry", date(2028, 3, 31))}
    set_expiry(
        Card.objects.get(),
        expires_on=date(2028, 5, 31),
        basis=ExpiryBasis.APPLICATION_FILED,
        by=make_clerk(),
    )
    assert ("second_visit", date(2028, 5, 30)) in open_deadlines()


@pytest.mark.parametrize("column", ["name", "address"])
def test_a_changed_name_or_address_ends_the_signature_certificate_and_is_told(path, column):
    imported(path, line())
    imported(path, line(**{column: "TRAN VAN MINH"}))

    named = ["name_changed"] if column == "name" else []
    assert kinds_of_events() == ["registered", "details_changed", *named, "certificate_revoked"]
    assert UntoldEvent.objects.get().event.kind == "certificate_revoked"
    assert Certificate.objects.exclude(revoked_at=None).get().kind == "signature"
    event = CardEvent.objects.get(kind="details_changed")
    assert event.data == {"columns": [column], "changes": {}}


def test_a_new_notification_ends_the_signature_certificate(path):
    imported(path, line())
    imported(path, line(notified_on="2026-11-20"))
    assert kinds_of_events() == ["registered", "details_changed", "certificate_revoked"]
    assert ("card_update_90", date(2027, 2, 18)) in open_deadlines()


def test_a_new_contact_address_ends_nothing(path):
    imported(path, line())
    imported(path, line(email="new@example.org", language="ja"))
    assert kinds_of_events() == ["registered", "details_changed"]
    assert Resident.objects.get().email == "new@example.org"
    imported(path, line(email="", language=""))
    assert (Resident.objects.get().email, Resident.objects.get().language) == ("", "ja")


def test_a_resident_may_move_to_another_office(path):
    make_office("900002")
    imported(path, line())
    imported(path, line(office_code="900002"))
    assert Resident.objects.get().office.code == "900002"
    event = CardEvent.objects.get(kind="details_changed")
    assert event.data["changes"] == {"office_code": ["900001", "900002"]}


def test_a_corrected_birth_date_moves_the_end_of_the_certificates(path):
    imported(path, line())
    imported(path, line(birth_date="1994-09-03", issued_on="2025-04-02"))
    ends = set(Certificate.objects.values_list("issued_on", "ends_on"))
    assert ends == {(date(2025, 4, 2), date(2029, 9, 3))}


def test_an_imported_move_is_updated_in_place(path):
    imported(path, line(expected_move_out_on="2026-11-20"))
    imported(path, line(expected_move_out_on="2026-11-20", moved_in_on="2026-11-21"))
    move = Move.objects.get()
    assert (move.kind, move.moved_in_on) == ("move_in", date(2026, 11, 21))
    assert open_deadlines() == {
        ("card_expiry", date(2028, 3, 31)),
        ("move_out_30", date(2026, 12, 20)),
        ("move_in_14", date(2026, 12, 5)),
    }


def test_a_move_that_left_the_file_is_withdrawn_and_may_come_back(path):
    imported(path, line(expected_move_out_on="2026-11-20"))
    imported(path, line())
    assert Move.objects.get().withdrawn_at is not None
    assert kinds_of_events() == ["registered", "move_withdrawn"]
    assert open_deadlines() == {("card_expiry", date(2028, 3, 31))}
    assert Card.objects.get().lapses_on is None

    before = whole_database()
    imported(path, line())
    assert whole_database() == before

    imported(path, line(expected_move_out_on="2026-11-20"))
    assert Move.objects.get().withdrawn_at is None
    assert Card.objects.get().lapses_on == date(2026, 12, 21)


def test_a_finished_move_stays_when_its_days_leave_the_file(path):
    imported(path, line(notified_on="2026-11-01", card_updated_on="2026-11-02"))
    before = whole_database()
    imported(path, line())
    assert whole_database() == before


def test_a_file_without_the_columns_of_a_move_leaves_moves_alone(path):
    imported(path, line(expected_move_out_on="2026-11-20"))
    before = whole_database()
    imported(path, line(), columns=list(line())[:12])
    assert whole_database() == before


def test_a_move_that_the_counter_recorded_is_not_doubled(path):
    imported(path, line())
    dates = MoveDates(moved_in_on=date(2026, 11, 20), notified_on=date(2026, 11, 21))
    record_move(Card.objects.get(), kind=MoveKind.MOVE_IN, dates=dates, by=make_clerk())
    before = whole_database()
    summary = imported(path, line(notified_on="2026-11-21"))
    assert summary.unchanged == 1
    assert whole_database() == before


def record_at_counter(**days):
    """A move as a clerk records it, days by column."""
    dates = MoveDates(**{name: date.fromisoformat(day) for name, day in days.items()})
    return record_move(Card.objects.get(), kind=MoveKind.MOVE_IN, dates=dates, by=make_clerk())


def test_a_card_update_in_the_file_stops_the_clock_of_a_move_that_the_counter_recorded(path):
    imported(path, line())
    record_at_counter(notified_on="2026-11-10")
    assert ("card_update_90", date(2027, 2, 8)) in open_deadlines()

    updated = line(notified_on="2026-11-10", card_updated_on="2026-11-20")
    summary = imported(path, updated)

    assert summary.changed == 1
    move = Move.objects.get()
    assert (move.source, move.notified_on) == ("counter", date(2026, 11, 10))
    assert move.card_updated_on == date(2026, 11, 20)
    assert open_deadlines() == {("card_expiry", date(2028, 3, 31))}
    assert Card.objects.get().lapses_on is None
    changed = CardEvent.objects.get(kind="details_changed")
    assert changed.data["changes"] == {"card_updated_on": [None, "2026-11-20"]}
    before = whole_database()
    imported(path, updated)
    assert whole_database() == before


def test_one_day_in_common_is_enough_to_complete_a_move_of_the_counter(path):
    imported(path, line())
    record_at_counter(moved_in_on="2026-11-15")
    imported(
        path,
        line(expected_move_out_on="2026-11-14", moved_in_on="2026-11-15", notified_on="2026-11-20"),
    )
    move = Move.objects.get()
    assert (move.expected_move_out_on, move.moved_in_on, move.notified_on) == (
        date(2026, 11, 14),
        date(2026, 11, 15),
        date(2026, 11, 20),
    )
    assert open_deadlines() == {
        ("card_expiry", date(2028, 3, 31)),
        ("card_update_90", date(2027, 2, 18)),
    }


def test_days_that_the_counter_set_are_not_overwritten(path):
    imported(path, line())
    record_at_counter(notified_on="2026-11-10", card_updated_on="2026-11-12")
    before = whole_database()
    for updated_on in ("2026-11-11", "2026-11-20"):
        summary = imported(path, line(notified_on="2026-11-10", card_updated_on=updated_on))
        assert summary.unchanged == 1
    assert whole_database() == before


def test_days_that_cannot_be_true_with_those_of_the_counter_are_left_out(path):
    imported(path, line())
    record_at_counter(moved_in_on="2026-11-01", notified_on="2026-11-10")
    before = whole_database()
    imported(path, line(moved_in_on="2026-11-01", card_updated_on="2026-11-05"))
    assert whole_database() == before


def test_a_day_that_the_counter_took_away_does_not_come_back_with_another(path):
    days = {"expected_move_out_on": "2026-11-01", "moved_in_on": "2026-11-10"}
    imported(path, line(**days))
    correct_move(
        Move.objects.get(), dates=MoveDates(moved_in_on=date(2026, 11, 11)), by=make_clerk()
    )
    imported(path, line(**days, notified_on="2026-11-12"))
    move = Move.objects.get()
    assert (move.expected_move_out_on, move.moved_in_on, move.notified_on) == (
        None,
        date(2026, 11, 11),
        date(2026, 11, 12),
    )


def test_another_move_than_the_counters_is_a_move_of_its_own(path):
    imported(path, line())
    record_at_counter(notified_on="2026-09-10", card_updated_on="2026-09-20")
    imported(path, line(notified_on="2026-11-10"))
    assert Move.objects.count() == 2
    assert ("card_update_90", date(2027, 2, 8)) in open_deadlines()


def test_a_move_that_the_counter_withdrew_does_not_come_back(path):
    imported(path, line(expected_move_out_on="2026-11-20"))
    withdraw_move(Move.objects.get(), by=make_clerk())
    before = whole_database()
    imported(path, line(expected_move_out_on="2026-11-20"))
    assert whole_database() == before


def test_days_that_the_counter_corrected_do_not_come_back(path):
    imported(path, line(expected_move_out_on="2026-10-20"))
    dates = MoveDates(expected_move_out_on=date(2026, 11, 20))
    correct_move(Move.objects.get(), dates=dates, by=make_clerk())
    before = whole_database()
    imported(path, line(expected_move_out_on="2026-10-20"))
    assert whole_database() == before


def test_a_card_update_at_the_counter_is_not_undone(path):
    imported(path, line(notified_on="2026-11-20"))
    record_card_update(Card.objects.get(), card_updated_on=date(2026, 11, 22), by=make_clerk())
    before = whole_database()
    imported(path, line(notified_on="2026-11-20"))
    assert whole_database() == before


def test_a_replaced_card_stays_as_it_is(path):
    imported(path, line())
    Card.objects.update(replaced_at="2026-11-01T00:00Z")
    before = whole_database()
    summary = imported(path, line(name="Somebody Else"))
    assert (summary.replaced, summary.changed, summary.unchanged) == (1, 0, 0)
    assert whole_database() == before


def test_what_is_imported_is_what_the_operations_would_have_written(path):
    imported(
        path,
        line(),
        line(reference="H-2", notified_on="2026-09-01", **until("2031-01-01")),
        line(reference="H-3", moved_in_on="2026-11-07", expected_move_out_on="2026-10-20"),
        line(reference="H-4", birth_date="2000-02-29", **until("2036-01-01")),
    )
    imported(path, line(moved_in_on="2026-11-20"), line(reference="H-4", **until("2033-01-01")))
    before = whole_database()
    for card in Card.objects.all():
        refresh_deadlines(card)
    assert whole_database() == before


def test_a_dry_run_says_what_would_change_and_changes_nothing(path, capsys):
    from django.core.management import call_command

    imported(path, line())
    before = whole_database()
    written(path, line(name="TRAN VAN MINH"), line(reference="H-2"))
    call_command("import_cards", str(path), "--dry-run")
    assert "1 cards would be new, 1 changed, 0 unchanged" in capsys.readouterr().out
    assert whole_database() == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_utf_8_with_and_without_mark_and_cp932_are_read(path, encoding):
    name = "グエン 髙橋 ①ソ表"
    imported(
        path, line(name=name, address="日の出市南2-3-4 ¥".replace("¥", "\\")), encoding=encoding
    )
    resident = Resident.objects.get()
    assert resident.name == name
    assert resident.address.endswith("\\")


def test_a_new_name_has_to_be_written_on_the_card(path):
    imported(path, line())
    imported(path, line(name="NGUYEN THI LAN ANH"))
    card = Card.objects.get()
    assert card.name_changed_on == date(2026, 11, 22)
    event = CardEvent.objects.get(kind="name_changed")
    assert event.data == {"changed_on": "2026-11-22"}
    facts = Card.objects.with_facts().get()
    assert TaskKind.UPDATE_CARD in [one.kind for one in overview(facts).tasks]
    imported(path, line(name="NGUYEN THI LAN ANH", address="3-4-5 Kita"))
    assert Card.objects.get().name_changed_on == date(2026, 11, 22)
    record_card_update(card, card_updated_on=date(2026, 11, 22), by=make_clerk())
    imported(path, line(name="NGUYEN THI LAN ANH", address="3-4-5 Minami"))
    assert Card.objects.get().name_changed_on is None


def test_a_card_that_was_updated_after_a_new_name_shows_it(path):
    moved = {"notified_on": "2026-11-01"}
    imported(path, line(**moved))
    imported(path, line(name="NGUYEN THI LAN ANH", **moved))
    updated = {"card_updated_on": "2026-11-21"}
    imported(path, line(name="NGUYEN THI LAN ANH", **moved, **updated))
    assert Card.objects.get().name_changed_on == date(2026, 11, 22)
    updated = {"card_updated_on": "2026-11-22"}
    imported(path, line(name="NGUYEN THI LAN ANH", **moved, **updated))
    assert Card.objects.get().name_changed_on is None


def test_an_updated_card_without_a_notification_tells_of_the_change_as_well(path):
    """The counter does the same: the new address on the card ends the signature certificate."""
    moved = {"moved_in_on": "2026-11-01"}
    imported(path, line(**moved), line(reference="H-2", **moved, card_updated_on="2026-11-09"))
    assert Certificate.objects.exclude(revoked_at=None).get().card.reference == "H-2"
    imported(path, line(**moved, card_updated_on="2026-11-09"))
    revoked = Certificate.objects.exclude(revoked_at=None).order_by("card")
    assert [(one.card.reference, one.kind) for one in revoked] == [
        ("H-0001", "signature"),
        ("H-2", "signature"),
    ]
