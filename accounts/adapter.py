"""How allauth behaves in the portal."""

from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts import languages
from accounts.devices import browser_of, shortened, system_of
from accounts.mail_html import with_html
from accounts.models import User
from accounts.sessions import BEGAN, take_up_drafts
from accounts.sign_in import log_failed, record_sign_in
from portal import clock

# How somebody without a password or a factor shows that it is them.
BY_MAIL = "mail"
_APP = Authenticator.Type.TOTP


class _Site(NamedTuple):
    name: str
    domain: str


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "E-mail address and password do not match. Try again, or sign in by another way below."
        ),
        "incorrect_code": _("This is not the code. Look at the newest mail."),
        "incorrect_password": _("This is not your password. Try again."),
        "too_many_login_attempts": _(
            "That was tried too often. Wait five minutes, then try again, or set a new password."
        ),
        "rate_limited": _("That was too often. Wait a minute, then try again."),
        "duplicate_email": _("This is your address already. Enter the new one."),
        "enter_current_password": _("This is not your password. Try again."),
    }

    # --- Accounts --------------------------------------------------------------------------
    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """A new account keeps the language of the page it was made on."""
        user.language = languages.spoken(getattr(request, "LANGUAGE_CODE", languages.DEFAULT))
        return super().save_user(request, user, form, commit)

    # --- Signing in ------------------------------------------------------------------------
    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        request.session[BEGAN] = clock.seconds()
        take_up_drafts(request, user)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            log_failed(request, "tried too often", credentials.get("email", ""))
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        log_failed(request, "password", credentials.get("email", ""))

    def logout(self, request: HttpRequest) -> None:
        super().logout(request)
        request.signed_out = True  # type: ignore[attr-defined]

    def post_login(self, request: HttpRequest, user: Any, **how: Any) -> Any:
        """Keep that it happened. Who came with a new passkey is shown their recovery codes."""
        record_sign_in(request, user)
        for record in get_authentication_records(request, user):
            if record.get("method") == "code" and record.get("email"):
                self.code_was_typed(record["email"])
        passkey = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).first()
        if how.get("signup") and passkey:
            self._welcome_passkey(request, user, passkey)
            how["redirect_url"] = reverse("mfa_view_recovery_codes")
        return super().post_login(request, user, **how)

    def _welcome_passkey(self, request: HttpRequest, user: User, passkey: Authenticator) -> None:
        """Without recovery codes, a lost passkey would close the account for good."""
        record_authentication(
            request,
            user,
            "mfa",
            id=passkey.pk,
            type=passkey.type,
            passwordless=True,
            reauthenticated=True,
        )
        RecoveryCodes.activate(user)

    # --- Showing once more that it is you --------------------------------------------------
    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Also for people without password and factor, whom allauth would never ask.

        Raises ReauthenticationRequired for them, which the middleware answers.
        """
        required = bool(super().is_reauthentication_required(app=app, **more))
        request = self.request
        if required and not get_reauthentication_flows(request.user) and not _shown_again(request):
            raise ReauthenticationRequired
        return required

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        words = {
            "reauthenticate": _("Use your password"),
            "mfa_reauthenticate": _("Use the authenticator app or a recovery code"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        for method in methods:
            method["description"] = words[method["id"]]
        # Recovery codes are for the day when the device is lost: without an app, the passkey first.
        if methods and not Authenticator.objects.filter(user=user, type=_APP).exists():
            methods.sort(key=lambda method: method["id"] == "mfa_reauthenticate")
        if not methods and user.is_authenticated:
            methods.append(
                {
                    "id": BY_MAIL,
                    "description": _("Use a code by e-mail"),
                    "url": reverse("accounts:reauthenticate-by-mail"),
                }
            )
        return methods

    # --- Mail ------------------------------------------------------------------------------
    def send_account_already_exists_mail(self, email: str) -> None:
        """Beside the mail, the work of a new account, undone at once: time tells nothing."""
        with transaction.atomic():
            nobody = User.objects.create(email=f"{uuid4()}@invalid")
            EmailAddress.objects.create(user=nobody, email=nobody.email)
            transaction.set_rollback(True)
        super().send_account_already_exists_mail(email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the reader's language; names the portal, and not the host it happens to be asked by.

        The same work is done for an address that has no account: time tells nothing.
        """
        known = User.objects.filter(email=email.lower()).values_list("language", flat=True).first()
        reader = context.get("user") or self.request.user
        if known is None and isinstance(reader, User):
            known = reader.language  # a new address of somebody who has an account
        site = _Site(str(settings.SITE_NAME), urlsplit(settings.SITE_URL).netloc)
        language = languages.written(known) if known else translation.get_language()
        with translation.override(languages.spoken(str(language))):
            links = {
                "security_url": settings.SITE_URL + reverse("accounts:security"),
                "reset_url": settings.SITE_URL + reverse("account_reset_password"),
                "signup_url": settings.SITE_URL + reverse("account_signup"),
            }
        with translation.override(language):
            site = site._replace(name=str(settings.SITE_NAME))
            plain = {
                "request": self.request,
                "email": email,
                "current_site": site,
                "language": language,
                **links,
            }
            mail = self.render_mail(template_prefix, email, plain | context | _device(context))
        mail.extra_headers |= {
            "Content-Language": str(language),
            "Auto-Submitted": "auto-generated",
        }
        self.hand_over(mail, secret="code" in context)

    def code_was_typed(self, email: str) -> None:
        """The code that was mailed to `email` came back from its reader: mail arrives there."""

    def hand_over(self, mail: EmailMessage, *, secret: bool) -> None:
        """Have it sent. `secret`: it holds a code, and is of no use after a few minutes."""
        with_html(mail).send()


def _shown_again(request: HttpRequest) -> bool:
    """Whether they showed lately, by a code from a mail or by the card, that it is them."""
    if not isinstance(request.user, User):
        return False
    records = get_authentication_records(request, request.user)
    moments = [record["at"] for record in records if record.get("reauthenticated")]
    lately = clock.seconds() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    return bool(moments) and bool(moments[-1] > lately)


def _device(context: dict[str, Any]) -> dict[str, Any]:
    """What a notice says of where a change came from: no more than the sign-in history does."""
    if "user_agent" not in context:
        return {}
    agent = context["user_agent"]
    return {
        "device": {"browser": browser_of(agent), "system": system_of(agent)},
        "network": shortened(context["ip"]),
        "at": clock.now(),
    }
