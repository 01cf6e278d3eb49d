"""The holder's PINs: what each is for, how it stands, and changing it (G3)."""

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.once import Refusal, once
from cards import labels
from cards.forms.pins import TOGETHER, ChangePinForm
from cards.models import Card
from cards.operations import OperationRefused, WrongPin, change_pins
from cards.operations.try_pin import BEING_TRIED
from cards.pin_overview import pins_of, said_of_wrong
from cards.rules.kinds import EventKind, PinKind
from cards.use_words import hindrance_of
from cards.views.mine import just_done, my_card

# What can be changed in one go, by its place in the address.
CHOICES: dict[str, tuple[PinKind, ...]] = {
    **{kind.value.replace("_", "-"): (kind,) for kind in PinKind},
    "together": TOGETHER,
}

HEADINGS = {
    "signature": _("Change PIN ① (signature certificate)"),
    "user-proof": _("Change PIN ② (user proof)"),
    "resident-registration": _("Change PIN ③ (Basic Resident Registration)"),
    "card-info-input": _("Change PIN ④ (card-information input)"),
    "together": _("Change PINs ②, ③ and ④ together"),
}

# The PIN page says why.
CANNOT_BE_CHANGED: Refusal = ("pins", "")


@require_safe
@login_required
def pins(request: HttpRequest, reference: str) -> HttpResponse:
    card = my_card(request, reference)
    shown = pins_of(card)
    return render(
        request,
        "cards/pins.html",
        {
            "card": card,
            "pins": shown,
            "hindrance": hindrance_of(card),
            "may_change_together": shown.may_change(TOGETHER),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@login_required
def change(request: HttpRequest, reference: str, choice: str) -> HttpResponse:
    """One question a page: the present PIN and the new one, for the chosen PIN or PINs."""
    card = my_card(request, reference)
    if choice not in CHOICES:
        raise Http404
    response: HttpResponse = _change(request, card, choice)
    return response


@reauthentication_required  # type: ignore[untyped-decorator]
def _change(request: HttpRequest, card: Card, choice: str) -> HttpResponse:
    kinds = CHOICES[choice]
    form = ChangePinForm(request.POST or None, card=card, kinds=kinds)
    if request.method == "POST" and form.is_valid():
        refused = once(request, lambda: _changed(request, form))
        if refused is None:
            return redirect("cards:pins-changed", card.reference, choice)
        if refused == CANNOT_BE_CHANGED:
            return redirect("cards:pins", card.reference)
        form.refuse(*refused)
    elif not pins_of(card).may_change(kinds):
        return redirect("cards:pins", card.reference)
    return render(
        request,
        "cards/pin_change.html",
        {"card": card, "form": form, "heading": HEADINGS[choice], "choice": choice},
        status=422 if form.errors else 200,
    )


def _changed(request: HttpRequest, form: ChangePinForm) -> Refusal:
    assert isinstance(request.user, User)  # noqa: S101
    pins = pins_of(form.card)
    if not pins.may_change(form.kinds):
        busy = pins.card_works and pins.being_tried(form.kinds)
        return ("", str(BEING_TRIED)) if busy else CANNOT_BE_CHANGED
    typed = form.cleaned_data
    try:
        change_pins(
            form.card,
            current=form.current,
            new=typed["new"],
            again=typed["again"],
            by=request.user,
        )
    except WrongPin as refused:
        said = said_of_wrong(form.card, refused.kind, refused.tries_left)
        return f"current-{refused.kind.value}", said
    except OperationRefused as refused:
        return "", str(refused.message)
    return None


@require_safe
@login_required
def changed(request: HttpRequest, reference: str, choice: str) -> HttpResponse:
    """What this person changed a moment ago, and what comes next; else back to the PINs."""
    card = my_card(request, reference)
    if choice not in CHOICES:
        raise Http404
    assert isinstance(request.user, User)  # noqa: S101 - login_required came first
    event = just_done(request, card, EventKind.PIN_CHANGED)
    changed = [kind for kind in CHOICES[choice] if event and kind.value in event.data["pins"]]
    if not changed:
        return redirect("cards:pins", card.reference)
    names = [labels.PIN_KIND[kind] for kind in changed]
    return render(request, "cards/pin_changed.html", {"card": card, "changed": names})
