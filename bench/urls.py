"""The portal's own addresses, and the floor of its front page."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from portal.urls import urlpatterns as portal_urls


def who(request: HttpRequest) -> HttpResponse:
    """What any page of a signed-in person has to do at the least: look up the person."""
    return HttpResponse(str(request.user.pk))


urlpatterns = [path("bench/who/", who), *portal_urls]
