"""A card with photo identification only: asking for one, and back (G9)."""

from contextlib import suppress
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from cards import labels
from cards.models import Card
from cards.operations import OperationRefused, request_variant, withdraw_variant_request
from cards.operations.change_variant import other_variant
from cards.operations.guards import require_working
from cards.rules.kinds import CardVariant, VariantRequestState
from cards.views.mine import my_card
from cards.views.reissue import user_of


class ConfirmForm(forms.Form):
    """Read, and said so."""

    understood = forms.BooleanField(
        error_messages={"required": _("Read what changes, and say that you have.")}
    )

    def __init__(self, *args: Any, wanted: CardVariant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["understood"].label = (
            _("I have read what such a card cannot do")
            if wanted is CardVariant.PHOTO_ID
            else _("I have read what changes")
        )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def photo_id(request: HttpRequest, reference: str) -> HttpResponse:
    """What such a card cannot do, in plain words; then the request, and how far it is."""
    card = my_card(request, reference)
    wanted = other_variant(card)
    form = ConfirmForm(request.POST if request.method == "POST" else None, wanted=wanted)
    if request.method == "POST" and form.is_valid():
        try:
            request_variant(card, by=user_of(request))
        except OperationRefused as refused:
            form.add_error(None, refused.message)
        if not form.errors or _open_request(card):  # sent twice at once: the other one did it
            return redirect("cards:photo-id", card.reference)
    latest = card.variant_requests.first()
    return render(
        request,
        "cards/photo_id.html",
        {
            "card": card,
            "office": card.resident.office,
            "is_photo_id": card.variant == CardVariant.PHOTO_ID,
            "request_open": _open_request(card),
            "refused": latest
            if latest is not None and latest.state == VariantRequestState.REFUSED
            else None,
            "wanted": labels.CARD_VARIANT[wanted],
            "why_not": _why_not(card),
            "form": form,
        },
        status=422 if form.errors else 200,
    )


def _open_request(card: Card) -> Any:
    return card.variant_requests.filter(closed_at=None).first()


def _why_not(card: Card) -> Any:
    try:
        require_working(card)
    except OperationRefused as refused:
        return refused.message
    return None


@require_POST
@login_required
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep the card as it is. What was decided meanwhile shows as it is."""
    card = my_card(request, reference)
    with suppress(OperationRefused):
        withdraw_variant_request(card, by=user_of(request))
    return redirect("cards:photo-id", card.reference)
