"""A real OpenID provider, built on Authlib: stands for the Digital Authentication App.

It takes no request without a fresh state, a fresh nonce and PKCE with S256, and no code without
the verifier that belongs to it. On command it lies, as a provider that was broken into would.
"""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import InvalidRequestError, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, jsonify, redirect, render_template_string, request
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "portal", "only for tests"
# What a broken provider may answer, each of which must open nothing.
LIES = (
    "state",
    "nonce",
    "signature",
    "algorithm",
    "issuer",
    "audience",
    "expired",
    "no token",
    "somewhere else",
)

_PAGE = """<!doctype html><html lang="en"><title>Card app</title><h1>Card app</h1>
<form method="post">
<button name="answer" value="yes">Hold the card to the phone</button>
<button name="answer" value="no">Stop</button></form></html>"""


@dataclass
class Client:
    """The portal, as the provider knows it."""

    redirect_uri: str

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_allowed_scope(self, scope: str) -> str:
        return "openid" if "openid" in scope.split() else ""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.redirect_uri

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_post"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class Code:
    """A code that waits to be fetched, and what it was asked for with."""

    code: str
    asked: dict[str, str]
    subject: str

    @property
    def code_challenge(self) -> str | None:
        return self.asked.get("code_challenge")

    @property
    def code_challenge_method(self) -> str | None:
        return self.asked.get("code_challenge_method")

    def get_redirect_uri(self) -> str:
        return self.asked["redirect_uri"]

    def get_scope(self) -> str:
        return self.asked["scope"]

    def get_nonce(self) -> str | None:
        return self.asked.get("nonce")

    def get_auth_time(self) -> None:
        return None

    get_acr = get_amr = get_auth_time


@dataclass
class Provider:
    """`subject` is whose card is held to the phone; `lie` one of LIES, or empty."""

    url: str = ""
    client: Client = field(default_factory=lambda: Client(""))
    subject: str = "card-1"
    lie: str = ""
    # What the portal asked for, newest last, and what was refused, in the provider's words.
    asked: list[dict[str, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    _codes: dict[str, Code] = field(default_factory=dict)

    def app(self) -> Flask:
        app = Flask("openid")
        app.config["OAUTH2_SCOPES_SUPPORTED"] = ["openid"]
        server = AuthorizationServer(app, lambda _id: self.client, lambda *_token: None)
        server.register_grant(
            _grant(self),
            [_FreshNonce(self), _OnlyS256(required=True), _FreshState(self)],
        )

        @app.get("/.well-known/openid-configuration")
        def configuration() -> Any:
            return jsonify(
                issuer=self.url,
                authorization_endpoint=f"{self.url}/authorize",
                token_endpoint=f"{self.url}/token",
                jwks_uri=f"{self.url}/keys",
                userinfo_endpoint=f"{self.url}/nobody-asks",
                token_endpoint_auth_methods_supported=["client_secret_post"],
            )

        @app.get("/keys")
        def keys() -> Any:
            if self.lie == "somewhere else":
                return redirect(f"{self.url}/keys/of/somebody")
            return its_keys()

        @app.get("/keys/of/somebody")
        def its_keys() -> Any:
            return jsonify(keys=[_key("its own").as_dict(private=False) | {"alg": "RS256"}])

        @app.route("/authorize", methods=["GET", "POST"])
        def authorize() -> Any:
            self.asked.append(dict(request.args))
            grant = server.get_consent_grant()
            if request.method == "GET":
                return render_template_string(_PAGE)
            yes = request.form["answer"] == "yes"
            user = self.subject if yes else None
            answer = server.create_authorization_response(grant_user=user, grant=grant)
            if self.lie == "state":
                where = urlsplit(answer.headers["Location"])
                told = {name: values[0] for name, values in parse_qs(where.query).items()}
                query = urlencode(told | {"state": "of another sign-in"})
                return redirect(where._replace(query=query).geturl())
            return answer

        @app.post("/token")
        def token() -> Any:
            answer = server.create_token_response()
            if answer.status_code != 200:
                self.refused.append(answer.get_data(as_text=True))
            elif self.lie == "no token":
                return jsonify({**answer.get_json(), "id_token": None})
            return answer

        @app.errorhandler(InvalidRequestError)
        def refuse(error: InvalidRequestError) -> Any:
            self.refused.append(str(error.description))
            return str(error.description), 400

        return app

    def signing_key(self) -> RSAKey:
        return _key("somebody else's" if self.lie == "signature" else "its own")


@cache
def _key(whose: str) -> RSAKey:
    """Made once: two a provider would be half of a test's time."""
    return RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}, auto_kid=False)


