"""What the card can do now: each use, yes or no, and what mends a no (G1-G3, G9)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cards.overview import overview
from cards.use_words import smartphone_uses_of, uses_of
from cards.views.mine import my_card_with_facts


@require_safe
@login_required
def uses(request: HttpRequest, reference: str) -> HttpResponse:
    card = my_card_with_facts(request, reference)
    one = overview(card)
    return render(
        request,
        "cards/uses.html",
        {
            "card": card,
            "one": one,
            "uses": uses_of(one),
            "on_smartphone": smartphone_uses_of(one),
        },
    )
