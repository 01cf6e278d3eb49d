"""What the words of a deadline depend on besides its kind and days, and the words for that.

A card with photo identification only has no PIN: what the usual words say of PINs, smartphones
and the internet was never true of it (G9). A card that was extended while an application is
pending ends on no period of stay (G4①), and neither does one that ends before a stay without an
end does. Of one that is suspended see `suspended_words`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy

from cards.deadline_words import DEADLINE_WORDS, NEW_CARD_BRING, PROOF, DeadlineWords
from cards.rules.deadlines import Ending
from cards.rules.kinds import (
    CardState,
    CardVariant,
    CertificateKind,
    CertificateMedium,
    DeadlineKind,
    MoveKind,
)
from cards.suspended_words import while_suspended
from cards.within_words import WITHIN_WORDS

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from cards.models import Card


class About(NamedTuple):
    """What of the card makes a difference to a deadline's words; see `of_card`.

    `ending`: the certificates that end on the day, where they are known. `by_itself`: the card
    does not end with the period of stay. `suspended`: now, and not ended. `within`: it is of a
    move within the municipality.
    """

    photo_id: bool = False
    second_visit: bool = False
    by_itself: bool = False
    suspended: bool = False
    within: bool = False
    ending: tuple[Ending, ...] = ()


PLAIN = About()


def of_card(
    kind: DeadlineKind,
    *,
    variant: str,
    second_visit: bool,
    by_itself: bool = False,
    suspended: bool = False,
    move_kind: str | None = None,
    ending: tuple[Ending, ...] = (),
) -> About:
    """Only what words of this kind depend on, so that few mails differ from each other."""
    if kind is DeadlineKind.CERTIFICATE_EXPIRY:
        return About(photo_id=variant == CardVariant.PHOTO_ID, suspended=suspended, ending=ending)
    if kind is DeadlineKind.CARD_EXPIRY:
        return About(
            second_visit=second_visit,
            by_itself=by_itself and not second_visit,
            suspended=suspended,
        )
    if kind in WITHIN_WORDS and move_kind == MoveKind.RELOCATE:
        return About(suspended=suspended, within=True)
    return About(suspended=True) if suspended else PLAIN


def of_this_card(
    card: Card,
    kind: DeadlineKind,
    ending: tuple[Ending, ...] = (),
    move_kind: str | None = None,
) -> About:
    """The same of a card that was read with its resident; no query here.

    `move_kind`: of the move that the deadline is about (`cards.models.of_which_move`).
    """
    return of_card(
        kind,
        variant=card.variant,
        second_visit=card.awaits_second_visit,
        by_itself=card.ends_by_itself,
        suspended=card.state is CardState.SUSPENDED,
        move_kind=move_kind,
        ending=ending,
    )


_SECOND = DEADLINE_WORDS[DeadlineKind.SECOND_VISIT]
_EXTENDED = replace(
    DEADLINE_WORDS[DeadlineKind.CARD_EXPIRY],
    reason=gettext_lazy(
        "The card was extended because an application for a longer stay was pending: until "
        "%(last_day)s. When the longer stay is granted, the card does not get its new date by "
        "itself."
    ),
    do_left=_SECOND.do_left,
    bring=_SECOND.bring,
    do_closed=_SECOND.do_closed,
)
_BY_ITSELF = replace(
    DEADLINE_WORDS[DeadlineKind.CARD_EXPIRY],
    reason=gettext_lazy(
        "Every card has a last day of its own, also where the period of stay ends later or not at "
        "all: here %(last_day)s. The card is not extended by itself."
    ),
    bring=(PROOF, *_SECOND.bring[1:]),
    bring_over=NEW_CARD_BRING,
)
_WITHOUT_PINS = replace(
    DEADLINE_WORDS[DeadlineKind.CERTIFICATE_EXPIRY],
    do_left=gettext_lazy(
        "Have a new electronic certificate put on the card at the counter. The card itself does "
        "not end with the old one."
    ),
    do_today=gettext_lazy(
        "Have a new electronic certificate put on the card at the counter. Without one, the card "
        "cannot be used at medical institutions from tomorrow; the card itself does not end with "
        "the old one."
    ),
    do_over=gettext_lazy(
        "The card cannot be used at medical institutions any more; the card itself did not end "
        "with its certificate. Have a new electronic certificate put on it at the counter."
    ),
    do_closed=gettext_lazy(
        "The counter is closed on every day that is left before this certificate ends, and no day "
        "is put off because of that. Go on the first day on which it is open, and have a new "
        "electronic certificate put on the card then. From the end of the old one until that day, "
        "the card cannot be used at medical institutions; the card itself does not end with it."
    ),
)

_CHIP, _PHONE = CertificateMedium.CHIP, CertificateMedium.SMARTPHONE
_ENDING: dict[tuple[CertificateKind, CertificateMedium], Promise] = {
    (CertificateKind.SIGNATURE, _CHIP): gettext_lazy(
        "%(last_day)s is the last day of the electronic certificate of the bearer's signature on "
        "the card. It is needed for online applications."
    ),
    (CertificateKind.USER_PROOF, _CHIP): gettext_lazy(
        "%(last_day)s is the last day of the electronic certificate of user proof on the card. It "
        "is needed for logging in, at convenience stores and at medical institutions."
    ),
    (CertificateKind.SIGNATURE, _PHONE): gettext_lazy(
        "%(last_day)s is the last day of the electronic certificate of the bearer's signature on "
        "the smartphone. It is needed for online applications without the card."
    ),
    (CertificateKind.USER_PROOF, _PHONE): gettext_lazy(
        "%(last_day)s is the last day of the electronic certificate of user proof on the "
        "smartphone. It is needed for logging in, at convenience stores and at medical "
        "institutions without the card."
    ),
}
_ENDING_WITHOUT_PINS = gettext_lazy(
    "%(last_day)s is the last day of the electronic certificate of user proof on the card. It is "
    "needed at medical institutions."
)


def words_of(kind: DeadlineKind, about: About) -> DeadlineWords:
    """The words for this kind and card."""
    words = _words_of(kind, about)
    return (
        while_suspended(kind, words, extended=about.second_visit, photo_id=about.photo_id)
        if about.suspended
        else words
    )


def _words_of(kind: DeadlineKind, about: About) -> DeadlineWords:
    if about.second_visit:
        return _EXTENDED
    if about.by_itself:
        return _BY_ITSELF
    if about.within:
        return WITHIN_WORDS[kind]
    return _WITHOUT_PINS if about.photo_id else DEADLINE_WORDS[kind]


def words_of_ending(one: Ending, about: About) -> Promise:
    """Which certificate ends and what it is needed for, with a place for the `last_day`."""
    return _ENDING_WITHOUT_PINS if about.photo_id else _ENDING[one.kind, one.medium]
