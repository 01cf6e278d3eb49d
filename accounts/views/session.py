"""Staying signed in: what the warning's button asks for."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from accounts.sessions import SessionStore, seconds_left


@require_POST
@login_not_required
def stay(request: HttpRequest) -> HttpResponse:
    """Move the session's end on; answers with the seconds left, or 0 when it has ended."""
    if not request.user.is_authenticated or not isinstance(request.session, SessionStore):
        return JsonResponse({"left": 0})
    request.session.move_on()
    return JsonResponse({"left": seconds_left(request)})
