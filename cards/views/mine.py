"""The card that a page is about, for those who may see it."""

from datetime import timedelta

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from cards.models import Card, CardEvent
from cards.rules.kinds import EventKind
from portal import clock

# How long the page that says what one has just done is there.
JUST_NOW = timedelta(minutes=15)


def my_card(request: HttpRequest, reference: str) -> Card:
    """The card with its resident and office; 404 unless the signed-in person holds it.

    What is not theirs looks exactly like what is not there. The view asks for a sign-in first.
    """
    assert isinstance(request.user, User)  # noqa: S101 - login_required came first
    return get_object_or_404(
        Card.objects.held_by(request.user).select_related("resident__office"), reference=reference
    )


def my_card_with_facts(request: HttpRequest, reference: str) -> Card:
    """The same, with all that `cards.overview` needs."""
    assert isinstance(request.user, User)  # noqa: S101 - login_required came first
    return get_object_or_404(Card.objects.held_by(request.user).with_facts(), reference=reference)


def just_done(request: HttpRequest, card: Card, kind: EventKind) -> CardEvent | None:
    """What the signed-in person did to the card a moment ago, the last of its kind; else None."""
    mine = card.events.filter(kind=kind.value, by_id=request.user.pk)
    return mine.filter(at__gte=clock.now() - JUST_NOW).order_by("-id").first()
