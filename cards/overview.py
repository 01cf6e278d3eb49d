"""A card as pages show it: read once, worked out by the rules for today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from accounts.adulthood import NOTICE_DAYS, turns_18_on
from accounts.models import Relation
from accounts.opening import Closures, Opening
from cards import labels, wording
from cards.deadline_about import PLAIN, About, of_this_card
from cards.rules.deadlines import ENDS_THE_CARD, CertificateFacts, ending_on, ends_on
from cards.rules.kinds import (
    CardState,
    CardVariant,
    CertificateKind,
    CertificateMedium,
    DeadlineKind,
    PinKind,
    ReissueReason,
    ReissueState,
    RevocationReason,
)
from cards.rules.tasks import TaskFacts, TaskKind, tasks
from cards.rules.uses import Obstacle, Use, uses
from cards.task_words import TaskView, task_view
from portal import clock

if TYPE_CHECKING:
    from cards.models import Card

URGENT_DAYS = 3
SOON_DAYS = 30


@dataclass(frozen=True, slots=True)
class DeadlineView:
    """One open deadline, as of today."""

    kind: DeadlineKind
    last_day: date
    counted_from: date
    days_left: int  # negative once the day has passed
    opening: Opening = wording.ANY_DAY
    about: About = PLAIN

    @property
    def go_by(self) -> date:
        """The day to go to the counter by: a card is renewed before its last day (G4)."""
        return wording.target(self.kind, self.last_day)

    @property
    def urgency(self) -> str:
        """How loud a page says it: over, urgent (3 days), soon (30 days) or later."""
        if self.days_left < 0:
            return "over"
        if self.days_left <= URGENT_DAYS:
            return "urgent"
        return "soon" if self.days_left <= SOON_DAYS else "later"

    @property
    def title(self) -> str:
        return wording.title(self.kind, self.days_left, self.about)

    @property
    def reason(self) -> str:
        return wording.reason(self.kind, self.counted_from, self.last_day, self.about)

    @property
    def what_ends(self) -> tuple[wording.WhatEnds, ...]:
        return wording.what_ends(self.last_day, self.about)

    @property
    def first(self) -> str:
        return wording.first(self.kind, self.days_left, self.opening, self.about)

    @property
    def what_to_do(self) -> str:
        return wording.what_to_do(self.kind, self.days_left, self.opening, self.about)

    @property
    def what_to_bring(self) -> list[str]:
        return wording.what_to_bring(self.kind, self.days_left, self.about)

    @property
    def where(self) -> str:
        return wording.where(self.kind, self.about)

    @property
    def by_when(self) -> str | None:
        return wording.by_when(self.kind, self.last_day, self.days_left, self.opening)


class Guardianship(NamedTuple):
    """A child's card in a parent's or guardian's account, as of today."""

    name: str
    ends_on: date  # the 18th birthday: the first day without it
    over: bool
    soon: bool


class Possible(NamedTuple):
    """What the card can do today, and which PIN it asks for, if any."""

    title: str
    pin: str | None


class Hindered(NamedTuple):
    """What it cannot do today for one and the same reason, and what mends that."""

    why: str
    mend: str
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CardOverview:
    card: Card
    state: CardState
    works_until: date
    tasks: tuple[TaskView, ...]
    deadlines: tuple[DeadlineView, ...]
    uses: tuple[Use, ...]
    guardianship: Guardianship | None

    @property
    def state_label(self) -> str:
        return str(labels.CARD_STATE[self.state])

    @property
    def possible(self) -> list[Possible]:
        return [
            Possible(str(labels.USE[use.kind]), str(labels.PIN_KIND[use.pin]) if use.pin else None)
            for use in self.uses
            if use.possible
        ]

    @property
    def hindered(self) -> list[Hindered]:
        """Grouped by what stands in the way, in the order of the first use that it stops."""
        stopped: dict[Obstacle, list[str]] = {}
        for use in self.uses:
            if use.obstacle:
                stopped.setdefault(use.obstacle, []).append(str(labels.USE[use.kind]))
        return [
            Hindered(str(labels.OBSTACLE[why]), str(labels.MENDED_BY[why]), tuple(titles))
            for why, titles in stopped.items()
        ]


