"""The provider, found by allauth by the name of this module."""

from hashlib import sha256
from typing import Any

import jwt
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language

CARD = "card"
# What an ID token may be signed with: keys of which the provider alone has the other half. RS256 is
# what OpenID Connect agrees on if nothing is said.
ALGORITHMS = ("RS256", "PS256", "ES256")


def nonce_of(verifier: str) -> str:
    """The nonce that belongs to a PKCE verifier, which only this session knows."""
    return sha256(f"nonce:{verifier}".encode()).hexdigest()


class CardOAuth2Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, CARD)
        self._nonce = ""

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        return str(settings.SITE_URL) + reverse("card-callback")

    def get_access_token_data(
        self, request: HttpRequest, app: Any, client: Any, pkce_code_verifier: Any = None
    ) -> Any:
        self._nonce = nonce_of(pkce_code_verifier or "")
        return super().get_access_token_data(request, app, client, pkce_code_verifier)

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """Raises OAuth2Error for an ID token that is not for this very sign-in."""
        id_token = kwargs["response"].get("id_token")
        if not id_token:
            raise OAuth2Error("There is no ID token.")
        _require_agreed_algorithm(id_token)
        claims = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
            verify_signature=True,
        )
        if claims.get("nonce") != self._nonce:
            raise OAuth2Error("The ID token is for another sign-in.")
        return self.get_provider().sociallogin_from_response(request, {"id_token": claims})


def _require_agreed_algorithm(id_token: str) -> None:
    """Raise OAuth2Error unless the token says that it is signed as may be."""
    try:
        said = jwt.get_unverified_header(id_token).get("alg")
    except jwt.PyJWTError as broken:
        raise OAuth2Error("The ID token cannot be read.") from broken
    if said not in ALGORITHMS:
        raise OAuth2Error("The ID token is signed in a way that was not agreed on.")


class CardProvider(OpenIDConnectProvider):  # type: ignore[misc]
    id = CARD
    package = "accounts.card_sign_in"
    oauth2_adapter_class = CardOAuth2Adapter

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        return reverse("accounts:card-sign-in", query=kwargs or None)

    def get_callback_url(self) -> str:
        return reverse("card-callback")

    def get_oauth2_adapter(self, request: HttpRequest) -> CardOAuth2Adapter:
        return self.oauth2_adapter_class(request)

    def get_pkce_params(self) -> dict[str, Any]:
        params: dict[str, Any] = generate_code_challenge()
        return params | {"nonce": nonce_of(params["code_verifier"])}

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """What the address asks for of scope and parameters is not listened to."""
        kwargs: dict[str, Any] = super().get_redirect_from_request_kwargs(request)
        again = kwargs["process"] == AuthProcess.REDIRECT
        return kwargs | {
            "scope": ["openid"],
            "auth_params": {"prompt": "login"} if again else {},
        }

    def redirect(self, request: HttpRequest, process: Any, **kwargs: Any) -> HttpResponse:
        kwargs["language"] = get_language()  # kept with the state, for the way back
        response: HttpResponse = super().redirect(request, process, **kwargs)
        return response

    def extract_extra_data(self, data: Any) -> dict[str, Any]:
        return {}

    def extract_common_fields(self, data: Any) -> dict[str, Any]:
        return {}

    def extract_email_addresses(self, data: Any) -> list[Any]:
        """None: an address counts here once a code has been there and back."""
        return []


provider_classes = [CardProvider]
