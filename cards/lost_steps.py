"""What a holder has done about a lost card, as far as the portal knows: never assumed (G6)."""

from __future__ import annotations

from dataclasses import dataclass

from cards.models import Card, Reissue
from cards.rules.kinds import OPEN_REISSUE_STATES, ReissueState


@dataclass(frozen=True, slots=True)
class LostSteps:
    """Which steps are known to be done. `reissue` is the open application, or None."""

    police_number: str
    reissue: Reissue | None

    @property
    def waits_for_holder(self) -> bool:
        """The office asked something about the new card."""
        return self.reissue is not None and self.reissue.state == ReissueState.ASKED_BACK

    @property
    def waits_for_report(self) -> bool:
        """The office cannot decide about the new card before it has seen the report."""
        return self.reissue is not None and self.reissue.awaits_report


def steps_after_suspension(card: Card) -> LostSteps:
    """The steps of a suspended card: the police's number and the application, if there are any."""
    states = [state.value for state in OPEN_REISSUE_STATES]
    reissue = card.reissues.filter(state__in=states).first()
    return LostSteps(reissue.police_receipt_number if reissue else "", reissue)
