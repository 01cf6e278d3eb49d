"""Particulars of what happened around a new card or the other variant, for `cards.history`."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from cards import labels

Data = Mapping[str, Any]


def requested(data: Data) -> list[str]:
    lines = []
    if "reissue_reason" in data:
        lines.append(str(labels.REISSUE_REASON[data["reissue_reason"]]))
    if "with_certificates" in data:
        lines.append(
            _("With electronic certificates")
            if data["with_certificates"]
            else _("Without electronic certificates")
        )
    return lines


def asked_back(data: Data) -> list[str]:
    return [_("Question: %(text)s") % {"text": data["question"]}] if "question" in data else []


def answered(data: Data) -> list[str]:
    return [_("Answer: %(text)s") % {"text": data["answer"]}] if "answer" in data else []


def accepted(data: Data) -> list[str]:
    if data.get("waiver"):
        ground = labels.WAIVER_GROUND[data["waiver"]]
        return [_("Free of charge: %(ground)s") % {"ground": ground}]
    return [_("Fee: %(fee)s yen") % {"fee": f"{data['fee']:,}"}] if "fee" in data else []


def refused(data: Data) -> list[str]:
    if "refused_because" not in data:
        return []
    return [_("Reason: %(reason)s") % {"reason": data["refused_because"]}]


def issued(data: Data) -> list[str]:
    lines = []
    if "earlier_reference" in data:
        words = _("In place of card %(reference)s")
        lines.append(words % {"reference": data["earlier_reference"]})
    return lines


def replaced(data: Data) -> list[str]:
    lines = []
    if "new_reference" in data:
        lines.append(_("By card %(reference)s") % {"reference": data["new_reference"]})
    if data.get("moves"):
        lines.append(_("The new card shows the new address."))
    return lines


def variant(data: Data) -> list[str]:
    lines = [str(labels.CARD_VARIANT[data["variant"]])] if "variant" in data else []
    return [*lines, *refused(data)]