def overview(card: Card) -> CardOverview:
    """What the holder sees first. `card` comes from `Card.objects.with_facts()`; no query here."""
    today = clock.today()
    state = card.state_on(today)
    works_until = ends_on(card.expires_on, card.lapses_on)
    over = works_until < today
    suspended = state is CardState.SUSPENDED
    closures = Closures.of(card.resident.office.closed_weekdays, card.closed_rows)
    certificates = certificate_facts(card)
    deadlines = tuple(
        DeadlineView(
            kind=(kind := DeadlineKind(row["kind"])),
            last_day=(last_day := date.fromisoformat(row["last_day"])),
            counted_from=date.fromisoformat(row["counted_from"]),
            days_left=(last_day - today).days,
            about=(
                about := of_this_card(
                    card, kind, ending_on(certificates, last_day), row["move_kind"]
                )
            ),
            opening=wording.opening(kind, last_day, today, closures, about),
        )
        for row in card.deadline_rows
        # Once the card is gone, only what ended it is still true.
        if not over or (row["last_day"] == works_until.isoformat() and row["kind"] in ENDS_THE_CARD)
    )
    return CardOverview(
        card=card,
        state=state,
        works_until=works_until,
        tasks=tuple(
            task_view(
                task,
                card.reference,
                today,
                closures,
                suspended=suspended,
                within=_is_within(task.kind, deadlines),
            )
            for task in tasks(_task_facts(card, state, deadlines), today)
        ),
        deadlines=deadlines,
        uses=_uses(card, state, today),
        guardianship=guardianship_of(card, today),
    )


def guardianship_of(card: Card, today: date) -> Guardianship | None:
    """How long the reader still looks after this card; None for their own. No query here.

    `card` comes from `Card.objects.held_by`. Worked out from the child's birth date and the day.
    """
    if getattr(card, "held_as", Relation.SELF) != Relation.GUARDIAN:
        return None
    ends_on = turns_18_on(card.resident.birth_date)
    left = (ends_on - today).days
    return Guardianship(card.resident.name, ends_on, left <= 0, 0 < left <= NOTICE_DAYS)


_NOTIFIED = (DeadlineKind.MOVE_OUT_30, DeadlineKind.MOVE_IN_14)
_PLANNED = (DeadlineKind.PLANNED_MOVE_OUT_30, DeadlineKind.PLANNED_MOVE_IN_14)
_TO_NOTIFY = {TaskKind.NOTIFY_MOVE: _NOTIFIED, TaskKind.PLANNED_MOVE: _PLANNED}


def _is_within(task: TaskKind, deadlines: tuple[DeadlineView, ...]) -> bool:
    """Whether it is a move within the municipality that is to be notified first."""
    kinds = _TO_NOTIFY.get(task, ())
    return next((one.about.within for one in deadlines if one.kind in kinds), False)


def _task_facts(card: Card, state: CardState, deadlines: tuple[DeadlineView, ...]) -> TaskFacts:
    def earliest(*kinds: DeadlineKind) -> date | None:
        return min((one.last_day for one in deadlines if one.kind in kinds), default=None)

    on_chip = [row for row in card.certificate_rows if row["medium"] == CertificateMedium.CHIP]
    unrevoked = [row for row in on_chip if row["revoked_at"] is None]
    signatures = [row for row in on_chip if row["kind"] == CertificateKind.SIGNATURE]
    ends_on = min((date.fromisoformat(row["ends_on"]) for row in unrevoked), default=date.max)
    return TaskFacts(
        state=state,
        variant=CardVariant(card.variant),
        expires_on=card.expires_on,
        awaits_second_visit=card.awaits_second_visit,
        notify_by=earliest(*_NOTIFIED),
        update_by=earliest(DeadlineKind.CARD_UPDATE_90),
        name_changed=card.name_changed_on is not None,
        planned_notify_by=earliest(*_PLANNED),
        column_full=card.column_full,
        # Rows come in the order of issue, so the last one is the latest.
        signature_ended_by_change=bool(signatures)
        and signatures[-1]["revoked_because"] == RevocationReason.INFORMATION_CHANGED,
        certificates_end_on=ends_on if ends_on < card.expires_on else None,
        reissue=ReissueState(card.open_reissue) if card.open_reissue else None,
        reissue_reason=ReissueReason(reason) if (reason := card.open_reissue_reason) else None,
    )


def _uses(card: Card, state: CardState, today: date) -> tuple[Use, ...]:
    known = {PinKind(row["kind"]) for row in card.set_pins}
    return uses(
        state=state,
        variant=CardVariant(card.variant),
        certificates=certificate_facts(card),
        locked_pins=[PinKind(row["kind"]) for row in card.locked_pins],
        unset_pins=[kind for kind in PinKind if kind not in known],
        today=today,
    )


def certificate_facts(card: Card) -> list[CertificateFacts]:
    """What the rules want to know of its certificates. `card` comes from `with_facts()`."""
    return [
        CertificateFacts(
            kind=CertificateKind(row["kind"]),
            medium=CertificateMedium(row["medium"]),
            valid_until=min(date.fromisoformat(row["ends_on"]), card.expires_on),
            revoked=row["revoked_at"] is not None,
            issued_on=date.fromisoformat(row["issued_on"]),
        )
        for row in card.certificate_rows
    ]
