"""What happened to a card, put in words from the event's kind and data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.models import Resident
from cards import history_new_cards as new_cards
from cards import labels
from cards.models import Card, CardEvent, IdentityProof, Move
from cards.rules.kinds import CardVariant, EventKind, PinKind

MOVE_DAYS = ("expected_move_out_on", "moved_in_on", "notified_on", "card_updated_on")
# What the columns of a file are called where people read of them.
_WORDS = {
    field.name: field.verbose_name
    for model in (Resident, Card, Move)
    for field in model._meta.concrete_fields
} | {"office_code": Resident._meta.get_field("office").verbose_name}


# Nobody was signed in: where it happened says more than who.
_BY_NOBODY: dict[EventKind, Promise] = {
    EventKind.PIN_SET: _lazy("With the code from the counter"),
    EventKind.PIN_INITIALISED: _lazy("At a kiosk terminal"),
    EventKind.PIN_ONE_TRY_LEFT: _lazy("Somebody who entered the PIN"),
    EventKind.PIN_LOCKED: _lazy("Somebody who entered the PIN"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What happened at a moment, and its particulars, a line each.

    `event` is None for what nobody did: the card's end (`cards.ending`). `notes` are what staff
    wrote for themselves; holders are not shown them.
    """

    event: CardEvent | None
    what: str | Promise
    lines: tuple[str, ...]
    at: datetime
    notes: tuple[str, ...] = ()

    @property
    def by_nobody(self) -> Promise | None:
        """Where it happened, of what needs nobody signed in."""
        return _BY_NOBODY.get(EventKind(self.event.kind)) if self.event else None


def tell(event: CardEvent) -> Told:
    """The event in the reader's language. Unknown or missing data is left out, never guessed."""
    kind = EventKind(event.kind)
    lines = _PARTICULARS.get(kind, _nothing)(event.data)
    notes = _NOTES.get(kind, _nothing)(event.data)
    return Told(event, labels.EVENT_KIND[kind], tuple(lines), event.at, tuple(notes))


def day_in_words(written: str | None) -> str:
    """A day of an event (YYYY-MM-DD, or None) as its reader writes days."""
    return date_format(date.fromisoformat(written)) if written else _("not known")


def _nothing(data: Mapping[str, Any]) -> list[str]:
    return []


def _expiry(data: Mapping[str, Any]) -> list[str]:
    lines = []
    if "expires_on" in data and data.get("before") == data["expires_on"]:
        lines.append(_day("expires_on", data["expires_on"]))
    elif "before" in data and "expires_on" in data:
        lines.append(
            _("From %(before)s to %(after)s")
            % {
                "before": day_in_words(data["before"]),
                "after": day_in_words(data["expires_on"]),
            }
        )
    if "basis" in data:
        lines.append(str(labels.EXPIRY_BASIS[data["basis"]]))
    return lines


def _move(data: Mapping[str, Any]) -> list[str]:
    lines = []
    if "move_kind" in data:
        lines.append(str(labels.MOVE_KIND[data["move_kind"]]))
    lines += [_day(name, data[name]) for name in MOVE_DAYS if data.get(name)]
    if data.get("settles"):
        lines.append(_("The move that the holder had told of is settled by this."))
    return [*lines, *_written(data)]


def _told_move(data: Mapping[str, Any]) -> list[str]:
    lines = _move(data)
    if before := data.get("before"):
        lines.append(_("In place of the move told before:"))
        lines += _move(before)
    return lines


def _withdrawn(data: Mapping[str, Any]) -> list[str]:
    lines = _taken_back(data)
    if "reopens" in data:
        lines.append(_("The move that the holder had told of is open again."))
    return lines


def _taken_back(data: Mapping[str, Any]) -> list[str]:
    """What no longer counts as written in the column, of what kind, never the text."""
    lines = [
        _("Taken back from the additional information column: %(what)s")
        % {"what": labels.INFO_KIND[kind]}
        for kind in data.get("taken_back", ())
    ]
    if data.get("column_free"):
        lines.append(_("The additional information column is no longer full."))
    return lines


def _written(data: Mapping[str, Any]) -> list[str]:
    """What was written in the additional information column: of what kind, never the text."""
    lines = [
        _("Written in the additional information column: %(what)s")
        % {"what": labels.INFO_KIND[kind]}
        for kind in data.get("written", ())
    ]
    if data.get("column_full"):
        lines.append(_("The additional information column is full."))
    return lines


def _name_change(data: Mapping[str, Any]) -> list[str]:
    if "changed_on" not in data:
        return []
    return [_("From %(day)s on") % {"day": day_in_words(data["changed_on"])}]


def _name_correction(data: Mapping[str, Any]) -> list[str]:
    lines = [_("The recorded name was corrected.")] if data.get("name") else []
    if "changed_on" not in data:
        return lines
    if data["changed_on"] is None:
        return [*lines, _("No new name is waiting to be written on the card any more.")]
    if data["changed_on"] == data.get("before"):
        return lines
    words = _("Day of the change of name: %(before)s → %(after)s")
    days = {
        "before": day_in_words(data.get("before")),
        "after": day_in_words(data["changed_on"]),
    }
    return [*lines, words % days]


def _correction(data: Mapping[str, Any]) -> list[str]:
    before = data.get("before", {})
    lines = [
        _("%(field)s: %(before)s → %(after)s")
        % {
            "field": _field(name),
            "before": day_in_words(before.get(name)),
            "after": day_in_words(data.get(name)),
        }
        for name in MOVE_DAYS
        if before.get(name) != data.get(name)
    ]
    return [*lines, *_taken_back(data)]


