"""What is told at once when something happens to a card: one function a kind of event."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cards.rules.kinds import EventKind, PinKind
from cards.wording import day
from notifications.messages import certificates, new_cards
from notifications.messages.told import Told

# How the guide counts the PINs; the same in every language.
_MARKS = {
    PinKind.SIGNATURE: "①",
    PinKind.USER_PROOF: "②",
    PinKind.RESIDENT_REGISTRATION: "③",
    PinKind.CARD_INFO_INPUT: "④",
}


def detail_of(data: dict[str, Any]) -> str:
    """What of an event's data the words depend on: the PINs, the decision, a reason or a place."""
    pins = data.get("pins", [data["pin"]] if "pin" in data else [])
    return "".join(_MARKS[PinKind(pin)] for pin in pins) or str(
        new_cards.detail_of(data) or data.get("because") or data.get("medium", "")
    )


def told(kind: str, on: date, detail: str = "") -> Told:
    """The words for an event of `kind` on a day. ValueError for a kind that is not told."""
    try:
        return _TOLD[EventKind(kind)](on, detail)
    except KeyError:
        raise ValueError(f"Nothing is said about an event {kind}.") from None


def _suspended(on: date, detail: str) -> Told:
    """A lost card was frozen (G6)."""
    return Told(
        headline=_("The Individual Number Card is suspended"),
        why=_(
            "The card was suspended on %(day)s. Nobody can use it now, and its electronic "
            "certificates do not work."
        )
        % {"day": day(on)},
        what_to_do=_(
            "If the card is lost, tell the police and keep the number of the loss report, then "
            "tell the municipal office. If you find the card, only the office below can lift the "
            "suspension; this cannot be done by telephone or in the portal. If you do not know "
            "why the card was suspended, ask the office."
        ),
        bring=(_("The Individual Number Card, if you have found it"),),
    )


def _suspension_lifted(on: date, detail: str) -> Told:
    """A found card works again (G6)."""
    return Told(
        headline=_("The Individual Number Card is no longer suspended"),
        why=_("The office lifted the suspension on %(day)s.") % {"day": day(on)},
        what_to_do=_(
            "There is nothing more to do. If you did not ask for this, or do not have the card, "
            "have it suspended again at once: 0120-0178-27 (several languages) or 0120-95-0178 "
            "(Japanese), free of charge, day and night."
        ),
    )


def _pin_changed(on: date, pins: str) -> Told:
    """The holder changed PINs (G3)."""
    return Told(
        headline=ngettext(
            "PIN %(pins)s was changed",
            "PINs %(pins)s were changed",
            len(pins),
        )
        % {"pins": pins},
        why=ngettext(
            "PIN %(pins)s of the card was changed in the portal on %(day)s.",
            "PINs %(pins)s of the card were changed in the portal on %(day)s.",
            len(pins),
        )
        % {"pins": pins, "day": day(on)},
        what_to_do=_not_you(),
    )


def _pin_one_try_left(on: date, pins: str) -> Told:
    """One more wrong try locks a PIN (G3)."""
    return Told(
        headline=_("PIN %(pins)s: one more wrong try locks it") % {"pins": pins},
        why=_(
            "PIN %(pins)s was entered wrongly several times in a row, last on %(day)s. One more "
            "wrong try locks it."
        )
        % {"pins": pins, "day": day(on)},
        what_to_do=_(
            "If it was you, do not guess: the municipal office resets a forgotten PIN. If it was "
            "not you, look for your card at once; if it is gone, suspend it: 0120-0178-27 "
            "(several languages) or 0120-95-0178 (Japanese), free of charge, day and night."
        ),
    )


def _pin_locked(on: date, pins: str) -> Told:
    """Too many wrong tries in a row (G3)."""
    return Told(
        headline=ngettext(
            "PIN %(pins)s is locked",
            "PINs %(pins)s are locked",
            len(pins),
        )
        % {"pins": pins},
        why=ngettext(
            "PIN %(pins)s was entered wrongly too often in a row, last on %(day)s.",
            "PINs %(pins)s were each entered wrongly too often in a row, last on %(day)s.",
            len(pins),
        )
        % {"pins": pins, "day": day(on)},
        what_to_do=_opened_by(pins) % {"pins": pins},
        bring=(
            _("The Individual Number Card"),
            _("Something that proves who you are, for example your residence card"),
        ),
    )


