"""What every page about one card has: the way to the reader's other cards, by name."""

from typing import Any, NamedTuple

from django import template
from django.urls import reverse

from accounts.models import User
from cards.models import Card

register = template.Library()


class Choice(NamedTuple):
    """A card to go to, and where: templates name whose it is."""

    card: Card
    url: str


@register.inclusion_tag("components/card_switcher.html", takes_context=True)
def card_switcher(context: dict[str, Any]) -> dict[str, Any]:
    """The reader's cards, each with its name; nothing for whoever has one or none.

    Leads to the same page of the other card, or from the middle of something to its overview.
    """
    request, shown = context["request"], context["card"]
    user = request.user
    if not isinstance(user, User) or not isinstance(shown, Card):
        return {"choices": []}
    cards = list(Card.objects.held_by(user).select_related("resident"))
    if len(cards) < 2 or shown.pk not in {card.pk for card in cards}:
        return {"choices": []}
    here = request.resolver_match
    page = here.view_name if here and set(here.kwargs) == {"reference"} else "cards:card"
    choices = [Choice(card, reverse(page, args=[card.reference])) for card in cards]
    return {"here": shown, "choices": choices}
