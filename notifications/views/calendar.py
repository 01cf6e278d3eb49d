"""The private calendar: the page that makes its address, and the calendar itself."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from notifications import feeds
from notifications.models import CalendarLink


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def calendar(request: HttpRequest) -> HttpResponse:
    """POST makes a new address and shows it, once; the one before stops working."""
    me = _me(request)
    made = None
    if request.method == "POST":
        path = reverse("calendar-feed", args=[feeds.make_link(me)])
        made = {
            "https": f"{settings.SITE_URL}{path}",
            # Opens the calendar program at once, where one is installed.
            "webcal": f"webcal://{settings.SITE_URL.partition('://')[2]}{path}",
        }
    link = CalendarLink.objects.filter(user=me).first()
    return render(request, "notifications/calendar.html", {"link": link, "made": made})


@require_POST
@login_required
def end(request: HttpRequest) -> HttpResponse:
    feeds.end_link(_me(request))
    messages.success(request, _("The address no longer works."))
    return redirect("notifications:calendar")


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """What a calendar program reads. A wrong secret looks like any page that is not there."""
    # Whatever is logged or reported about this request from here on, the address is not.
    request.path = request.path_info = request.path_info.replace(secret, "…")
    request.META["PATH_INFO"] = request.path_info
    user = feeds.owner_of(secret)
    if user is None:
        raise Http404
    return HttpResponse(
        feeds.feed(user),
        content_type="text/calendar; charset=utf-8",
        headers={
            "Content-Disposition": 'inline; filename="last-days.ics"',
            "Cache-Control": "private, no-store",
            # The address is the secret: nothing carries it on, and nobody lists it.
            "Referrer-Policy": "no-referrer",
            "X-Robots-Tag": "noindex, nofollow, noarchive",
        },
    )


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - login_required came first
    return request.user
