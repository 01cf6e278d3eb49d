"""Asking for a new card: one question a page, the answers once more, sent (G6, G8)."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cards import labels
from cards.models import Card
from cards.operations import OperationRefused
from cards.reissue_draft import CHECK, QUESTIONS, Draft
from cards.reissue_words import waiving_circumstances
from cards.rules.reissue import must_suspend_first
from cards.views.mine import my_card
from cards.views.reissue import user_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def apply(request: HttpRequest, reference: str, step: str) -> HttpResponse:
    """A question that is not this application's leads to the one that is next."""
    card = my_card(request, reference)
    if step not in (*QUESTIONS, CHECK):
        raise Http404
    if card.reissues.filter(closed_at=None).exists():
        return redirect("cards:reissue", card.reference)
    draft = Draft.of(request.session, card)
    if step == CHECK:
        return _check(request, draft)
    if step not in draft.questions:
        return redirect("cards:reissue-apply", card.reference, draft.next_question)
    return _ask(request, draft, step)


def _ask(request: HttpRequest, draft: Draft, question: str) -> HttpResponse:
    card = draft.card
    form = draft.form(question, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        draft.answers |= {name: str(value) for name, value in form.cleaned_data.items()}
        draft.keep(request.session)
        if draft.reason and must_suspend_first(card.state, draft.reason):
            return _suspend_first(request, card)
        return redirect("cards:reissue-apply", card.reference, draft.next_question)
    asked = draft.questions
    before = asked[asked.index(question) - 1] if question != asked[0] else None
    return render(
        request,
        "cards/reissue_question.html",
        {"card": card, "form": form, "before": before, "question": question},
        status=422 if form.errors else 200,
    )


def _suspend_first(request: HttpRequest, card: Card) -> HttpResponse:
    messages.warning(
        request,
        _("First stop the card, so that nobody can use it. Then go on with the new card."),
    )
    return redirect("cards:suspend", card.reference)


def _check(request: HttpRequest, draft: Draft) -> HttpResponse:
    card, form = draft.card, forms.Form()
    if draft.next_question != CHECK:
        return redirect("cards:reissue-apply", card.reference, draft.next_question)
    reason = draft.reason
    assert reason is not None  # noqa: S101 - the first question is answered
    if must_suspend_first(card.state, reason):
        return _suspend_first(request, card)
    if request.method == "POST":
        try:
            draft.send(user_of(request))
        except OperationRefused as refused:
            # Sent twice at once: the other one did it.
            if card.reissues.filter(closed_at=None).exists():
                return redirect("cards:reissue", card.reference)
            form = forms.Form({})
            form.full_clean()
            form.add_error(None, refused.message)
        else:
            draft.forget(request.session)
            return redirect("cards:reissue", card.reference)
    return render(
        request,
        "cards/reissue_check.html",
        {
            "card": card,
            "form": form,
            "draft": draft,
            "questions": draft.questions,
            "reason": labels.REISSUE_REASON[reason],
            "ground": labels.WAIVER_GROUND[draft.claimed_ground] if draft.claimed_ground else None,
            "fee": f"{draft.usual_fee:,}",
            "waiving": waiving_circumstances(reason),
        },
        status=422 if form.errors else 200,
    )
