"""Renewing the card: what is needed, by when, and what stands in the way (G4)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cards.overview import overview
from cards.renewal_overview import renewal_of
from cards.views.mine import my_card_with_facts


@require_safe
@login_required
def renewing(request: HttpRequest, reference: str) -> HttpResponse:
    card = my_card_with_facts(request, reference)
    one = overview(card)
    return render(
        request, "cards/renewing.html", {"card": card, "one": one, "view": renewal_of(one)}
    )
