"""The ways between the pages of one card."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cards.models import Card
from cards.task_words import page_url

register = template.Library()

# By route. All routes of a page begin with its own: `cards:pins-change` belongs to `cards:pins`.
_PAGES: dict[str, Promise] = {
    "cards:card": _("Overview"),
    "cards:uses": _("What it can do now"),
    "cards:pins": _("PINs"),
    "cards:moving": _("Moving"),
    "cards:renewing": _("Renewing"),
    "cards:certificates": _("Certificates"),
    "cards:reissue": _("New card"),
    "cards:photo-id": _("Photo-ID card"),
    "cards:history": _("History"),
}
# Pages that are part of another one, by how their routes begin.
_BELOW = {"cards:certificates": ("cards:smartphone",)}


@dataclass(frozen=True, slots=True)
class _Link:
    """`current`: “page” on the page itself, “true” on one below it, else empty."""

    title: Promise
    url: str
    current: str


@register.inclusion_tag("components/card_nav.html", takes_context=True)
def card_nav(context: dict[str, Any], card: Card) -> dict[str, Any]:
    """Links to every page of `card` that there is; its holder by name if there are other cards."""
    request = context["request"]
    here = request.resolver_match.view_name if request.resolver_match else ""
    links = [
        _Link(title, url, "page" if here == route else _part_of(here, route))
        for route, title in _PAGES.items()
        if (url := page_url(route, card.reference))
    ]
    user = request.user
    several = isinstance(user, User) and Card.objects.held_by(user).exclude(pk=card.pk).exists()
    return {"links": links, "card": card, "several": several}


def _part_of(here: str, route: str) -> str:
    below = (f"{route}-", *_BELOW.get(route, ()))
    return "true" if here.startswith(below) else ""


@register.simple_tag
def url_if_there(route: str, reference: str) -> str:
    """Where this page of a card is, or nothing while there is no such page."""
    return page_url(route, reference) or ""
