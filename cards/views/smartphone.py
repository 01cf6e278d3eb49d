"""Certificates on a smartphone: what it takes, applying with PIN ①, and ending them (G2②)."""

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.once import Refusal, once
from cards.forms.smartphone import ApplyForm, RevokeForm
from cards.models import Card, SmartphonePlatform
from cards.operations import (
    OperationRefused,
    WrongPin,
    apply_smartphone_certificates,
    revoke_smartphone_certificates,
)
from cards.pin_overview import pins_of, said_of_wrong
from cards.rules.kinds import EventKind, PinKind, RevocationReason
from cards.smartphone_overview import smartphone_of
from cards.views.mine import just_done, my_card

# The page of what an application needs says that the PIN is locked, and what opens it.
LOCKED: Refusal = ("smartphone", "")


@require_safe
@login_required
def smartphone(request: HttpRequest, reference: str) -> HttpResponse:
    card = my_card(request, reference)
    view = smartphone_of(card)
    return render(request, "cards/smartphone.html", {"card": card, "view": view})


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@login_required
def apply(request: HttpRequest, reference: str, platform: str) -> HttpResponse:
    """One question: PIN ①. A platform that is not on looks like one that is not there."""
    card = my_card(request, reference)
    found = get_object_or_404(SmartphonePlatform, code=platform, is_on=True)
    response: HttpResponse = _apply(request, card, found)
    return response


@reauthentication_required  # type: ignore[untyped-decorator]
def _apply(request: HttpRequest, card: Card, platform: SmartphonePlatform) -> HttpResponse:
    form = ApplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        refused = once(request, lambda: _applied(request, card, platform, form))
        if refused is None:
            return redirect("cards:smartphone-done", card.reference)
        if refused == LOCKED:
            return redirect("cards:smartphone", card.reference)
        field, why = refused
        form.add_error(field or None, why)
    view = smartphone_of(card)
    if not form.errors and not view.ready:
        return redirect("cards:smartphone", card.reference)
    return render(
        request,
        "cards/smartphone_apply.html",
        {"card": card, "platform": platform, "form": form, "view": view},
        status=422 if form.errors else 200,
    )


def _applied(
    request: HttpRequest, card: Card, platform: SmartphonePlatform, form: ApplyForm
) -> Refusal:
    assert isinstance(request.user, User)  # noqa: S101 - login_required came first
    # Locked since the form was opened: no entry is looked at, so none may be called not right.
    if any(pin.kind is PinKind.SIGNATURE and pin.is_locked for pin in pins_of(card).pins):
        return LOCKED
    try:
        apply_smartphone_certificates(
            card, platform=platform, pin=form.cleaned_data["pin"], by=request.user
        )
    except WrongPin as refused:
        return "pin", said_of_wrong(card, refused.kind, refused.tries_left)
    except OperationRefused as refused:
        return "", str(refused.message)
    return None


@require_safe
@login_required
def done(request: HttpRequest, reference: str) -> HttpResponse:
    """What happened, and what comes next."""
    card = my_card(request, reference)
    view = smartphone_of(card)
    if not view.there or not just_done(request, card, EventKind.CERTIFICATE_ISSUED):
        return redirect("cards:smartphone", card.reference)
    return render(request, "cards/smartphone_done.html", {"card": card, "view": view})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def revoke(request: HttpRequest, reference: str) -> HttpResponse:
    """Why; then what will happen, to be confirmed; then it is done at once and for good."""
    card = my_card(request, reference)
    view = smartphone_of(card)
    if request.method != "POST":
        if not view.there:
            return redirect("cards:smartphone", card.reference)
        return _why(request, card, RevokeForm())
    form = RevokeForm(request.POST)
    if "back" in request.POST or not form.is_valid():
        chosen = {"because": request.POST.get("because")}
        return _why(request, card, RevokeForm(initial=chosen) if "back" in request.POST else form)
    because = RevocationReason(form.cleaned_data["because"])
    if "confirmed" not in request.POST:
        lost = because is RevocationReason.PHONE_LOST
        context = {"card": card, "form": form, "view": view, "lost": lost}
        return render(request, "cards/smartphone_revoke_confirm.html", context)
    refused = once(request, lambda: _revoked(request, card, because))
    if refused is not None:
        return redirect("cards:smartphone", card.reference)
    return redirect("cards:smartphone-revoked", card.reference)


def _why(request: HttpRequest, card: Card, form: RevokeForm) -> HttpResponse:
    return render(
        request,
        "cards/smartphone_revoke.html",
        {"card": card, "form": form},
        status=422 if form.errors else 200,
    )


def _revoked(request: HttpRequest, card: Card, because: RevocationReason) -> Refusal:
    assert isinstance(request.user, User)  # noqa: S101 - login_required came first
    try:
        revoke_smartphone_certificates(card, because=because, by=request.user)
    except OperationRefused as refused:
        return "", str(refused.message)
    return None


@require_safe
@login_required
def revoked(request: HttpRequest, reference: str) -> HttpResponse:
    """What happened, and what comes next. While there are some, it did not happen."""
    card = my_card(request, reference)
    view = smartphone_of(card)
    if view.there:
        return redirect("cards:smartphone", card.reference)
    return render(request, "cards/smartphone_revoked.html", {"card": card, "view": view})
