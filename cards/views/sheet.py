"""A sheet to print, or to show on a telephone, at the counter."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from cards.sheets import JOURNEYS, sheet
from cards.views.mine import my_card
from portal import clock


@require_safe
@login_required
def counter_sheet(request: HttpRequest, reference: str, journey: str) -> HttpResponse:
    """The sheet of this journey for this card. 404 for a journey that such a card does not have."""
    card = my_card(request, reference)
    found = JOURNEYS.get(journey)
    if found is None or not found.fits(card):
        raise Http404
    context = {
        "card": card,
        "sheet": sheet(found, card, get_language() or "en"),
        "today": clock.today(),
    }
    return render(request, "cards/sheet.html", context)
