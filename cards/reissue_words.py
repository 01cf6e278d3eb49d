"""What an application for a new card asks of its holder, in the reader's language (G6, G8)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cards import labels
from cards.deadline_words import NEW_CARD_BRING, PROOF
from cards.models import Reissue
from cards.rules.fees import normally_waivable
from cards.rules.kinds import ReissueReason

_STAY = _("Your residence card, if it shows a new period of stay")
_POLICE = _("The police report of the loss, with its receipt number")
_FIRE = _("The report of the fire station")
_DAMAGED = _("The damaged card: the office wants to see it")
_FEE = _("The fee: %(fee)s yen")


def what_to_bring(reissue: Reissue) -> list[str | Promise]:
    """To collect the new card. `reissue` is open; its fee may not be decided yet."""
    return to_collect(ReissueReason(reissue.reason), reissue.fee)


def to_collect(reason: ReissueReason | None, fee: int | None) -> list[str | Promise]:
    """What to bring for a new card, on pages and in mails alike (G6).

    `fee` in yen: 0 where it is free, None where it is not known. `reason` is None where it is not.
    """
    *_proof, old_card = NEW_CARD_BRING
    things: list[str | Promise] = [PROOF, _STAY, (reason and evidence(reason)) or old_card]
    if fee:
        things.append(_FEE % {"fee": f"{fee:,}"})
    return things


def evidence(reason: ReissueReason) -> Promise | None:
    """What shows the office that the reason is true, where it asks for that (G6)."""
    return {
        ReissueReason.LOST: _POLICE,
        ReissueReason.FIRE: _FIRE,
        ReissueReason.DAMAGED: _DAMAGED,
        ReissueReason.CARD_FAILURE: _DAMAGED,
        ReissueReason.CARELESS_HANDLING: _DAMAGED,
    }.get(reason)


def waiving_circumstances(reason: ReissueReason) -> list[str | Promise]:
    """What would make it free, if the office confirms it (G8)."""
    return [labels.WAIVER_GROUND[ground] for ground in normally_waivable(reason)]
