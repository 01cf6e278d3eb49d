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
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.card_sign_in.own_card import hindrance_of
from accounts.card_sign_in.provider import CARD
from accounts.models import User
from accounts.sign_in import log_failed

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

    def get_requests_session(self) -> Any:
        """What asks the provider goes where the environment says, and is led nowhere else."""
        session = super().get_requests_session()
        session.max_redirects = 0  # raises TooManyRedirects, as when nobody answers
        return session

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Whose card it is was found out; now whether it counts, and for what.

        Somebody who is signed in may show by the card that it is them.
        """
        process = sociallogin.state.get("process")
        if process == AuthProcess.REDIRECT:
            self._show_who_it_is(request, sociallogin)
        elif process == AuthProcess.CONNECT:
            self._require_fit_to_link(request)
        elif sociallogin.is_existing and (found := hindrance_of(sociallogin.user)) is not None:
            log_failed(request, "card that does not work", sociallogin.user.email)
            raise ImmediateHttpResponse(
                render(request, "socialaccount/card_hindered.html", {"found": found}, status=403)
            )

    def _show_who_it_is(self, request: HttpRequest, sociallogin: Any) -> None:
        if not sociallogin.is_existing or sociallogin.user != request.user:
            messages.error(request, _("This card is not linked to your account."))
        elif (found := hindrance_of(sociallogin.user)) is not None:
            log_failed(request, "card that does not work", sociallogin.user.email)
            messages.error(request, str(found.why))
            messages.error(
                request,
                _(
                    "So the card cannot show that it is you. Use your password, a passkey or a "
                    "code by e-mail."
                ),
            )
        else:
            record_authentication(request, request.user, CARD, reauthenticated=True)
        back = sociallogin.get_redirect_url(request)
        raise ImmediateHttpResponse(redirect(back or "accounts:security"))

    def _require_fit_to_link(self, request: HttpRequest) -> None:
        if isinstance(request.user, User) and (found := hindrance_of(request.user)) is not None:
            messages.error(request, str(found.why))
            messages.error(request, _("So the card was not linked. Link it once it works."))
            raise ImmediateHttpResponse(redirect("accounts:security"))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        extra_context: Any = None,
    ) -> None:
        log.warning("Sign-in with the card failed: %s %s", error, type(exception).__name__)
