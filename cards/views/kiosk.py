"""The screen of a convenience-store terminal: PIN ① initialised against PIN ② (G3).

The terminal signs in with a key of its own, into a signed cookie. No session is opened and no
person is signed in, so nothing of one customer is there for the next.
"""

import secrets
from collections.abc import Callable, Mapping
from functools import wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe
from redis.exceptions import RedisError

from accounts.limits import count_try
from accounts.once import Refusal, once
from cards.chip import chip
from cards.forms.kiosk import CardOnReaderForm, KioskKeyForm
from cards.forms.pins import KioskForm
from cards.models import Card, Kiosk
from cards.operations import OperationRefused, WrongPin, initialise_pin
from cards.operations.guards import require_has_pins, require_working
from cards.operations.kiosks import kiosk_with
from cards.pin_words import refusal_at_kiosk, wrong_at_kiosk
from cards.rules.kinds import PinKind
from cards.rules.pins import PinRefused

COOKIE = "__Host-kiosk" if settings.SESSION_COOKIE_SECURE else "kiosk"
SALT = "cards.kiosk"
# A working day; then the shop's staff sign the terminal in again.
SIGNED_IN_FOR = 12 * 60 * 60
# A customer's page closes by itself when it is left alone, and its PINs are taken no longer then:
# after two minutes, and two more each time that more time was asked for (static/js/closing.js),
# ten times over in all.
VISIT_SALT = "cards.kiosk.visit"
PINS_FOR = 120
DONE_FOR = 60
VISIT_FOR = 10 * PINS_FOR
# Tells the page that says “done” that it is; who or which card is not in it.
DONE_COOKIE = COOKIE + "-done"
DONE_SALT = "cards.kiosk.done"
# What is sent in the last moment is still on its way when the page closes.
ON_ITS_WAY = 10
View = Callable[[HttpRequest], HttpResponse]


def _terminal(request: HttpRequest) -> Kiosk | None:
    """The terminal that signed in here, if it may still be used with the same key."""
    try:
        pk, digest = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=SIGNED_IN_FOR
        )
    except signing.BadSignature:
        return None
    return Kiosk.objects.filter(pk=pk, key_digest=digest, is_active=True).first()


