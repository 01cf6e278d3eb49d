"""How allauth treats the card's accounts here."""

import logging
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.card_sign_in.provider import CARD

log = logging.getLogger(__name__)


class CardAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> Any:
        """From the environment alone; a row in the database turns nothing on."""
        found = [
            SocialApp(provider=CARD, **app)
            for app in settings.SOCIALACCOUNT_PROVIDERS[CARD]["APPS"]
        ]
        return [
            app for app in found if provider in (None, CARD) and client_id in (None, app.client_id)
        ]

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Somebody who is signed in may show by the card that it is them."""
        if sociallogin.state.get("process") != AuthProcess.REDIRECT:
            return
        if sociallogin.is_existing and sociallogin.user == request.user:
            record_authentication(request, request.user, CARD, reauthenticated=True)
        else:
            messages.error(request, _("This card is not linked to your account."))
        back = sociallogin.get_redirect_url(request)
        raise ImmediateHttpResponse(redirect(back or "accounts:security"))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        extra_context: Any = None,
    ) -> None:
        log.warning("Sign-in with the card failed: %s %s", error, type(exception).__name__)
