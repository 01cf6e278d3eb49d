"""What is told at once about an application for a new card, or for the other variant (G6–G9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cards.reissue_words import to_collect
from cards.rules.kinds import CardVariant, EventKind, ReissueReason, WaiverGround
from cards.wording import day
from notifications.messages.told import Told


class _NewCard(NamedTuple):
    """What words about a new card depend on; "" where the event does not say."""

    decision: str = ""  # the ground of a waiver, or the fee in yen
    reason: str = ""
    variant: str = ""

    @classmethod
    def read(cls, detail: str) -> _NewCard:
        return cls(*detail.split("|"))

    @property
    def has_pins(self) -> bool:
        return self.variant != CardVariant.PHOTO_ID

    @property
    def fee(self) -> int | None:
        return int(self.decision) if self.decision.isdecimal() else None


def detail_of(data: Mapping[str, Any]) -> str:
    """The decision, the reason and the variant, as far as the event says, as `_NewCard.read`
    reads them; else empty."""
    decision = str(data.get("waiver") or data.get("fee", ""))
    found = (decision, data.get("reissue_reason", ""), data.get("variant", ""))
    return "|".join(found) if any(found) else ""


def _asked_back(on: date, detail: str) -> Told:
    """The office wants to know something before it decides (G6)."""
    return Told(
        headline=_("The office has a question about your new card"),
        why=_("On %(day)s the office asked you something about your application for a new card.")
        % {"day": day(on)},
        what_to_do=_(
            "Sign in to the portal, read the question and answer it there. Until then the "
            "application waits. You can also answer at the counter."
        ),
    )


# What was decided about the fee, with the decision itself (G8).
_FREE: dict[WaiverGround, Promise | str] = {
    WaiverGround.OFFICE_ERROR: _lazy(
        "The office accepted your application for a new card on %(day)s. It is free of charge, "
        "because the office had made a mistake."
    ),
    WaiverGround.DISASTER: _lazy(
        "The office accepted your application for a new card on %(day)s. It is free of charge, "
        "because of a disaster."
    ),
    WaiverGround.THEFT: _lazy(
        "The office accepted your application for a new card on %(day)s. It is free of charge, "
        "because the card was stolen."
    ),
    WaiverGround.CARD_FAULT: _lazy(
        "The office accepted your application for a new card on %(day)s. It is free of charge, "
        "because the fault was in the card itself."
    ),
    WaiverGround.OTHER: _lazy(
        "The office accepted your application for a new card on %(day)s. It is free of charge, "
        "because the cause was not the holder's fault."
    ),
}


def _accepted(on: date, detail: str) -> Told:
    """The new card can be collected; what it costs is decided (G6, G8)."""
    new = _NewCard.read(detail)
    if new.decision in frozenset(WaiverGround):
        why = str(_FREE[WaiverGround(new.decision)]) % {"day": day(on)}
    elif new.fee is not None:
        why = _(
            "The office accepted your application for a new card on %(day)s. The fee is %(fee)s "
            "yen."
        ) % {"day": day(on), "fee": f"{new.fee:,}"}
    else:
        why = _("The office accepted your application for a new card on %(day)s.") % {
            "day": day(on)
        }
    return Told(
        headline=_("Your application for a new card was accepted"),
        why=why,
        what_to_do=_(
            "Collect the new card yourself at the counter named below; the office tells you when "
            "it is ready. Your PINs are set there, by you. The old card ends at that moment."
        )
        if new.has_pins
        else _(
            "Collect the new card yourself at the counter named below; the office tells you when "
            "it is ready. The old card ends at that moment."
        ),
        bring=tuple(
            str(thing)
            for thing in to_collect(ReissueReason(new.reason) if new.reason else None, new.fee)
        ),
    )


def _refused(on: date, detail: str) -> Told:
    """No new card on this application (G6)."""
    return Told(
        headline=_("Your application for a new card was refused"),
        why=_("The office refused the application on %(day)s and wrote down why.")
        % {"day": day(on)},
        what_to_do=_(
            "Sign in to the portal to read the reason. You can apply again, or ask at the counter."
        ),
    )


def _issued(on: date, detail: str) -> Told:
    """The new card took over (G6)."""
    if not _NewCard.read(detail).has_pins:
        return Told(
            headline=_("Your new Individual Number Card was issued"),
            why=_(
                "The new card was handed out on %(day)s. The old one ended at that moment, and "
                "with it its electronic certificate."
            )
            % {"day": day(on)},
            what_to_do=_(
                "If you collected the card, there is nothing more to do. If you did not, call the "
                "office at once, and have the card suspended: 0120-0178-27 (several languages) or "
                "0120-95-0178 (Japanese), free of charge, day and night."
            ),
        )
    return Told(
        headline=_("Your new Individual Number Card was issued"),
        why=_(
            "The new card was handed out on %(day)s. The old one ended at that moment, and with it "
            "its PINs and its electronic certificates, on a smartphone too."
        )
        % {"day": day(on)},
        what_to_do=_(
            "If you have not set the PINs yet, do so with the code from the counter; after 30 "
            "minutes ask there for a new one. If you did not collect a card, call the office at "
            "once, and have the card suspended: 0120-0178-27 (several languages) or 0120-95-0178 "
            "(Japanese), free of charge, day and night."
        ),
    )


def _variant_refused(on: date, detail: str) -> Told:
    """The card stays as it is (G9)."""
    return Told(
        headline=_("Your card stays as it is"),
        why=_("On %(day)s the office refused to change the kind of your card and wrote down why.")
        % {"day": day(on)},
        what_to_do=_(
            "Sign in to the portal to read the reason. You can ask again, or ask at the counter."
        ),
    )


def _variant_changed(on: date, detail: str) -> Told:
    """Photo identification only, or back (G9)."""
    if _NewCard.read(detail).variant == CardVariant.STANDARD:
        return Told(
            headline=_("Your card has PINs again"),
            why=_(
                "On %(day)s the office made your card a card with PINs and electronic "
                "certificates again."
            )
            % {"day": day(on)},
            what_to_do=_(
                "If you have not set the PINs yet, do so with the code from the counter; after 30 "
                "minutes ask there for a new one. If you did not ask for this, call the office at "
                "once."
            ),
        )
    return Told(
        headline=_("Your card is now for photo identification only"),
        why=_(
            "On %(day)s the office changed your card. It has no PINs any more, and its signature "
            "certificate and everything on a smartphone ended."
        )
        % {"day": day(on)},
        what_to_do=_(
            "Show the card to be recognised by your face. What asks for a PIN is done by staff at "
            "a counter, or in this portal, which you sign in to without the card. If you did not "
            "ask for this, call the office at once."
        ),
    )


TOLD: dict[EventKind, Callable[[date, str], Told]] = {
    EventKind.REISSUE_ASKED_BACK: _asked_back,
    EventKind.REISSUE_ACCEPTED: _accepted,
    EventKind.REISSUE_REFUSED: _refused,
    EventKind.ISSUED: _issued,
    EventKind.VARIANT_REFUSED: _variant_refused,
    EventKind.VARIANT_CHANGED: _variant_changed,
}