def _on_a_terminal(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        response = view(request) if _terminal(request) else redirect("cards:kiosk-sign-in")
        patch_cache_control(response, no_store=True, private=True)
        return response

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("key")
def sign_in(request: HttpRequest) -> HttpResponse:
    """For the shop's staff, once a day."""
    form = KioskKeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        # Counted before it is looked at, or a crowd gets through. A right one is given back: a shop
        # with many terminals signs them all in on one morning.
        counted = count_try(request, "kiosk_sign_in")
        if counted is None:
            form.add_error(None, _("Too many tries. Wait an hour and try again."))
        elif (kiosk := kiosk_with(form.cleaned_data["key"])) is None:
            form.add_error(
                "key",
                _("No terminal in use has this key. Check it, or ask the administrator for one."),
            )
        else:
            counted.rollback()
            response = redirect("cards:kiosk")
            response.set_cookie(
                COOKIE,
                signing.dumps([kiosk.pk, kiosk.key_digest], salt=SALT),
                max_age=SIGNED_IN_FOR,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Strict",
            )
            return response
    return _page(request, "cards/kiosk_sign_in.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@_on_a_terminal
def kiosk(request: HttpRequest) -> HttpResponse:
    """Which card; then its PINs, on a page that closes by itself."""
    on_reader = CardOnReaderForm(request.POST or None)
    if request.method != "POST" or not on_reader.is_valid():
        start = _page(request, "cards/kiosk.html", on_reader)
        start.delete_cookie(DONE_COOKIE, samesite="Strict")
        return start
    card = _card(on_reader)
    if card is None:
        return _page(request, "cards/kiosk.html", on_reader)
    form = KioskForm(request.POST if "user_proof" in request.POST else None, card=card)
    if form.is_bound and form.is_valid():
        refused = once(request, lambda: _initialised(form, request.POST, _terminal(request)))
        if refused is None:
            # Elsewhere, so that going back or loading again does not send the PINs once more.
            return _to_done()
        field, why = refused
        if not field:
            return _turned_away(request, why)
        form.refuse(field, why)
    more = {"card": card, "visit": _visit(card), "closes_after": PINS_FOR}
    return _page(request, "cards/kiosk_pins.html", form, **more)


@require_safe
@_on_a_terminal
def done(request: HttpRequest) -> HttpResponse:
    """What happened a moment ago at this terminal; else its start."""
    try:
        signing.loads(
            request.COOKIES.get(DONE_COOKIE, ""), salt=DONE_SALT, max_age=DONE_FOR + ON_ITS_WAY
        )
    except signing.BadSignature:
        return redirect("cards:kiosk")
    return _page(request, "cards/kiosk_done.html", closes_after=DONE_FOR)


def _to_done() -> HttpResponse:
    response = redirect("cards:kiosk-done")
    response.set_cookie(
        DONE_COOKIE,
        signing.dumps(True, salt=DONE_SALT),
        max_age=DONE_FOR + ON_ITS_WAY,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


def _visit(card: Card) -> str:
    """What one page of PINs for this card is known by."""
    return signing.dumps([card.reference, secrets.token_urlsafe(9)], salt=VISIT_SALT)


def _open_for(more: str) -> int:
    """Seconds that a page is open for whose visitor asked for more time so often.

    Without JavaScript nobody asks, and the page is gone when it says so.
    """
    often = int(more) if more.isascii() and more.isdecimal() and len(more) < 3 else 0
    return min((often + 1) * PINS_FOR, VISIT_FOR) + ON_ITS_WAY


def _is_open(visit: str, more: str, card: Card) -> bool:
    """Whether that page is this card's, was opened a short while ago, and is sent for the first
    time: the next customer, going back in the browser, sends nobody's PINs again."""
    try:
        reference, _nonce = signing.loads(visit, salt=VISIT_SALT, max_age=_open_for(more))
    except signing.BadSignature:
        return False
    if reference != card.reference:
        return False
    try:
        key = f"kiosk:{sha256(visit.encode()).hexdigest()}"
        return bool(cache.add(key, True, VISIT_FOR + ON_ITS_WAY))
    except RedisError:
        return True  # tries stay counted, in the database


def _initialised(form: KioskForm, sent: Mapping[str, str], at: Kiosk | None) -> Refusal:
    if not _is_open(sent.get("visit", ""), sent.get("more", ""), form.card):
        return "", _("This page is closed. Nothing was tried and nothing was changed. Begin again.")
    typed = form.cleaned_data
    try:
        initialise_pin(
            form.card,
            user_proof=typed["user_proof"],
            new=typed["new"],
            again=typed["again"],
            kiosk=at.name if at else "",
        )
    except WrongPin as refused:
        return "user_proof" if refused.tries_left else "", wrong_at_kiosk(refused.tries_left)
    except PinRefused as refused:
        return "new", str(refusal_at_kiosk(refused))
    except OperationRefused as refused:
        return "", str(refused.message)
    return None


def _card(form: CardOnReaderForm) -> Card | None:
    """The card on the reader, or None with the reason in the form."""
    card = (
        Card.objects.filter(reference=form.cleaned_data["reference"])
        .select_related("resident")
        .first()
    )
    if card is None:
        form.add_error(
            "reference",
            _(
                "This card cannot be read here. Is it the right card? If it is, ask your "
                "municipal office."
            ),
        )
        return None
    try:
        require_has_pins(card)
        require_working(card)
    except OperationRefused as refused:
        form.add_error(None, refused.message)
        return None
    if not chip().has_pin(card, PinKind.USER_PROOF):
        form.add_error(
            None,
            _(
                "PIN ② of this card is not set, so PIN ① cannot be initialised here. "
                "Your municipal office can set both."
            ),
        )
        return None
    slot = card.pin_slots.filter(kind=PinKind.USER_PROOF.value).first()
    if slot is not None and slot.is_locked:
        form.add_error(
            None,
            _(
                "PIN ② of this card is locked, so PIN ① cannot be initialised here. "
                "Your municipal office can reset both."
            ),
        )
        return None
    return card


def _turned_away(request: HttpRequest, reason: Any) -> HttpResponse:
    form = CardOnReaderForm({})
    form.errors.clear()
    form.add_error(None, reason)
    return _page(request, "cards/kiosk.html", form)


def _page(request: HttpRequest, template: str, form: Any = None, **more: Any) -> HttpResponse:
    failed = bool(form is not None and form.is_bound and form.errors)
    response = render(request, template, {"form": form, **more}, status=422 if failed else 200)
    if "closes_after" in more:
        # Where no script runs, the page's own <noscript> closes it on time. A header cannot be
        # put off by who asks for more time, so it comes when no more time is given.
        response["Refresh"] = f"{VISIT_FOR}; url={reverse('cards:kiosk')}"
    return response
