"""An application for a new card before it is sent: which questions it asks, and the answers.

Answers wait in the session, so that every page is one question and works without script. They are
checked again when they are sent: a card can change meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from accounts.sessions import DRAFT
from cards.forms import reissue as forms
from cards.models import Card
from cards.operations import request_reissue
from cards.reissue_fees import fee_on
from cards.rules.fees import normally_waivable
from cards.rules.kinds import CardVariant, ReissueReason, WaiverGround
from cards.rules.reissue import needs_fire_report, needs_police_receipt
from portal import clock

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase

    from accounts.models import User
    from cards.models import Reissue

# In the order in which they are asked; the last one sends.
QUESTIONS: dict[str, type[forms.QuestionForm]] = {
    "reason": forms.ReasonForm,
    "police": forms.PoliceForm,
    "fire": forms.FireForm,
    "certificates": forms.CertificatesForm,
    "circumstances": forms.CircumstancesForm,
}
CHECK = "check"


@dataclass(slots=True)
class Draft:
    """The answers so far, by the names of the forms' fields."""

    card: Card
    answers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, session: SessionBase, card: Card) -> Draft:
        """The draft for this card in this session; an empty one if there is none."""
        return cls(card, dict(session.get(_key(card), {})))

    def keep(self, session: SessionBase) -> None:
        session[_key(self.card)] = self.answers

    def forget(self, session: SessionBase) -> None:
        session.pop(_key(self.card), None)

    @property
    def reason(self) -> ReissueReason | None:
        """The reason that was chosen, if it can still be true of the card."""
        chosen = self.answers.get("reason")
        fits = forms.ReasonForm({"reason": chosen}, card=self.card, answers={}).is_valid()
        return ReissueReason(chosen) if chosen and fits else None

    @property
    def questions(self) -> list[str]:
        """Those that this card and the chosen reason call for."""
        reason = self.reason
        if reason is None:
            return ["reason"]
        asked = {
            "reason": True,
            "police": needs_police_receipt(reason),
            "fire": needs_fire_report(reason),
            "certificates": self.card.variant == CardVariant.STANDARD,
            "circumstances": bool(normally_waivable(reason)),
        }
        return [question for question in QUESTIONS if asked[question]]

    @property
    def next_question(self) -> str:
        """The first that is not answered rightly yet; `CHECK` when all are."""
        for question in self.questions:
            if not self.form(question, self.answers).is_valid():
                return question
        return CHECK

    def form(self, question: str, data: object = None) -> forms.QuestionForm:
        return QUESTIONS[question](data, card=self.card, answers=self.answers)

    @property
    def with_certificates(self) -> bool:
        return "certificates" in self.questions and self.answers["with_certificates"] == forms.YES

    @property
    def claimed_ground(self) -> WaiverGround | None:
        claimed = self.answers.get("claimed_ground", forms.NO)
        waivable = "circumstances" in self.questions and claimed != forms.NO
        return WaiverGround(claimed) if waivable else None

    @property
    def usual_fee(self) -> int:
        """In yen, if the office finds nothing that waives it."""
        assert self.reason is not None  # noqa: S101 - asked for on the last page alone
        return fee_on(clock.today(), self.reason, with_certificates=self.with_certificates)

    def send(self, by: User) -> Reissue:
        """Raises OperationRefused where the card no longer allows it."""
        assert self.reason is not None  # noqa: S101 - asked for on the last page alone
        return request_reissue(
            self.card,
            reason=self.reason,
            with_certificates=self.with_certificates,
            police_receipt_number=self.answers.get("police_receipt_number", ""),
            fire_report_number=self.answers.get("fire_report_number", ""),
            claimed_ground=self.claimed_ground,
            circumstances=self.answers.get("circumstances", ""),
            by=by,
        )


def _key(card: Card) -> str:
    return f"{DRAFT}new-card-{card.pk}"
