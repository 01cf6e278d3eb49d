"""The words of deadlines while the card is suspended: what must come first, and what can follow.

A suspended card is not renewed, nothing is written on it and no certificate is put on it before
the suspension is lifted (G4, G5, G6), and nothing of it works until some day. Only a move is
notified all the same. A card that has ended is suspended no more: then the usual words hold.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy

from cards.deadline_words import PROOF, DeadlineWords
from cards.rules.kinds import DeadlineKind

if TYPE_CHECKING:
    from django.utils.functional import Promise


def while_suspended(
    kind: DeadlineKind, usual: DeadlineWords, *, extended: bool, photo_id: bool
) -> DeadlineWords:
    """The words of this kind for a card that is suspended now, from its `usual` ones.

    `extended`: it ends with a second visit before (G4①). `photo_id`: it has no PINs (G9).
    """
    if kind is DeadlineKind.CARD_EXPIRY and extended:
        return replace(usual, **_EXTENDED)
    if kind is DeadlineKind.CERTIFICATE_EXPIRY and photo_id:
        return replace(usual, **_WITHOUT_PINS, bring=(*usual.bring, PROOF))
    instead = _INSTEAD[kind]
    # Lifting asks for both; a renewal's list holds the residence card already.
    return replace(usual, **instead, bring=(*usual.bring, *_PROOF_TOO.get(kind, (PROOF,))))


_BEFORE_RENEWAL = gettext_lazy(
    "The card is suspended now, and only a card that works and is in use can be renewed. If you "
    "have found it, first have the suspension lifted in person, at the counter of the office that "
    "keeps the resident record: bring the card and something that proves who you are. If it stays "
    "lost, ask there for a new card. There is usually a fee; the office decides."
)
_BEFORE_WRITING = gettext_lazy(
    "The card is suspended now, and nothing can be written on a suspended card. If you have found "
    "it, first have the suspension lifted in person, at the counter of the office that keeps the "
    "resident record: bring the card and something that proves who you are. If it stays lost, ask "
    "there for a new card. There is usually a fee; the office decides."
)
_BEFORE_CERTIFICATES = gettext_lazy(
    "The card is suspended now: its electronic certificates do not work, and no new ones can be "
    "issued. If you have found it, first have the suspension lifted in person, at the counter of "
    "the office that keeps the resident record: bring the card and something that proves who you "
    "are. If it stays lost, ask there for a new card. There is usually a fee; the office decides."
)
_BESIDE_A_MOVE = gettext_lazy(
    "The card is suspended now. That puts off no notification of a move. But before the new "
    "address can be written on the card, the suspension has to be lifted in person, at the counter "
    "of the office that keeps the resident record: bring the card and something that proves who "
    "you are. If the card stays lost, ask there for a new one. There is usually a fee; the office "
    "decides."
)
# Nobody is there to lift it either.
_CLOSED = gettext_lazy(
    "The card is suspended now, and the counter is closed on every day that is left. No day is put "
    "off because of that. Call the office, if somebody answers, and ask what can still be done. "
    "Otherwise go on the first day on which it is open, with the card if you have found it: as "
    "long as it has not ended, ask to have the suspension lifted and then the rest done all the "
    "same; once it has ended, ask for a new card. There is usually a fee for that; the office "
    "decides."
)
_CERTIFICATES_CLOSED = gettext_lazy(
    "The card is suspended now, and the counter is closed on every day that is left before its "
    "electronic certificates end. If you have found the card, go on the first day on which the "
    "counter is open, and have the suspension lifted and then the certificates issued again. If "
    "the card stays lost, ask there for a new one. There is usually a fee; the office decides."
)
_ENDS_TODAY = gettext_lazy(
    "Renewal is for the days before this one. Go to the counter today all the same, before it "
    "closes, and ask: from tomorrow the card has expired, and its suspension cannot be lifted any "
    "more."
)
_SECOND_VISIT = gettext_lazy(
    "Once the longer stay is granted, go to the counter again with the new residence card: have "
    "the suspension lifted if it still lasts, and then the card gets its new date."
)
_EXTENDED: dict[str, Any] = {
    "first": _BEFORE_RENEWAL,
    "do_left": _SECOND_VISIT,
    "do_today": _ENDS_TODAY,
    "do_closed": _CLOSED,
}
_NOTIFY: dict[str, Any] = {
    "first": _BESIDE_A_MOVE,
    "do_left": gettext_lazy(
        "If you have moved, submit the notification in time at the counter of the municipality "
        "you live in now. Have the new address written on the card once its suspension is lifted."
    ),
    "do_today": gettext_lazy(
        "Submit the notification today, before the counter closes, at the municipality you live "
        "in now. Otherwise the card lapses tomorrow, and its suspension cannot be lifted any more."
    ),
}
_PLANNED: dict[str, Any] = {
    "first": _BESIDE_A_MOVE,
    "do_left": gettext_lazy(
        "If you move on that day, submit the notification at the counter of the municipality that "
        "you then live in, and have the new address written on the card once its suspension is "
        "lifted. If your plans changed, change the day in the portal or call the move off."
    ),
    "do_today": gettext_lazy(
        "If you moved on that day, submit the notification today, before the counter closes, at "
        "the municipality you live in now: otherwise the card lapses tomorrow, and its suspension "
        "cannot be lifted any more. If you did not move, call the move off in the portal."
    ),
    "do_over": gettext_lazy(
        "The card is suspended now. If you moved on that day and no notification was submitted, it "
        "has lapsed as well: ask the counter of the municipality you live in. If you did not move, "
        "call the move off in the portal; the card can be used again once its suspension is lifted."
    ),
}


def _of_certificates(again: Promise, over: Promise) -> dict[str, Any]:
    # They do not work today either, so the last day is as any before it.
    return {
        "first": _BEFORE_CERTIFICATES,
        "do_left": again,
        "do_today": again,
        "do_over": over,
        "do_closed": _CERTIFICATES_CLOSED,
    }


_WITHOUT_PINS = _of_certificates(
    gettext_lazy(
        "Once the suspension is lifted, have a new electronic certificate put on the card at the "
        "counter: lifting it does not bring back one that has ended by then."
    ),
    gettext_lazy(
        "The card is suspended now, and its electronic certificate has ended. If you have found "
        "the card, have the suspension lifted at the counter of the office that keeps the resident "
        "record, and then a new certificate put on it. If it stays lost, ask there for a new card. "
        "There is usually a fee; the office decides."
    ),
)
_INSTEAD: dict[DeadlineKind, dict[str, Any]] = {
    DeadlineKind.CARD_EXPIRY: {
        "first": _BEFORE_RENEWAL,
        "do_left": gettext_lazy(
            "Once the suspension is lifted, renew the card in person at the counter before the day "
            "on which it expires."
        ),
        "do_today": _ENDS_TODAY,
        "do_closed": _CLOSED,
    },
    DeadlineKind.SECOND_VISIT: {
        "first": _BEFORE_RENEWAL,
        "do_left": _SECOND_VISIT,
        "do_over": gettext_lazy(
            "Go to the counter at once. The card is suspended now: as long as it has not expired, "
            "have the suspension lifted and then the card renewed. If it has expired meanwhile, "
            "ask for a new one."
        ),
        "do_closed": _CLOSED,
    },
    DeadlineKind.CARD_UPDATE_90: {
        "first": _BEFORE_WRITING,
        "do_left": gettext_lazy(
            "Once the suspension is lifted, have the new address written on the card at the "
            "counter. If the card had a signature certificate, it ended with the move; ask to have "
            "it issued again then."
        ),
        "do_today": gettext_lazy(
            "Go to the counter today, before it closes, and have the suspension lifted and then "
            "the new address written on the card. Otherwise the card lapses tomorrow, and its "
            "suspension cannot be lifted any more."
        ),
        "do_closed": _CLOSED,
    },
    DeadlineKind.MOVE_OUT_30: _NOTIFY,
    DeadlineKind.MOVE_IN_14: _NOTIFY,
    DeadlineKind.CERTIFICATE_EXPIRY: _of_certificates(
        gettext_lazy(
            "Once the suspension is lifted, have new electronic certificates put on the card at "
            "the counter: lifting it does not bring back those that have ended by then. Those on a "
            "smartphone you apply for again in the portal after that."
        ),
        gettext_lazy(
            "The card is suspended now, and these electronic certificates have ended. If you have "
            "found the card, have the suspension lifted at the counter of the office that keeps "
            "the resident record, and then new certificates put on it; those on a smartphone you "
            "apply for again in the portal after that. If the card stays lost, ask there for a new "
            "one. There is usually a fee; the office decides."
        ),
    ),
    DeadlineKind.PLANNED_MOVE_OUT_30: _PLANNED,
    DeadlineKind.PLANNED_MOVE_IN_14: _PLANNED,
}
_PROOF_TOO: dict[DeadlineKind, tuple[Promise, ...]] = {
    DeadlineKind.CARD_EXPIRY: (),
    DeadlineKind.SECOND_VISIT: (),
}
