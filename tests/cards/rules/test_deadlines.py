"""All last days of one card."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.rules.deadlines import (
    CertificateFacts,
    Due,
    card_deadlines,
    card_lapses_on,
    ends_on,
)
from cards.rules.kinds import CertificateKind, CertificateMedium, DeadlineKind
from cards.rules.moves import MoveDates

ISSUED = date(2024, 4, 1)
EXPIRES = date(2028, 3, 31)
SIGNATURE, USER_PROOF = CertificateKind
CHIP, SMARTPHONE = CertificateMedium


def deadlines(*, moves=(), certificates=(), expires_on=EXPIRES):
    return card_deadlines(
        issued_on=ISSUED, expires_on=expires_on, moves=moves, certificates=certificates
    )


def certificate(valid_until, *, kind=SIGNATURE, medium=CHIP, revoked=False):
    return CertificateFacts(kind, medium, valid_until, revoked)


def test_a_card_at_rest_has_only_its_expiry():
    assert deadlines() == (Due(DeadlineKind.CARD_EXPIRY, EXPIRES, EXPIRES, None),)


def test_the_clocks_of_a_move_stand_beside_the_expiry_and_silence_it():
    assert deadlines(moves=[MoveDates(moved_in_on=date(2026, 11, 7))]) == (
        Due(DeadlineKind.MOVE_IN_14, date(2026, 11, 21), date(2026, 11, 7), None),
        Due(DeadlineKind.CARD_EXPIRY, EXPIRES, EXPIRES, date(2026, 11, 21)),
    )


def test_a_clock_behind_the_expiry_is_silent_after_it():
    assert deadlines(moves=[MoveDates(notified_on=date(2028, 3, 1))]) == (
        Due(DeadlineKind.CARD_EXPIRY, EXPIRES, EXPIRES, None),
        Due(DeadlineKind.CARD_UPDATE_90, date(2028, 5, 30), date(2028, 3, 1), EXPIRES),
    )


def test_last_days_that_fall_together_are_both_spoken_of():
    found = deadlines(moves=[MoveDates(moved_in_on=EXPIRES - timedelta(14))])
    assert found == (
        Due(DeadlineKind.CARD_EXPIRY, EXPIRES, EXPIRES, None),
        Due(DeadlineKind.MOVE_IN_14, EXPIRES, EXPIRES - timedelta(14), None),
    )


def test_every_move_counts_and_equal_clocks_count_once():
    moves = [
        MoveDates(moved_in_on=date(2026, 11, 7)),
        MoveDates(moved_in_on=date(2026, 11, 7)),
        MoveDates(expected_move_out_on=date(2026, 9, 1), moved_in_on=date(2026, 10, 1)),
    ]
    assert [(due.kind, due.last_day, due.silent_after) for due in deadlines(moves=moves)] == [
        (DeadlineKind.MOVE_OUT_30, date(2026, 10, 1), None),
        (DeadlineKind.MOVE_IN_14, date(2026, 10, 15), date(2026, 10, 1)),
        (DeadlineKind.MOVE_IN_14, date(2026, 11, 21), date(2026, 10, 1)),
        (DeadlineKind.CARD_EXPIRY, EXPIRES, date(2026, 10, 1)),
    ]


def test_a_clock_stopped_in_time_is_no_deadline():
    stopped = MoveDates(moved_in_on=date(2026, 11, 7), card_updated_on=date(2026, 11, 21))
    assert [due.kind for due in deadlines(moves=[stopped])] == [DeadlineKind.CARD_EXPIRY]


def test_a_certificate_that_ends_before_the_card_has_a_deadline_that_ends_no_card():
    day = EXPIRES - timedelta(1)
    assert deadlines(certificates=[certificate(day)]) == (
        Due(DeadlineKind.CERTIFICATE_EXPIRY, day, day, EXPIRES),
        Due(DeadlineKind.CARD_EXPIRY, EXPIRES, EXPIRES, None),
    )


@pytest.mark.parametrize(
    "unneeded",
    [
        certificate(EXPIRES),
        certificate(EXPIRES + timedelta(1)),
        certificate(date(2027, 1, 1), revoked=True),
    ],
)
def test_a_certificate_that_ends_with_the_card_or_is_revoked_has_none(unneeded):
    assert [due.kind for due in deadlines(certificates=[unneeded])] == [DeadlineKind.CARD_EXPIRY]


def test_a_certificate_counts_as_unrevoked_unless_said_otherwise():
    day = date(2027, 1, 1)
    found = deadlines(certificates=[CertificateFacts(SIGNATURE, CHIP, day)])
    assert found[0].kind is DeadlineKind.CERTIFICATE_EXPIRY


def test_certificates_that_end_on_one_day_share_a_deadline():
    one, other = date(2027, 5, 1), date(2027, 6, 1)
    certificates = [
        certificate(one),
        certificate(one, kind=USER_PROOF),
        certificate(other, medium=SMARTPHONE),
    ]
    assert [due.last_day for due in deadlines(certificates=certificates)] == [one, other, EXPIRES]


def test_a_certificate_is_silent_once_a_move_has_ended_the_card():
    lapsing = MoveDates(moved_in_on=date(2026, 11, 7))
    found = deadlines(moves=[lapsing], certificates=[certificate(date(2026, 11, 22))])
    assert [(due.kind, due.silent_after) for due in found] == [
        (DeadlineKind.MOVE_IN_14, None),
        (DeadlineKind.CERTIFICATE_EXPIRY, date(2026, 11, 21)),
        (DeadlineKind.CARD_EXPIRY, date(2026, 11, 21)),
    ]


def test_a_certificate_that_ends_on_the_day_the_card_lapses_is_not_told_as_gone():
    # From the next day on no new ones can be put on it.
    lapsing = MoveDates(moved_in_on=date(2026, 11, 7))
    found = deadlines(moves=[lapsing], certificates=[certificate(date(2026, 11, 21))])
    assert [(due.kind, due.silent_after) for due in found[:2]] == [
        (DeadlineKind.CERTIFICATE_EXPIRY, date(2026, 11, 21)),
        (DeadlineKind.MOVE_IN_14, None),
    ]


IN_2026 = st.dates(date(2026, 1, 1), date(2026, 12, 31))
MOVES = st.lists(
    st.builds(
        MoveDates,
        st.none() | IN_2026,
        st.none() | IN_2026,
        st.none() | IN_2026,
        st.none() | IN_2026,
    ),
    max_size=3,
)
CERTIFICATES = st.lists(
    st.builds(
        CertificateFacts,
        st.sampled_from(CertificateKind),
        st.sampled_from(CertificateMedium),
        IN_2026,
        st.booleans(),
    ),
    max_size=4,
)


@given(expires_on=IN_2026, moves=MOVES, certificates=CERTIFICATES)
def test_what_outlasts_the_card_and_every_certificate_is_silent_then(
    expires_on, moves, certificates
):
    # Given once only, as from a file.
    found = deadlines(expires_on=expires_on, moves=iter(moves), certificates=iter(certificates))
    order = [(due.last_day, due.kind) for due in found]
    assert order == sorted(set(order))
    end = ends_on(expires_on, card_lapses_on(moves))
    for due in found:
        falls_silent = due.last_day > end or due.kind is DeadlineKind.CERTIFICATE_EXPIRY
        assert due.silent_after == (end if falls_silent else None)
    assert end in [due.last_day for due in found]


def test_a_card_lapses_by_the_first_of_its_moves_that_ends_it():
    moves = [
        MoveDates(notified_on=date(2026, 9, 1)),
        MoveDates(moved_in_on=date(2026, 11, 7)),
        MoveDates(moved_in_on=date(2026, 1, 1), card_updated_on=date(2026, 1, 2)),
    ]
    assert card_lapses_on(iter(moves)) == date(2026, 11, 22)
    assert card_lapses_on(moves[:1]) == date(2026, 12, 1)
    assert card_lapses_on(moves[2:]) is None
    assert card_lapses_on(()) is None


def test_a_card_works_until_its_expiry_or_the_day_before_it_lapses():
    assert ends_on(EXPIRES, None) == EXPIRES
    assert ends_on(EXPIRES, EXPIRES + timedelta(2)) == EXPIRES
    assert ends_on(EXPIRES, EXPIRES + timedelta(1)) == EXPIRES
    assert ends_on(EXPIRES, EXPIRES) == EXPIRES - timedelta(1)
    assert ends_on(date(2028, 12, 31), date(2028, 3, 1)) == date(2028, 2, 29)


def test_an_extension_that_is_only_applied_for_adds_the_second_visit_the_day_before():
    dues = card_deadlines(
        issued_on=date(2025, 4, 1),
        expires_on=date(2027, 2, 20),
        moves=(),
        certificates=(),
        second_visit=True,
    )
    assert [(due.kind, due.last_day, due.counted_from, due.silent_after) for due in dues] == [
        (DeadlineKind.SECOND_VISIT, date(2027, 2, 19), date(2027, 2, 20), None),
        (DeadlineKind.CARD_EXPIRY, date(2027, 2, 20), date(2027, 2, 20), None),
    ]


def test_a_move_that_the_holder_told_of_reminds_and_ends_no_card():
    told = MoveDates(expected_move_out_on=date(2026, 10, 20), moved_in_on=date(2026, 11, 7))
    dues = card_deadlines(
        issued_on=date(2025, 4, 1),
        expires_on=date(2027, 2, 20),
        moves=(),
        certificates=(),
        planned=(told,),
    )
    assert [(due.kind, due.last_day, due.silent_after) for due in dues] == [
        (DeadlineKind.PLANNED_MOVE_OUT_30, date(2026, 11, 19), None),
        (DeadlineKind.PLANNED_MOVE_IN_14, date(2026, 11, 21), None),
        (DeadlineKind.CARD_EXPIRY, date(2027, 2, 20), None),
    ]


def test_what_the_counter_recorded_takes_the_place_of_what_was_told():
    move = MoveDates(moved_in_on=date(2026, 11, 7))
    dues = card_deadlines(
        issued_on=date(2025, 4, 1),
        expires_on=date(2027, 2, 20),
        moves=(move,),
        certificates=(),
        planned=(move,),
    )
    kinds = [due.kind for due in dues]
    assert kinds == [DeadlineKind.MOVE_IN_14, DeadlineKind.CARD_EXPIRY]
