"""What an application for a new card asks of its holder, in the reader's language (G6, G8)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cards import labels
from cards.models import Reissue
from cards.rules.fees import normally_waivable
from cards.rules.kinds import ReissueReason

_IDENTITY = _("Something that proves who you are: your residence card, for example")
_STAY = _("Your residence card, if it shows a new period of stay")
_OLD_CARD = _("The old card, if you have it")
_POLICE = _("The police report of the loss, with its receipt number")
_FIRE = _("The report of the fire station")
_DAMAGED = _("The damaged card: the office wants to see it")
_FEE = _("The fee: %(fee)s yen")


def what_to_bring(reissue: Reissue) -> list[str | Promise]:
    """To collect the new card. `reissue` is open; its fee may not be decided yet."""
    reason = ReissueReason(reissue.reason)
    things: list[str | Promise] = [_IDENTITY, _STAY, evidence(reason) or _OLD_CARD]
    if reissue.fee:
        things.append(_FEE % {"fee": f"{reissue.fee:,}"})
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
