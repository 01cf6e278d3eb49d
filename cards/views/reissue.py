"""A new card: how far the application is, and what the holder can do about it (G6)."""

from contextlib import suppress

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from cards.forms.reissue import AnswerForm
from cards.models import Card, Reissue
from cards.operations import OperationRefused, answer_reissue, withdraw_reissue
from cards.reissue_fees import usual_fees
from cards.reissue_words import what_to_bring
from cards.rules.kinds import ReissueReason, ReissueState
from cards.rules.reissue import must_suspend_first
from cards.views.mine import my_card


def user_of(request: HttpRequest) -> User:
    """Who is signed in; the view asked for that."""
    assert isinstance(request.user, User)  # noqa: S101 - login_required came first
    return request.user


@require_safe
@login_required
def reissue(request: HttpRequest, reference: str) -> HttpResponse:
    """The state of the newest application, or the way to a first one."""
    try:
        card = my_card(request, reference)
    except Http404:
        return redirect("cards:reissue", _newest_card(user_of(request), reference).reference)
    found = card.reissues.first()
    came_from = Reissue.objects.filter(new_card=card).select_related("card").first()
    return render(
        request,
        "cards/reissue.html",
        {
            "card": card,
            "office": card.resident.office,
            "reissue": found,
            "was_found": found is not None
            and found.closed_at is None
            and must_suspend_first(card.state, ReissueReason(found.reason)),
            "is_open": found is not None and found.closed_at is None,
            "may_apply": found is None or found.closed_at is not None,
            "bring": what_to_bring(found) if found else [],
            "came_from": came_from,
            "fees": usual_fees(),
        },
    )


def _newest_card(user: User, reference: str) -> Card:
    """The card that took over from this one, or from the one that did; 404 if there is none."""
    card = Card.objects.held_by(user, replaced=True).filter(reference=reference).first()
    while card is not None and card.replaced_at is not None:
        card = Card.objects.filter(reissue_of__card=card).first()
    if card is None:
        raise Http404
    return card


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    """The office's question, and the answer to it."""
    card = my_card(request, reference)
    asked = card.reissues.filter(state=ReissueState.ASKED_BACK.value).first()
    if asked is None:  # answered, by another tab or a guardian, or decided meanwhile
        return redirect("cards:reissue", card.reference)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_reissue(card, answer=form.cleaned_data["answer"], by=user_of(request))
        except OperationRefused as refused:
            # Sent twice at once, or decided meanwhile: the page says how it stands.
            if not card.reissues.filter(state=ReissueState.ASKED_BACK.value).exists():
                return redirect("cards:reissue", card.reference)
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            return redirect("cards:reissue", card.reference)
    return render(
        request,
        "cards/reissue_answer.html",
        {"card": card, "reissue": asked, "form": form},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Asked once more, then withdrawn; what was withdrawn or decided meanwhile shows as it is."""
    card = my_card(request, reference)
    found = card.reissues.filter(closed_at=None).first()
    if found is None:
        return redirect("cards:reissue", card.reference)
    if request.method == "POST":
        with suppress(OperationRefused):  # no longer open: the page says how it stands
            withdraw_reissue(card, by=user_of(request))
        return redirect("cards:reissue", card.reference)
    return render(request, "cards/reissue_withdraw.html", {"card": card, "reissue": found})
