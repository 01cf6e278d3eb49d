"""Leaving for the app and coming back. The pages around it stand in templates/socialaccount/."""

from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.internal.flows.connect import disconnect
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from requests import RequestException

from accounts.card_sign_in.provider import CARD, CardOAuth2Adapter


def _if_offered(view: Any) -> Any:
    """Not there unless it is configured."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)  # type: ignore[no-any-return]
        except SocialApp.DoesNotExist:
            raise Http404 from None
        except RequestException as trouble:
            provider = get_adapter().get_provider(request, CARD)
            return render_authentication_error(request, provider, exception=trouble)  # type: ignore[no-any-return]

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@_if_offered
def sign_in(request: HttpRequest) -> HttpResponse:
    """Asks before it goes. A form may not send people elsewhere (CSP), so a page leads there."""
    view = OAuth2LoginView.adapter_view(CardOAuth2Adapter(request))
    answer: HttpResponse = view(request)
    if answer.status_code == 302:
        return render(request, "socialaccount/leaving.html", {"address": answer["Location"]})
    return answer


@require_safe
@never_cache
@_if_offered
def callback(request: HttpRequest) -> HttpResponse:
    """Back from the app, in the language that they left in."""
    stashed = statekit.get_states(request).get(request.GET.get("state", ""))
    language = stashed[0].get("language") if stashed else None
    if language in dict(settings.LANGUAGES):
        translation.activate(language)
        request.LANGUAGE_CODE = language
    answer: HttpResponse = OAuth2CallbackView.adapter_view(CardOAuth2Adapter(request))(request)
    return answer


@require_POST
@login_required
@_if_offered
@reauthentication_required(app="allauth.socialaccount")  # type: ignore[untyped-decorator]
def unlink(request: HttpRequest) -> HttpResponse:
    """The card opens this account no more. A code by e-mail still does."""
    disconnect(request, get_object_or_404(SocialAccount, user=request.user, provider=CARD))
    return redirect("accounts:security")
