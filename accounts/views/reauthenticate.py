"""Showing that it is you by a code from a mail: for those who have no password and no factor."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import BaseConfirmCodeForm
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.account.views import BaseReauthenticateView
from allauth.core import ratelimit
from allauth.core.internal.cryptokit import normalize_user_code
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts.adapter import BY_MAIL
from accounts.forms import PlainWords
from accounts.limits import count_try
from accounts.models import User
from portal import clock

_KEPT = "reauthenticate_by_mail"
_TRIES = 3


class CodeForm(PlainWords, BaseConfirmCodeForm):  # type: ignore[misc]
    def clean_code(self) -> str:
        return str(self.cleaned_data["code"])  # compared by the view, which counts the tries


@method_decorator(login_required, name="dispatch")
@method_decorator(sensitive_post_parameters(), name="dispatch")
class MailReauthenticateView(BaseReauthenticateView):  # type: ignore[misc]
    """First a button that sends the code (opening the page sends nothing), then the code."""

    form_class = CodeForm
    template_name = "accounts/reauthenticate_by_mail.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("action") == "send":
            return self._send(request)
        return super().post(request, *args, **kwargs)  # type: ignore[no-any-return]

    def _send(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        assert isinstance(user, User)  # noqa: S101 - login_required came first
        limited = ratelimit.consume_or_429(request, action="reauthenticate_by_mail", user=user)
        if limited is not None:
            return limited  # type: ignore[no-any-return]
        code = get_adapter().generate_login_code()
        request.session[_KEPT] = {"code": _hidden(code), "at": clock.seconds(), "tries": 0}
        get_adapter().send_mail(
            "account/email/reauthentication_code", _address(user), {"user": user, "code": code}
        )
        return HttpResponseRedirect(request.get_full_path())

    def form_valid(self, form: CodeForm) -> HttpResponse:
        kept = self._waiting()
        # Used up before it is looked at: the session's own count is written too late for a crowd.
        if kept is None or count_try(self.request, "mailed_code", kept["code"]) is None:
            self.request.session.pop(_KEPT, None)
            form.add_error("code", _("This code is too old. Have a new one sent."))
            return self.form_invalid(form)  # type: ignore[no-any-return]
        kept["tries"] += 1
        self.request.session[_KEPT] = kept
        if not constant_time_compare(kept["code"], _hidden(form.cleaned_data["code"])):
            form.add_error("code", get_adapter().validation_error("incorrect_code"))
            return self.form_invalid(form)  # type: ignore[no-any-return]
        del self.request.session[_KEPT]
        record_authentication(self.request, self.request.user, BY_MAIL, reauthenticated=True)
        get_adapter().code_was_typed(_address(self.request.user))
        return super().form_valid(form)  # type: ignore[no-any-return]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        more = {"waiting": self._waiting() is not None, "address": _address(self.request.user)}
        return super().get_context_data(**kwargs) | more  # type: ignore[no-any-return]

    def _waiting(self) -> dict[str, Any] | None:
        """What was sent and may still be typed."""
        kept: dict[str, Any] | None = self.request.session.get(_KEPT)
        if kept is None or kept["tries"] >= _TRIES:
            return None
        return (
            kept if clock.seconds() - kept["at"] < settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT else None
        )


def _hidden(code: str) -> str:
    return salted_hmac(_KEPT, normalize_user_code(code).upper(), algorithm="sha256").hexdigest()


def _address(user: User) -> str:
    return str(EmailAddress.objects.get_primary_email(user) or user.email)
