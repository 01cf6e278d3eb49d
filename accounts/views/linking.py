"""“Add a card”: the office's code and a birth date bring a card into this account."""

import time

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.linking_forms import LinkForm
from accounts.models import User
from accounts.operations import LinkRefused, check_linking_code, redeem_linking_code

# Seconds that every refusal takes at least, whatever there was to do: the clock tells nothing.
REFUSAL_TAKES = 0.3


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
def link(request: HttpRequest) -> HttpResponse:
    """Code and birth date first; then whose card it is, to be confirmed; then the front page.

    Open to everyone, so that the letter's address works before signing in: the page then says
    how, and a script keeps the code from the address for afterwards.
    """
    if not isinstance(request.user, User):
        return render(request, "accounts/link_sign_in.html")
    if request.method != "POST":
        return _ask(request, LinkForm())
    began = time.monotonic()
    form = LinkForm(request.POST)
    if "back" in request.POST or not form.is_valid():
        return _ask(request, form if form.errors else LinkForm(initial=form.cleaned_data))
    # Counted first, right ones too: a limit that is asked afterwards lets a crowd through.
    if not ratelimit.consume(request, action="link_card", user=request.user):
        form.add_error(None, _("Too many tries. Wait an hour and try again."))
        return _ask(request, form, status=429)
    code, birth_date = form.cleaned_data["code"], form.cleaned_data["birth_date"]
    try:
        if "confirmed" not in request.POST:
            found = check_linking_code(code, birth_date=birth_date, user=request.user)
            return render(request, "accounts/link_confirm.html", {"form": form, "found": found})
        holding = redeem_linking_code(code, birth_date=birth_date, user=request.user)
    except LinkRefused as refused:
        form.add_error(None, str(refused.message))
        time.sleep(max(0.0, began + REFUSAL_TAKES - time.monotonic()))
        return _ask(request, form)
    done = _("The card of %(name)s is now in your account.") % {"name": holding.resident.name}
    messages.success(request, done)
    return redirect("home")


def _ask(request: HttpRequest, form: LinkForm, status: int = 0) -> HttpResponse:
    status = status or (422 if form.errors else 200)
    return render(request, "accounts/link.html", {"form": form}, status=status)