def _update(data: Mapping[str, Any]) -> list[str]:
    lines = [_day("card_updated_on", data["card_updated_on"])] if "card_updated_on" in data else []
    if data.get("name"):
        lines.append(_("The card now shows the new name."))
    return [*lines, *_written(data)]


def _certificate(data: Mapping[str, Any]) -> list[str]:
    lines = []
    kinds = data.get("certificates", [data["certificate"]] if "certificate" in data else [])
    lines += [str(labels.CERTIFICATE_KIND[kind]) for kind in kinds]
    if "medium" in data:
        lines.append(str(labels.CERTIFICATE_MEDIUM[data["medium"]]))
    if data.get("valid_until"):
        lines.append(_("Valid until %(day)s") % {"day": day_in_words(data["valid_until"])})
    if "because" in data:
        lines.append(str(labels.REVOCATION_REASON[data["because"]]))
    return lines


def _pins(data: Mapping[str, Any]) -> list[str]:
    pins = data.get("pins", [data["pin"]] if "pin" in data else [])
    lines = [str(labels.PIN_KIND[PinKind(pin)]) for pin in pins]
    if kiosk := data.get("kiosk"):
        lines.append(_("Terminal: %(name)s") % {"name": kiosk})
    return [*lines, *_identity(data)]


def _identity(data: Mapping[str, Any]) -> list[str]:
    if proof := data.get("identity_proof"):
        return [_("Identity checked by: %(proof)s") % {"proof": IdentityProof(proof).label}]
    return []


def _details(data: Mapping[str, Any]) -> list[str]:
    """Which details a file changed."""
    return [
        _("Changed: %(field)s") % {"field": _WORDS[name]}
        for name in data.get("columns", ())
        if name in _WORDS
    ]


def _details_note(data: Mapping[str, Any]) -> list[str]:
    """From what to what, as far as the history keeps it: of names and addresses it does not."""
    return [
        _("%(field)s: %(before)s → %(after)s")
        % {
            "field": _field(name),
            "before": _value_in_words(name, before),
            "after": _value_in_words(name, after),
        }
        for name, (before, after) in data.get("changes", {}).items()
        if name in _WORDS
    ]


def _value_in_words(name: str, written: str | None) -> str:
    if name == "variant" and written in set(CardVariant):
        return str(labels.CARD_VARIANT[CardVariant(written)])
    return (written or _("not known")) if name == "office_code" else day_in_words(written)


def _reset_note(data: Mapping[str, Any]) -> list[str]:
    return [_("Reason: %(reason)s") % {"reason": data["reason"]}] if data.get("reason") else []


def _decision_note(data: Mapping[str, Any]) -> list[str]:
    return [_("Note: %(note)s") % {"note": data["note"]}] if data.get("note") else []


def _day(name: str, written: str) -> str:
    return _("%(field)s: %(day)s") % {"field": _field(name), "day": day_in_words(written)}


def _field(name: str) -> str:
    words = str(_WORDS[name])
    return words[:1].upper() + words[1:]


def _issued(data: Mapping[str, Any]) -> list[str]:
    lines = new_cards.issued(data)
    if "expires_on" in data:
        lines.append(_("Valid until %(day)s") % {"day": day_in_words(data["expires_on"])})
    for move in data.get("goes_on", ()):
        lines += [_("A recorded move goes on with this card:"), *_move(move)]
    if told := data.get("goes_on_told"):
        lines += [_("A move that the holder had told of goes on with this card:"), *_move(told)]
    return [*lines, *_identity(data)]


def _variant_changed(data: Mapping[str, Any]) -> list[str]:
    return [*new_cards.variant(data), *_identity(data)]


_PARTICULARS = {
    EventKind.DETAILS_CHANGED: _details,
    EventKind.EXPIRY_SET: _expiry,
    EventKind.MOVE_RECORDED: _move,
    EventKind.MOVE_CORRECTED: _correction,
    EventKind.MOVE_WITHDRAWN: _withdrawn,
    EventKind.MOVE_TOLD: _told_move,
    EventKind.TOLD_MOVE_WITHDRAWN: _move,
    EventKind.NAME_CHANGED: _name_change,
    EventKind.NAME_CORRECTED: _name_correction,
    EventKind.CARD_UPDATED: _update,
    EventKind.CERTIFICATE_ISSUED: _certificate,
    EventKind.CERTIFICATE_REVOKED: _certificate,
    EventKind.PIN_CHANGED: _pins,
    EventKind.PIN_ONE_TRY_LEFT: _pins,
    EventKind.PIN_LOCKED: _pins,
    EventKind.PIN_RESET: _pins,
    EventKind.PIN_SET: _pins,
    EventKind.PIN_INITIALISED: _pins,
    EventKind.SUSPENSION_LIFTED: _identity,
    EventKind.REISSUE_REQUESTED: new_cards.requested,
    EventKind.REISSUE_ASKED_BACK: new_cards.asked_back,
    EventKind.REISSUE_ANSWERED: new_cards.answered,
    EventKind.REISSUE_ACCEPTED: new_cards.accepted,
    EventKind.REISSUE_REFUSED: new_cards.refused,
    EventKind.ISSUED: _issued,
    EventKind.REPLACED: new_cards.replaced,
    EventKind.VARIANT_REQUESTED: new_cards.variant,
    EventKind.VARIANT_REFUSED: new_cards.variant,
    EventKind.VARIANT_WITHDRAWN: new_cards.variant,
    EventKind.VARIANT_CHANGED: _variant_changed,
}
_NOTES = {
    EventKind.DETAILS_CHANGED: _details_note,
    EventKind.PIN_RESET: _reset_note,
    EventKind.REISSUE_ACCEPTED: _decision_note,
}
