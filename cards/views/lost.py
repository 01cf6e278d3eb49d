"""A lost card: reachable by anyone, from every page, in one click; suspended at any hour (G6)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from cards.lost_steps import steps_after_suspension
from cards.models import Card
from cards.operations import OperationRefused, suspend
from cards.operations.guards import require_not_ended
from cards.reissue_fees import usual_fees
from cards.views.mine import my_card


@require_safe
def lost(request: HttpRequest) -> HttpResponse:
    """Telephone numbers first, then the steps; no sign-in asked. Signed in: suspend from here."""
    user = request.user
    cards = Card.objects.held_by(user) if isinstance(user, User) else Card.objects.none()
    return render(
        request,
        "cards/lost.html",
        {"cards": cards.select_related("resident"), "fees": usual_fees()},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def suspend_now(request: HttpRequest, reference: str) -> HttpResponse:
    """One page, one button, at any hour.

    No password is asked for again: freezing is undone at the office, while a thief gains by every
    minute that somebody looks for a password. A stolen session can do no worse here than freeze.
    """
    try:
        card = my_card(request, reference)
    except Http404:
        return _replaced_meanwhile(request, reference)
    refusal = None
    try:
        if request.method == "POST":
            assert isinstance(request.user, User)  # noqa: S101 - login_required came first
            suspend(card, by=request.user)
            return redirect("cards:suspended", card.reference)
        if card.suspended_at is not None:
            return redirect("cards:suspended", card.reference)
        require_not_ended(card)
    except OperationRefused as refused:
        refusal = refused.message
    return render(
        request,
        "cards/suspend.html",
        {"card": card, "refusal": refusal, "ended": refusal is not None},
        status=409 if request.method == "POST" else 200,
    )


def _replaced_meanwhile(request: HttpRequest, reference: str) -> HttpResponse:
    """A newer card took over while this page was open: that one is the one to look after."""
    assert isinstance(request.user, User)  # noqa: S101 - login_required came first
    ever = Card.objects.held_by(request.user, replaced=True)
    if not ever.filter(reference=reference, replaced_at__isnull=False).exists():
        raise Http404
    messages.warning(
        request,
        _(
            "A newer card took over from this one, which nobody can use any more. If you have "
            "lost the newer card, suspend it here."
        ),
    )
    return redirect("cards:lost")


@require_safe
@login_required
def suspended(request: HttpRequest, reference: str) -> HttpResponse:
    """What to do now, and who alone can lift the suspension."""
    card = my_card(request, reference)
    if card.suspended_at is None:
        return redirect("cards:suspend", card.reference)
    return render(
        request,
        "cards/suspended.html",
        {
            "card": card,
            "office": card.resident.office,
            "steps": steps_after_suspension(card),
            "state": card.state,
        },
    )
