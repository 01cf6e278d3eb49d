"""What is kept of a sign-in, and logged of one that failed. For how long: docs/privacy.md."""

import logging
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from accounts.devices import browser_of, shortened, system_of
from accounts.models import SecondStep, SignIn, SignInWay, User

log = logging.getLogger(__name__)


def log_failed(request: HttpRequest, what: str, email: str | None) -> None:
    """One line for whoever watches the log: what failed, whose account, from which network.

    The account stands in it as a keyed mark, the same for the same address and the same work
    whether there is such an account: neither log nor time tells whose it is.
    """
    mark = "not told"
    if email is not None:
        mark = salted_hmac("failed-sign-in", email.lower(), algorithm="sha256").hexdigest()[:12]
    network = shortened(get_adapter().get_client_ip(request))
    log.warning("Sign-in failed (%s): account %s, from %s", what, mark, network)


def record_sign_in(request: HttpRequest, user: User) -> SignIn:
    """Keep who signed in now and by what, as the session's own record tells it."""
    way, second = _ways(get_authentication_records(request, user))
    agent = request.META.get("HTTP_USER_AGENT", "")
    return SignIn.objects.create(
        user=user,
        way=way,
        second_step=second,
        browser=browser_of(agent),
        system=system_of(agent),
        network=shortened(get_adapter().get_client_ip(request)),
    )


def _ways(records: list[dict[str, Any]]) -> tuple[str, str]:
    way, second = "", ""
    for record in records:
        method = record["method"]
        if method == "mfa" and record.get("passwordless"):
            way = SignInWay.PASSKEY.value
        elif method == "mfa":
            second = SecondStep(record["type"]).value
        elif method == "socialaccount":
            way = SignInWay.CARD.value
        elif method in (SignInWay.PASSWORD, SignInWay.CODE):
            way = SignInWay(method).value
    return way or SignInWay.SIGN_UP.value, second
