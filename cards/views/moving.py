"""A move, from the holder's side: what is recorded, and telling of one (G5)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from cards.forms.moving import ANOTHER, WITHIN, TellDaysForm, WhereForm
from cards.models import Card, LeadDays, PlannedMove
from cards.move_answer import move_answer
from cards.operations import OperationRefused, call_off_move, tell_move
from cards.operations.guards import require_not_ended
from cards.overview import overview
from cards.rules.kinds import CardState, CardVariant, DeadlineKind, MoveKind
from cards.views.mine import my_card, my_card_with_facts
from portal import clock

_OF_A_MOVE = frozenset(
    {DeadlineKind.MOVE_OUT_30, DeadlineKind.MOVE_IN_14, DeadlineKind.CARD_UPDATE_90}
)
_TOLD = frozenset({DeadlineKind.PLANNED_MOVE_OUT_30, DeadlineKind.PLANNED_MOVE_IN_14})


@require_safe
@login_required
def moving(request: HttpRequest, reference: str) -> HttpResponse:
    """How the card stands with moves and names, and what can be done about it."""
    card = my_card_with_facts(request, reference)
    shown = overview(card)
    entries = list(card.info_entries.filter(withdrawn_at=None))
    context = {
        "card": card,
        "state": shown.state,
        "ended": shown.state not in (CardState.WORKING, CardState.SUSPENDED),
        "deadlines": [one for one in shown.deadlines if one.kind in _OF_A_MOVE],
        "entries": entries,
        "column_full": any(one.fills_column for one in entries),
        **_told_context(card),
    }
    return render(request, "cards/moving.html", context)


@require_safe
@login_required
def where(request: HttpRequest, reference: str) -> HttpResponse:
    """The first question: to another municipality, or within this one."""
    card = my_card(request, reference)
    if (refused := _not_tellable(request, card)) is not None:
        return refused
    told = _told(card)
    initial = {"where": _where(told)} if told else {}
    form = WhereForm(request.GET or None, initial=initial)
    if form.is_bound and form.is_valid():
        return redirect("cards:moving-days", card.reference, form.cleaned_data["where"])
    return render(
        request,
        "cards/moving_where.html",
        {"card": card, "form": form},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def days(request: HttpRequest, reference: str, where: str) -> HttpResponse:
    """The second question; then the answers to check, and, confirmed, the move is told of."""
    card = my_card(request, reference)
    if where not in (ANOTHER, WITHIN):
        raise Http404
    if (refused := _not_tellable(request, card)) is not None:
        return refused
    told = _told(card)
    known = told.dates if told and _where(told) == where else None
    initial = (
        {"expected_move_out_on": known.expected_move_out_on, "moved_in_on": known.moved_in_on}
        if known
        else {}
    )
    asked = request.POST if request.method == "POST" else None
    form = TellDaysForm(asked, card=card, where=where, initial=initial)
    if form.is_bound and form.is_valid() and "back" not in request.POST:
        if "confirmed" not in request.POST:
            return _check(request, card, form)
        try:
            assert isinstance(request.user, User)  # noqa: S101
            tell_move(card, kind=form.kind, dates=form.dates, by=request.user)
        except OperationRefused as refusal:  # another state since the page was opened
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            return redirect("cards:moving-told", card.reference)
    return render(
        request,
        "cards/moving_days.html",
        {"card": card, "form": form, "where": where},
        status=422 if form.errors else 200,
    )


@require_safe
@login_required
def told(request: HttpRequest, reference: str) -> HttpResponse:
    """What happens next, after telling."""
    card = my_card(request, reference)
    context = {"card": card, **_told_context(card)}
    if context["told"] is None:
        return redirect("cards:moving", card.reference)
    return render(request, "cards/moving_told.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def call_off(request: HttpRequest, reference: str) -> HttpResponse:
    """Confirmed, then the told move and its reminders end."""
    card = my_card(request, reference)
    if request.method == "POST":
        assert isinstance(request.user, User)  # noqa: S101
        try:
            call_off_move(card, by=request.user)
        except OperationRefused as refused:
            messages.warning(request, str(refused.message))
        else:
            messages.success(
                request, _("The move is called off. No more reminders of it will come.")
            )
        return redirect("cards:moving", card.reference)
    context = {"card": card, **_told_context(card)}
    if context["told"] is None:
        return redirect("cards:moving", card.reference)
    return render(request, "cards/moving_call_off.html", context)


def _check(request: HttpRequest, card: Card, form: TellDaysForm) -> HttpResponse:
    """The answers as given, and what they would mean; nothing is kept yet."""
    return render(
        request,
        "cards/moving_check.html",
        {
            "card": card,
            "form": form,
            "dates": form.dates,
            "within": form.where == WITHIN,
            "answer": move_answer(form.dates, clock.today(), within=form.where == WITHIN),
            "replaces": _told(card) is not None,
        },
    )


def _told(card: Card) -> PlannedMove | None:
    return card.planned_moves.filter(closed_at=None).first()


def _told_context(card: Card) -> dict[str, object]:
    """The open told move with its clocks, and when the first reminder of it comes."""
    told = _told(card)
    if told is None:
        return {"told": None}
    leads = LeadDays.objects.in_force()
    alerts = [d.next_reminder(leads) for d in card.deadlines.filter(closed_at=None, kind__in=_TOLD)]
    return {
        "told": told,
        "within": _where(told) == WITHIN,
        "photo_id": card.variant == CardVariant.PHOTO_ID,
        "answer": move_answer(told.dates, clock.today(), within=_where(told) == WITHIN),
        "first_reminder": min(filter(None, alerts), default=None),
        "today": clock.today(),
    }


def _where(told: PlannedMove) -> str:
    return WITHIN if told.kind == MoveKind.RELOCATE else ANOTHER


def _not_tellable(request: HttpRequest, card: Card) -> HttpResponse | None:
    """Back to the card's page of moves, with the reason, for a card that has ended."""
    try:
        require_not_ended(card)
    except OperationRefused as refused:
        messages.warning(request, str(refused.message))
        return redirect("cards:moving", card.reference)
    return None
