"""After a reset at the counter: the holder types the new PINs, and nobody else sees them (G3)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.limits import count_try
from accounts.once import Refusal, once
from cards import labels
from cards.forms.kiosk import HandOverCodeForm
from cards.forms.pins import NewPinForm
from cards.models import PinHandOver
from cards.operations import OperationRefused, hand_over_pins, open_hand_over
from cards.rules.kinds import PinKind

FORM_SAYS_WHY: Refusal = ("form", "")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
def hand_over(request: HttpRequest) -> HttpResponse:
    """The code first; then ① by itself, or one PIN for those of ②③④ that were reset."""
    code_form = HandOverCodeForm(request.POST or None)
    if request.method != "POST" or not code_form.is_valid():
        return _code_page(request, code_form)
    # Counted before it is looked at: a limit that is asked only then lets a crowd through. Right
    # ones are given back: a counter serves many holders from one address.
    counted = count_try(request, "pin_hand_over")
    if counted is None:
        code_form.add_error(None, _("Too many tries. Wait an hour and try again."))
        return _code_page(request, code_form)
    found = open_hand_over(code_form.cleaned_data["code"])
    if found is None:
        refused = once(request, _opens_nothing)
        if refused is None:
            counted.rollback()
            return render(request, "cards/hand_over_done.html")
        code_form.add_error(*refused)
        return _code_page(request, code_form)
    counted.rollback()
    return _pins_page(request, found, code_form.cleaned_data["code"])


def _opens_nothing() -> Refusal:
    return "code", _(
        "This code does not open anything: it may be mistyped, used already, or older "
        "than 30 minutes. Check it, or ask at the counter for a new one."
    )


def _code_page(request: HttpRequest, form: HandOverCodeForm) -> HttpResponse:
    return render(
        request, "cards/hand_over.html", {"form": form}, status=422 if form.errors else 200
    )


def _next_kinds(found: PinHandOver) -> tuple[PinKind, ...]:
    """① has a format of its own; the rest may share one PIN."""
    waiting = tuple(kind for kind in PinKind if kind.value in found.kinds)
    return waiting[:1] if waiting[0] is PinKind.SIGNATURE else waiting


def _pins_page(request: HttpRequest, found: PinHandOver, code: str) -> HttpResponse:
    kinds = _next_kinds(found)
    form = NewPinForm(request.POST if "new" in request.POST else None, card=found.card, kinds=kinds)
    if form.is_bound:
        refused = once(request, lambda: _set(found, form))
        if refused is None:
            found.refresh_from_db()
            if not found.kinds:
                return render(request, "cards/hand_over_done.html")
            kinds = _next_kinds(found)
            form = NewPinForm(card=found.card, kinds=kinds)
        elif refused != FORM_SAYS_WHY:
            form.refuse(*refused)
    return render(
        request,
        "cards/hand_over_pins.html",
        {
            "form": form,
            "setting": [labels.PIN_KIND[kind] for kind in kinds],
            "style": "signature" if kinds[0] is PinKind.SIGNATURE else "digits",
            "code": code,
        },
        status=422 if form.errors else 200,
    )


def _set(found: PinHandOver, form: NewPinForm) -> Refusal:
    if not form.is_valid():
        return FORM_SAYS_WHY
    typed = form.cleaned_data
    try:
        hand_over_pins(found, kinds=form.kinds, new=typed["new"], again=typed["again"])
    except OperationRefused as refused:
        return "", str(refused.message)
    return None
