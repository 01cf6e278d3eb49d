"""The card's certificates: where each lives, until when, and what to do (G2)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cards.certificate_overview import certificates_of
from cards.use_words import hindrance_of
from cards.views.mine import my_card


@require_safe
@login_required
def certificates(request: HttpRequest, reference: str) -> HttpResponse:
    card = my_card(request, reference)
    return render(
        request,
        "cards/certificates.html",
        {"card": card, "view": certificates_of(card), "hindrance": hindrance_of(card)},
    )