def _grant(provider: Provider) -> type[grants.AuthorizationCodeGrant]:
    class Grant(grants.AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_post"]

        def save_authorization_code(self, code: str, request: Any) -> None:
            provider._codes[code] = Code(code, dict(request.payload.data), provider.subject)

        def query_authorization_code(self, code: str, client: Any) -> Code | None:
            return provider._codes.get(code)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            del provider._codes[authorization_code.code]

        def authenticate_user(self, authorization_code: Code) -> str:
            return authorization_code.subject

    return Grant


class _OnlyS256(CodeChallenge):
    """Also of a client that has a secret: no challenge, or a plain one, and there is no code."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        asked = grant.request.payload.data
        if not asked.get("code_challenge") or not asked.get("code_challenge_method"):
            raise InvalidRequestError("Missing 'code_challenge'")
        super().validate_code_challenge(grant, redirect_uri)


class _FreshState:
    """A state is asked for with once: it is shown (GET) and answered (POST) under one nonce."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    def __call__(self, grant: Any) -> None:
        grant.register_hook("after_validate_authorization_request_payload", self._check)

    def _check(self, grant: Any, redirect_uri: str) -> None:
        asked = grant.request.payload.data
        if not asked.get("state"):
            raise InvalidRequestError("Missing 'state' in request.")
        before = self._provider.asked[:-1]
        state, nonce = asked["state"], asked.get("nonce")
        if any(one.get("state") == state and one.get("nonce") != nonce for one in before):
            raise InvalidRequestError("The state was used already.")


class _FreshNonce(OpenIDCode):
    def __init__(self, provider: Provider) -> None:
        super().__init__(require_nonce=True)
        self._provider = provider

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        """Whether it came with another state before."""
        state = request.payload.state
        before = self._provider.asked[:-1]
        return any(one.get("nonce") == nonce and one.get("state") != state for one in before)

    def resolve_client_private_key(self, client: Any) -> RSAKey:
        return self._provider.signing_key()

    def get_encode_header(self, client: Any) -> dict[str, str]:
        return {"alg": self.get_client_algorithm(client), "kid": "one"}

    def get_client_algorithm(self, client: Any) -> str:
        """The key would do for the other as well, which is not what was agreed on."""
        return "RS512" if self._provider.lie == "algorithm" else "RS256"

    def get_client_claims(self, client: Any) -> dict[str, Any]:
        lie = self._provider.lie
        claims: dict[str, Any] = {"iss": self._provider.url, "aud": [client.get_client_id()]}
        if lie == "issuer":
            claims["iss"] = "https://elsewhere.example"
        if lie == "audience":
            claims["aud"] = ["another portal"]
        if lie == "expired":
            claims["exp"] = 1_700_000_000
        return claims

    def get_authorization_code_claims(self, authorization_code: Code) -> dict[str, Any]:
        claims: dict[str, Any] = super().get_authorization_code_claims(authorization_code)
        return claims | ({"nonce": "of another sign-in"} if self._provider.lie == "nonce" else {})

    def generate_user_info(self, user: str, scope: str) -> UserInfo:
        return UserInfo(sub=user)


@pytest.fixture
def openid_provider(settings: Any, request: pytest.FixtureRequest) -> Iterator[Provider]:
    """The provider on a port of its own, and the portal set up for it.

    The portal is the live server where there is a browser, else what Django's test client asks.
    """
    from portal.card_sign_in import card_sign_in_apps

    settings.SITE_URL = "http://testserver"
    if "new_page" in request.fixturenames:
        settings.SITE_URL = request.getfixturevalue("live_server").url
    provider = Provider(client=Client(f"{settings.SITE_URL}/card-sign-in/back/"))
    with pytest.MonkeyPatch.context() as patch:
        # Authlib wants https; both ends of this connection are on one machine.
        patch.setitem(os.environ, "AUTHLIB_INSECURE_TRANSPORT", "1")
        server = make_server("127.0.0.1", 0, provider.app(), threaded=True)
        provider.url = f"http://localhost:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        apps = card_sign_in_apps(issuer=provider.url, client_id=CLIENT, secret=SECRET)
        settings.SOCIALACCOUNT_PROVIDERS = {"card": {"APPS": apps}}
        yield provider
        server.shutdown()
        thread.join()
        server.server_close()
