"""Everything about me, to take along: asked for, waited for, fetched."""

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from privacy import tasks
from privacy.exports import A_DAY_AT_MOST, TooMany, ask
from privacy.models import DataExport


@require_safe
@login_required
def download(request: HttpRequest) -> HttpResponse:
    """How it stands: nothing asked for, being made, ready, expired, failed."""
    newest = DataExport.objects.filter(user=_me(request)).defer("content").order_by("-pk").first()
    return render(request, "privacy/download.html", {"export": newest})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
def ask_for_it(request: HttpRequest) -> HttpResponse:
    """What will be in it, and the button; only for who has just shown that it is them."""
    if request.method != "POST":
        return render(request, "privacy/download_ask.html")
    try:
        ask(_me(request), getattr(request, "LANGUAGE_CODE", ""))
    except TooMany:
        context = {"too_many": True, "most": A_DAY_AT_MOST}
        return render(request, "privacy/download_ask.html", context, status=429)
    transaction.on_commit(tasks.hint_maker)
    return redirect("privacy:download")


@require_safe
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The zip, while it may be fetched; to its owner alone."""
    export = DataExport.objects.filter(user=_me(request), pk=pk).first()
    if export is None or not export.is_ready or export.content is None:
        raise Http404
    response = HttpResponse(bytes(export.content), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="my-data.zip"'
    return response


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - login_required came first
    return request.user
