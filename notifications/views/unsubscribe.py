"""Where the address in a mail leads: GET asks, POST acts, also for a mail program (RFC 8058)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import Resident
from notifications.kinds_of_mail import groups_in
from notifications.messages.turning_off import STILL_TOLD, TURN_OFF
from notifications.preferences import turn_off, turn_on, turned_off
from notifications.unsubscribing import NotOurs, opened


# The signed address stands for the reader: mail programs post without a cookie, and who could
# forge the post would need the address.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Turn a group of mails, or all, off; with `on` posted, on again. Shows nothing of anybody."""
    try:
        resident, choice = opened(token)
    except NotOurs:
        raise Http404 from None
    if not Resident.objects.filter(pk=resident).exists():
        raise Http404
    if request.method == "POST":
        (turn_on if "on" in request.POST else turn_off)(resident, *groups_in(choice))
    return render(
        request,
        "notifications/unsubscribe.html",
        {
            "acted": request.method == "POST",
            "is_off": turned_off(resident).issuperset(groups_in(choice)),
            "turn_off": TURN_OFF[choice],
            "still": STILL_TOLD[choice],
        },
    )
