"""What would be if somebody moved: every clock, from days that are kept nowhere (G5②)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cards.forms.moving import WITHIN, IfIMoveForm
from cards.move_answer import move_answer
from portal import clock


@require_safe
def if_i_move(request: HttpRequest) -> HttpResponse:
    """Asked and answered by the address alone, so that it can be bookmarked; no sign-in asked."""
    form = IfIMoveForm(request.GET or None)
    context: dict[str, object] = {"form": form}
    if form.is_bound and form.is_valid():
        within = form.cleaned_data["where"] == WITHIN
        context["within"] = within
        context["answer"] = move_answer(form.dates, clock.today(), within=within)
        context["updated_on"] = form.dates.card_updated_on
    return render(request, "cards/if_i_move.html", context, status=422 if form.errors else 200)
