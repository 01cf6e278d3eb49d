"""Everything that ever happened to a card, newest first, for those who hold it."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import User
from cards.ending import told_with_ending
from cards.models import Card
from cards.timeline import timeline

A_PAGE = 20


@require_safe
@login_required
def history(request: HttpRequest, reference: str) -> HttpResponse:
    """The timeline of one card; earlier and newer cards of a reissue are linked, not mixed in."""
    me = request.user
    assert isinstance(me, User)  # noqa: S101 - login_required came first
    # Replaced cards, too: their history is reached from the card that took over.
    card = get_object_or_404(
        Card.objects.held_by(me, replaced=True).select_related("resident", "reissue_of__card"),
        reference=reference,
    )
    page = Paginator(card.events.select_related("by").order_by("-id"), A_PAGE).get_page(
        request.GET.get("page")
    )
    relations = dict(card.resident.holdings.values_list("user_id", "relation"))
    issued = card.reissues.filter(new_card__isnull=False).select_related("new_card").first()
    earlier = getattr(card, "reissue_of", None)
    return render(
        request,
        "cards/history.html",
        {
            "card": card,
            "page": page,
            "entries": timeline(told_with_ending(card, page), reader=me, relations=relations),
            "earlier": earlier.card if earlier else None,
            "newer": issued.new_card if issued else None,
        },
    )
