"""The words of each kind of deadline, whole sentences one by one (G2, G4, G5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy, ngettext_lazy

from cards.rules.kinds import DeadlineKind

if TYPE_CHECKING:
    from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class DeadlineWords:
    """One kind of deadline. `left`, `today` and `over`: before, on and after the last day.

    `do_closed`: what to do where the counter is closed on every day that is left; empty where
    another municipality's may be the one to go to. `bring_over`: for a new card, once this one
    has ended. `first`: what must be done before the rest can be, while there are days left.
    """

    title_left: Promise
    title_today: Promise
    title_over: Promise
    reason: Promise
    do_left: Promise
    do_today: Promise
    do_over: Promise
    bring: tuple[Promise, ...]
    do_closed: Promise | str = ""
    bring_over: tuple[Promise, ...] = ()
    first: Promise | str = ""


_CARD = gettext_lazy("The Individual Number Card")
PROOF = gettext_lazy("Something that proves who you are: your residence card, for example")
NEW_CARD_BRING = (
    PROOF,
    gettext_lazy("The old card, if you have it"),
)
_LAPSED = gettext_lazy(
    "The card can no longer be used, and a late notification does not bring it back. Ask the "
    "counter for a new card. There is usually a fee; the office decides."
)
# Submitting the notification stops both clocks, so both say the same.
_NOTIFY_LEFT = ngettext_lazy(
    "%(days)d day left to submit the moving-in notification",
    "%(days)d days left to submit the moving-in notification",
    "days",
)
_NOTIFY_TODAY = gettext_lazy("Today is the last day to submit the moving-in notification")
_NOTIFY_OVER = gettext_lazy(
    "The Individual Number Card has lapsed: no moving-in notification came in time"
)
_NOTIFY_DO = gettext_lazy(
    "If you have moved, submit the moving-in notification at the counter of the municipality you "
    "live in now. Have the new address written on the card at the same visit."
)
_NOTIFY_DO_TODAY = gettext_lazy(
    "Submit the moving-in notification today, before the counter closes, at the municipality you "
    "live in now. The card stops working tomorrow otherwise."
)
_NOTIFY_BRING = (
    gettext_lazy("The Individual Number Card of everyone who moved"),
    gettext_lazy("The moving-in notification"),
)

# A move that only the holder told of: nothing is certain, so nothing is said to have happened.
_PLANNED_LEFT = ngettext_lazy(
    "If you move on the day you told us: %(days)d day left for the notification",
    "If you move on the day you told us: %(days)d days left for the notification",
    "days",
)
_PLANNED_TODAY = gettext_lazy(
    "If you moved on the day you told us: today is the last day for the notification"
)
_PLANNED_OVER = gettext_lazy(
    "If you moved on the day you told us: the last day for the notification has passed"
)
_PLANNED_DO = gettext_lazy(
    "If you move on that day, submit the notification at the counter of the municipality you "
    "then live in, and have the new address written on the card at the same visit. If your plans "
    "changed, change the day in the portal or call the move off."
)
_PLANNED_DO_TODAY = gettext_lazy(
    "If you moved on that day, submit the notification today, before the counter closes, at the "
    "municipality you live in now: the card stops working tomorrow otherwise. If you did not move, "
    "call the move off in the portal."
)
_PLANNED_DO_OVER = gettext_lazy(
    "If you moved on that day and no notification was submitted, the card can no longer be used: "
    "ask the counter of the municipality you live in. If you did not move, call the move off in "
    "the portal."
)

DEADLINE_WORDS: dict[DeadlineKind, DeadlineWords] = {
    DeadlineKind.CARD_EXPIRY: DeadlineWords(
        title_left=ngettext_lazy(
            "The Individual Number Card expires in %(days)d day",
            "The Individual Number Card expires in %(days)d days",
            "days",
        ),
        title_today=gettext_lazy("The Individual Number Card expires today"),
        title_over=gettext_lazy("The Individual Number Card has expired"),
        reason=gettext_lazy(
            "For foreign residents the card ends with the period of stay: here on %(last_day)s. "
            "A longer stay or a new status of residence does not change the card by itself."
        ),
        do_left=gettext_lazy(
            "Renew the card in person at the counter before the day on which it expires. It must "
            "still be working then."
        ),
        do_today=gettext_lazy(
            "Renewal is for the days before this one. Go to the counter today all the same, "
            "before it closes, and ask; from tomorrow the card no longer works."
        ),
        do_over=gettext_lazy(
            "The card and its electronic certificates can no longer be used. Ask the counter for "
            "a new card. There is usually a fee; the office decides."
        ),
        bring=(
            gettext_lazy(
                "Your residence card: it must show the new period of stay, or state that an "
                "extension was applied for"
            ),
            _CARD,
        ),
        do_closed=gettext_lazy(
            "The counter is closed on every day that is left to renew the card, and no day is put "
            "off because of that. Call the office, if somebody answers, and ask what can still be "
            "done. Otherwise go on the first day on which it is open: as long as the card works, "
            "ask to have it renewed all the same; once it has expired, ask for a new card. There "
            "is usually a fee for that; the office decides."
        ),
        bring_over=(
            *NEW_CARD_BRING,
            gettext_lazy("Your residence card, if it shows a new period of stay"),
        ),
    ),
    DeadlineKind.CARD_UPDATE_90: DeadlineWords(
        title_left=ngettext_lazy(
            "%(days)d day left to have the new address written on the card",
            "%(days)d days left to have the new address written on the card",
            "days",
        ),
        title_today=gettext_lazy(
            "Today is the last day to have the new address written on the card"
        ),
        title_over=gettext_lazy(
            "The Individual Number Card has lapsed: the new address was not written on it in time"
        ),
        reason=gettext_lazy(
            "The notification of the move was submitted on %(counted_from)s. The card must show "
            "the new address within 90 days, not counting that day; the 90th day is %(last_day)s."
        ),
        do_left=gettext_lazy(
            "Take the card to the counter and have the new address written on it. If the card had "
            "a signature certificate, it ended with the move; ask to have it issued again then."
        ),
        do_today=gettext_lazy(
            "Take the card to the counter today, before it closes, and have the new address "
            "written on it. The card stops working tomorrow otherwise."
        ),
        do_over=_LAPSED,
        bring=(_CARD,),
        do_closed=gettext_lazy(
            "The counter is closed on every day that is left to have the new address written on "
            "the card, and no day is put off because of that. Call the office, if somebody "
            "answers, and ask what can still be done. Otherwise go on the first day on which it "
            "is open, and ask for a new card: this one will have lapsed. There is usually a fee; "
            "the office decides."
        ),
        bring_over=NEW_CARD_BRING,
    ),
    DeadlineKind.MOVE_OUT_30: DeadlineWords(
        title_left=_NOTIFY_LEFT,
        title_today=_NOTIFY_TODAY,
        title_over=_NOTIFY_OVER,
        reason=gettext_lazy(
            "The expected move-out day is %(counted_from)s. A moving-in notification must follow "
            "within 30 days, not counting that day; the 30th day is %(last_day)s."
        ),
        do_left=_NOTIFY_DO,
        do_today=_NOTIFY_DO_TODAY,
        do_over=_LAPSED,
        bring=_NOTIFY_BRING,
        bring_over=NEW_CARD_BRING,
    ),
    DeadlineKind.MOVE_IN_14: DeadlineWords(
        title_left=_NOTIFY_LEFT,
        title_today=_NOTIFY_TODAY,
        title_over=_NOTIFY_OVER,
        reason=gettext_lazy(
            "The move-in day is %(counted_from)s. A moving-in notification must follow within "
            "14 days, not counting that day; the 14th day is %(last_day)s."
        ),
        do_left=_NOTIFY_DO,
        do_today=_NOTIFY_DO_TODAY,
        do_over=_LAPSED,
        bring=_NOTIFY_BRING,
        bring_over=NEW_CARD_BRING,
    ),
    DeadlineKind.CERTIFICATE_EXPIRY: DeadlineWords(
        title_left=ngettext_lazy(
            "Electronic certificates expire in %(days)d day",
            "Electronic certificates expire in %(days)d days",
            "days",
        ),
        title_today=gettext_lazy("Electronic certificates expire today"),
        title_over=gettext_lazy("Electronic certificates have expired"),
        reason=gettext_lazy(
            "An electronic certificate is valid until the holder's fifth birthday after it was "
            "issued, and never longer than the card. The last day is %(last_day)s."
        ),
        do_left=gettext_lazy(
            "Have new electronic certificates put on the card at the counter. Those on a "
            "smartphone you apply for again in the portal. The card itself does not end with the "
            "old ones."
        ),
        do_today=gettext_lazy(
            "Have new electronic certificates put on the card at the counter; those on a "
            "smartphone you apply for again in the portal. From tomorrow, what needs these "
            "certificates no longer works; the card itself does not end with them."
        ),
        do_over=gettext_lazy(
            "What needs these certificates no longer works. The card itself did not end with them. "
            "Have new ones put on it at the counter; those on a smartphone you apply for again in "
            "the portal."
        ),
        bring=(_CARD,),
        do_closed=gettext_lazy(
            "The counter is closed on every day that is left before these certificates end, and no "
            "day is put off because of that. Go on the first day on which it is open, and have new "
            "electronic certificates put on the card then; those on a smartphone you apply for "
            "again in the portal. From the end of the old ones until that day, what needs them "
            "does not work; the card itself does not end with them."
        ),
    ),
    DeadlineKind.PLANNED_MOVE_OUT_30: DeadlineWords(
        title_left=_PLANNED_LEFT,
        title_today=_PLANNED_TODAY,
        title_over=_PLANNED_OVER,
        reason=gettext_lazy(
            "You told the portal that you plan to move out on %(counted_from)s. If you move out on "
            "that day, a moving-in notification must follow within 30 days, not counting that "
            "day; the 30th day is %(last_day)s."
        ),
        do_left=_PLANNED_DO,
        do_today=_PLANNED_DO_TODAY,
        do_over=_PLANNED_DO_OVER,
        bring=_NOTIFY_BRING,
    ),
    DeadlineKind.PLANNED_MOVE_IN_14: DeadlineWords(
        title_left=_PLANNED_LEFT,
        title_today=_PLANNED_TODAY,
        title_over=_PLANNED_OVER,
        reason=gettext_lazy(
            "You told the portal of moving in on %(counted_from)s. If you move in on that day, the "
            "notification must be submitted within 14 days, not counting that day; the 14th day "
            "is %(last_day)s."
        ),
        do_left=_PLANNED_DO,
        do_today=_PLANNED_DO_TODAY,
        do_over=_PLANNED_DO_OVER,
        bring=_NOTIFY_BRING,
    ),
    DeadlineKind.SECOND_VISIT: DeadlineWords(
        title_left=ngettext_lazy(
            "%(days)d day left for the second visit to the counter",
            "%(days)d days left for the second visit to the counter",
            "days",
        ),
        title_today=gettext_lazy("Today is the last day for the second visit to the counter"),
        title_over=gettext_lazy("The day for the second visit to the counter has passed"),
        reason=gettext_lazy(
            "The card was extended while your application for a longer stay is pending. It now "
            "ends on %(counted_from)s and must be renewed again before that day: by %(last_day)s."
        ),
        do_left=gettext_lazy(
            "Once the longer stay is granted, go to the counter again with the new residence "
            "card, so that the card gets its new date. It must still be working then."
        ),
        do_today=gettext_lazy(
            "Go to the counter today, before it closes, with the new residence card. If you do "
            "not have it yet, call the office and ask."
        ),
        do_over=gettext_lazy(
            "Go to the counter at once. If the card has expired meanwhile, ask for a new one."
        ),
        bring=(gettext_lazy("The residence card that shows the new period of stay"), _CARD),
        do_closed=gettext_lazy(
            "The counter is closed on every day that is left for the second visit, and no day is "
            "put off because of that. Call the office, if somebody answers, and ask what can still "
            "be done. Otherwise go on the first day on which it is open: as long as the card "
            "works, ask to have it renewed all the same; once it has expired, ask for a new card. "
            "There is usually a fee for that; the office decides."
        ),
    ),
}