def _opened_by(pins: str) -> str:
    """What opens these PINs again: a kiosk only ① alone, since it asks for ② (G3)."""
    if _MARKS[PinKind.USER_PROOF] in pins:
        return ngettext(
            "Waiting does not open PIN %(pins)s. The municipal office resets PIN %(pins)s, and you "
            "set a new one there yourself. While PIN ② is locked, a kiosk terminal in a "
            "convenience store cannot initialise PIN ① either. If it was not you, look for your "
            "card; if it is gone, suspend it: 0120-0178-27 (several languages) or 0120-95-0178 "
            "(Japanese).",
            "Waiting does not open PINs %(pins)s. The municipal office resets PINs %(pins)s, and "
            "you set new ones there yourself. While PIN ② is locked, a kiosk terminal in a "
            "convenience store cannot initialise PIN ① either. If it was not you, look for your "
            "card; if it is gone, suspend it: 0120-0178-27 (several languages) or 0120-95-0178 "
            "(Japanese).",
            len(pins),
        )
    if _MARKS[PinKind.SIGNATURE] in pins:
        return ngettext(
            "Waiting does not open PIN %(pins)s. The municipal office resets PIN %(pins)s, and you "
            "set a new one there yourself. PIN ① can also be initialised at a kiosk terminal in a "
            "convenience store by someone who enters PIN ② correctly, unless PIN ② is locked as "
            "well. If it was not you, look for your card; if it is gone, suspend it: 0120-0178-27 "
            "(several languages) or 0120-95-0178 (Japanese).",
            "Waiting does not open PINs %(pins)s. The municipal office resets PINs %(pins)s, and "
            "you set new ones there yourself. PIN ① can also be initialised at a kiosk terminal "
            "in a convenience store by someone who enters PIN ② correctly, unless PIN ② is locked "
            "as well. If it was not you, look for your card; if it is gone, suspend it: "
            "0120-0178-27 (several languages) or 0120-95-0178 (Japanese).",
            len(pins),
        )
    return ngettext(
        "Waiting does not open PIN %(pins)s. The municipal office resets PIN %(pins)s, and you set "
        "a new one there yourself. If it was not you, look for your card; if it is gone, suspend "
        "it: 0120-0178-27 (several languages) or 0120-95-0178 (Japanese).",
        "Waiting does not open PINs %(pins)s. The municipal office resets PINs %(pins)s, and you "
        "set new ones there yourself. If it was not you, look for your card; if it is gone, "
        "suspend it: 0120-0178-27 (several languages) or 0120-95-0178 (Japanese).",
        len(pins),
    )


def _pin_reset(on: date, pins: str) -> Told:
    """The office reset PINs at the counter (G3)."""
    return Told(
        headline=ngettext(
            "PIN %(pins)s was reset at the office",
            "PINs %(pins)s were reset at the office",
            len(pins),
        )
        % {"pins": pins},
        why=ngettext(
            "On %(day)s the office checked the holder's identity and reset PIN %(pins)s. The old "
            "PIN no longer works.",
            "On %(day)s the office checked the holder's identity and reset PINs %(pins)s. The old "
            "PINs no longer work.",
            len(pins),
        )
        % {"pins": pins, "day": day(on)},
        what_to_do=ngettext(
            "Set the new PIN yourself, with the code you were given at the counter; it can be "
            "used for 30 minutes. If you were not at the office, call it at once.",
            "Set the new PINs yourself, with the code you were given at the counter; it can be "
            "used for 30 minutes. If you were not at the office, call it at once.",
            len(pins),
        ),
    )


def _pin_set(on: date, pins: str) -> Told:
    """The holder set the PIN after a reset (G3)."""
    return Told(
        headline=ngettext(
            "A new PIN %(pins)s was set",
            "New PINs %(pins)s were set",
            len(pins),
        )
        % {"pins": pins},
        why=ngettext(
            "A new PIN %(pins)s was set with the code from the counter on %(day)s.",
            "New PINs %(pins)s were set with the code from the counter on %(day)s.",
            len(pins),
        )
        % {"pins": pins, "day": day(on)},
        what_to_do=_not_you(),
    )


def _pin_initialised(on: date, pins: str) -> Told:
    """PIN ① was initialised at a kiosk (G3)."""
    return Told(
        headline=_("PIN %(pins)s was initialised") % {"pins": pins},
        why=_(
            "On %(day)s a new PIN %(pins)s was set at a kiosk terminal in a convenience store, by "
            "someone who entered PIN ②."
        )
        % {"pins": pins, "day": day(on)},
        what_to_do=_not_you(),
    )


def _not_you() -> str:
    return _(
        "If it was you, there is nothing more to do. If it was not you, have the card suspended "
        "at once: 0120-0178-27 (several languages) or 0120-95-0178 (Japanese), free of charge, "
        "day and night. Then tell the office."
    )


_TOLD: dict[EventKind, Callable[[date, str], Told]] = {
    EventKind.SUSPENDED: _suspended,
    EventKind.SUSPENSION_LIFTED: _suspension_lifted,
    EventKind.CERTIFICATE_ISSUED: certificates.issued,
    EventKind.CERTIFICATE_REVOKED: certificates.revoked,
    EventKind.PIN_CHANGED: _pin_changed,
    EventKind.PIN_ONE_TRY_LEFT: _pin_one_try_left,
    EventKind.PIN_LOCKED: _pin_locked,
    EventKind.PIN_RESET: _pin_reset,
    EventKind.PIN_SET: _pin_set,
    EventKind.PIN_INITIALISED: _pin_initialised,
    **new_cards.TOLD,
}
