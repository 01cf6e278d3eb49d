"""One card: how it stands, what waits, its last days and what it can do today."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cards.overview import overview
from cards.views.mine import my_card_with_facts


@require_safe
@login_required
def card(request: HttpRequest, reference: str) -> HttpResponse:
    found = my_card_with_facts(request, reference)
    return render(request, "cards/card.html", {"card": found, "one": overview(found)})
