"""Where the address in a mail leads: GET asks, POST acts, also for a mail program (RFC 8058)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import Resident
from notifications.kinds_of_mail import EVERY, groups_in
from notifications.messages.turning_off import STILL_TOLD, TURN_OFF
from notifications.preferences import turn_off, turn_on, turned_off
from notifications.unsubscribing import NotOurs, opened, to_undo, undoing


# The signed address stands for the reader: mail programs post without a cookie, and who could
# forge the post would need the address.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Turn a group of mails, or all, off; with `on` posted, on again. Shows nothing of anybody.

    Of all, those come again that were turned off here, as `on` says, and not what was off before.
    """
    one_group = ""
    try:
        resident, choice = opened(token)
        groups = groups_in(choice)
        if choice != EVERY:
            one_group = undoing(resident, groups)
        back = to_undo(request.POST["on"], resident) if "on" in request.POST else ()
    except NotOurs:
        raise Http404 from None
    if not Resident.objects.filter(pk=resident).exists():
        raise Http404
    before = turned_off(resident)
    if request.method == "POST" and back:
        turn_on(resident, *back)
    elif request.method == "POST":
        turn_off(resident, *groups)
    now = turned_off(resident)
    return render(
        request,
        "notifications/unsubscribe.html",
        {
            "acted": request.method == "POST",
            "is_off": now.issuperset(groups),
            "undo": one_group or undoing(resident, now - before),
            "turn_off": TURN_OFF[choice],
            "still": STILL_TOLD[choice],
        },
    )
