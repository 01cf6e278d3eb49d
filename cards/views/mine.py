"""The card that a page is about, for those who may see it."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from cards.models import Card


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
