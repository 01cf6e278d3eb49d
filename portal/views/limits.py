"""Too often: what people read then, and when they may go on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# All limits that answer with this page count by the minute or by ten.
_WAIT_SECONDS = 60


def too_many_requests(request: HttpRequest) -> HttpResponse:
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(_WAIT_SECONDS)
    return response
