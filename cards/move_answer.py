"""What the days of a move mean for a card, in the reader's language (G5②)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from cards import wording
from cards.deadline_about import of_card
from cards.rules.days import days_from
from cards.rules.kinds import DeadlineKind, MoveKind
from cards.rules.moves import CLOCK_DAYS, Clock, MoveDates

if TYPE_CHECKING:
    from django.utils.functional import Promise

_TITLES: dict[DeadlineKind, Promise] = {
    DeadlineKind.MOVE_OUT_30: _("Submit the moving-in notification: 30 days from moving out"),
    DeadlineKind.MOVE_IN_14: _("Submit the notification: 14 days from moving in"),
    DeadlineKind.CARD_UPDATE_90: _(
        "Have the new address written on the card: 90 days from the notification"
    ),
}


@dataclass(frozen=True, slots=True)
class ClockView:
    """One clock: what must be done by its last day, why that day, and what happens after it.

    `met`: stopped in time by the days given. `within`: of a move within the municipality.
    """

    kind: DeadlineKind
    last_day: date
    lapses_on: date | None
    counted_from: date
    met: bool
    days_left: int
    within: bool

    @property
    def title(self) -> Promise:
        return _TITLES[self.kind]

    @property
    def reason(self) -> str:
        move_kind = MoveKind.RELOCATE if self.within else None
        about = of_card(self.kind, variant="", second_visit=False, move_kind=move_kind)
        return wording.reason(self.kind, self.counted_from, self.last_day, about)

    @property
    def is_over(self) -> bool:
        return not self.met and self.days_left < 0


@dataclass(frozen=True, slots=True)
class MoveAnswer:
    """All clocks of a move, the earliest last day first, and when the card would lapse.

    `update_by`: the last day to have the card updated if the notification is submitted on its
    own last day, `notify_by`; both None once it is submitted.
    """

    clocks: tuple[ClockView, ...]
    first: ClockView | None
    notify_by: date | None
    update_by: date | None

    @property
    def lapses_on(self) -> date | None:
        return self.first.lapses_on if self.first else None


def move_answer(dates: MoveDates, today: date, *, within: bool) -> MoveAnswer:
    """Work out every clock that the days start, stopped ones too.

    `within`: the move is one within the municipality.
    """
    running = {clock.kind for clock in dates.deadlines()}
    started = MoveDates(dates.expected_move_out_on, dates.moved_in_on).deadlines()
    started += MoveDates(notified_on=dates.notified_on).deadlines()
    clocks = tuple(
        sorted(
            (
                _view(clock, today, met=clock.kind not in running, within=within)
                for clock in started
            ),
            key=lambda one: one.last_day,
        )
    )
    first = next((one for one in clocks if not one.met), None)
    notify_by = first.last_day if first and dates.told_on is None else None
    return MoveAnswer(
        clocks=clocks,
        first=first,
        notify_by=notify_by,
        update_by=(
            days_from(notify_by, CLOCK_DAYS[DeadlineKind.CARD_UPDATE_90]) if notify_by else None
        ),
    )


def _view(clock: Clock, today: date, *, met: bool, within: bool) -> ClockView:
    return ClockView(
        kind=clock.kind,
        last_day=clock.last_day,
        lapses_on=clock.lapses_on,
        counted_from=clock.counted_from,
        met=met,
        days_left=(clock.last_day - today).days,
        within=within,
    )
