"""The words of a deadline that a move within the municipality has: a notification of its own (G5).

It is submitted at the very office that keeps the card, so that one's closed days count.
"""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy, ngettext_lazy

from cards.deadline_words import DEADLINE_WORDS, DeadlineWords
from cards.rules.kinds import DeadlineKind

_RECORDED = DEADLINE_WORDS[DeadlineKind.MOVE_IN_14]
_TOLD = DEADLINE_WORDS[DeadlineKind.PLANNED_MOVE_IN_14]
_BRING = (
    *_RECORDED.bring[:1],  # the card of everyone who moved
    gettext_lazy("The notification of moving within the municipality"),
)
_DO_CLOSED = gettext_lazy(
    "The counter is closed on every day that is left to submit the notification of moving within "
    "the municipality, and no day is put off because of that. Call the office, if somebody "
    "answers, and ask what can still be done. Otherwise go on the first day on which it is open, "
    "submit the notification, and ask for a new card: this one will have lapsed. There is usually "
    "a fee; the office decides."
)
_DO_CLOSED_IF_TOLD = gettext_lazy(
    "The counter is closed on every day that is left to submit the notification of moving within "
    "the municipality, and no day is put off because of that. If you have moved, call the office, "
    "if somebody answers, and ask what can still be done. Otherwise go on the first day on which "
    "it is open. If you did not move, call the move off in the portal."
)

# The kinds of deadline that such a move has before its notification is submitted.
WITHIN_WORDS: dict[DeadlineKind, DeadlineWords] = {
    DeadlineKind.MOVE_IN_14: replace(
        _RECORDED,
        title_left=ngettext_lazy(
            "%(days)d day left to submit the notification of moving within the municipality",
            "%(days)d days left to submit the notification of moving within the municipality",
            "days",
        ),
        title_today=gettext_lazy(
            "Today is the last day to submit the notification of moving within the municipality"
        ),
        title_over=gettext_lazy(
            "The Individual Number Card has lapsed: no notification of moving within the "
            "municipality came in time"
        ),
        reason=gettext_lazy(
            "You moved within the municipality on %(counted_from)s. A notification of it must be "
            "submitted within 14 days, not counting that day; the 14th day is %(last_day)s."
        ),
        do_left=gettext_lazy(
            "If you have moved, submit the notification of moving within the municipality at the "
            "counter of your office. Have the new address written on the card at the same visit."
        ),
        do_today=gettext_lazy(
            "Submit the notification of moving within the municipality today, before the counter "
            "of your office closes. The card stops working tomorrow otherwise."
        ),
        bring=_BRING,
        do_closed=_DO_CLOSED,
    ),
    DeadlineKind.PLANNED_MOVE_IN_14: replace(
        _TOLD,
        reason=gettext_lazy(
            "You told the portal of a move within the municipality on %(counted_from)s. If you "
            "move on that day, the notification must be submitted within 14 days, not counting "
            "that day; the 14th day is %(last_day)s."
        ),
        do_left=gettext_lazy(
            "If you move on that day, submit the notification of moving within the municipality "
            "at the counter of your office, and have the new address written on the card at the "
            "same visit. If your plans changed, change the day in the portal or call the move off."
        ),
        do_today=gettext_lazy(
            "If you moved on that day, submit the notification of moving within the municipality "
            "today, before the counter of your office closes: the card stops working tomorrow "
            "otherwise. If you did not move, call the move off in the portal."
        ),
        do_over=gettext_lazy(
            "If you moved on that day and no notification of moving within the municipality was "
            "submitted, the card can no longer be used: ask the counter of your office. If you "
            "did not move, call the move off in the portal."
        ),
        bring=_BRING,
        do_closed=_DO_CLOSED_IF_TOLD,
    ),
}
