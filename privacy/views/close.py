"""Closing my account: what goes, what stays, and the button."""

from allauth.account.decorators import reauthentication_required
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from privacy.closing import StaffStay, close_account, may_close
from privacy.forms import CloseForm


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
def close(request: HttpRequest) -> HttpResponse:
    """Only for who has just shown that it is them. Staff are told whom to ask."""
    me = request.user
    assert isinstance(me, User)  # noqa: S101 - login_required came first
    if not may_close(me):
        refused = 403 if request.method == "POST" else 200
        return render(request, "privacy/close_staff.html", status=refused)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and (form := CloseForm(request.POST)).is_valid():
        try:
            close_account(me)
        except StaffStay:  # became one of staff between the two looks
            return render(request, "privacy/close_staff.html", status=403)
        logout(request)
        request.signed_out = True  # type: ignore[attr-defined]
        return redirect("privacy:closed")
    return render(request, "privacy/close.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def closed(request: HttpRequest) -> HttpResponse:
    """What happened, for who has no account any more."""
    return render(request, "privacy/closed.html")
