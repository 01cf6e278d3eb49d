"""The end of a card in its history: worked out on reading, as no job or person ends a card."""

from datetime import date, datetime, time

from django.core.paginator import Page
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cards.history import Told, tell
from cards.models import Card, CardEvent
from cards.rules.days import days_from
from cards.rules.kinds import CardState
from cards.rules.state import card_state
from portal import clock


def told_with_ending(card: Card, page: Page[CardEvent]) -> list[Told]:
    """A page of the card's events (newest first) in words; where it ended, that in its place."""
    told = [tell(event) for event in page]
    if (ending := ending_of(card)) is None:
        return told
    later = card.events.filter(at__gte=ending.at).count()
    size = page.paginator.per_page
    # On the last page at the latest: a card may have ended before all that is known of it.
    if page.number == min(later // size + 1, page.paginator.num_pages):
        told.insert(later - (page.number - 1) * size, ending)
    return told


def ending_of(card: Card) -> Told | None:
    """How the card ended by itself (G4, G5②), if it did: before another took over, if one has."""
    day = clock.day_of(card.replaced_at) if card.replaced_at else clock.today()
    state = card_state(
        expires_on=card.expires_on, lapses_on=card.lapses_on, suspended=False, today=day
    )
    if state is CardState.LAPSED and card.lapses_on is not None:
        first, last = card.lapses_on, days_from(card.lapses_on, -1)
        return _told(_("The card lapsed: a move was not completed in time."), first, last)
    if state is CardState.EXPIRED:
        first, last = days_from(card.expires_on, 1), card.expires_on
        return _told(_("The card expired."), first, last)
    return None


def _told(what: str, first: date, last: date) -> Told:
    words = _("The last day on which it worked: %(day)s") % {"day": date_format(last)}
    return Told(None, what, (words,), datetime.combine(first, time.min, clock.TOKYO))
