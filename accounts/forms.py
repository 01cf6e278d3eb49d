"""allauth's forms in our words: a label says it, so no grey example text stands in the fields."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.core import context
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from accounts.limits import count_try
from accounts.sign_in import log_failed

_LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "password1": _("Password"),
    "password2": _("Password, once more"),
    "oldpassword": _("Your password now"),
    "code": _("Code from the mail"),
}
_REQUIRED = {
    "login": _("Enter your e-mail address."),
    "email": _("Enter your e-mail address."),
    "password": _("Enter your password."),
    "password1": _("Enter a password."),
    "password2": _("Enter the password once more."),
    "oldpassword": _("Enter the password that you use now."),
    "code": _("Enter the code from the mail."),
}


class PlainWords:
    """A mix-in that comes before one of allauth's forms."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in _LABELS:
                field.label = _LABELS[name]
                field.error_messages["required"] = _REQUIRED[name]
            if name == "password":
                field.help_text = ""  # the page itself links to “forgotten password”
            if name == "password1" and "email" not in self.fields:
                field.label = _("New password")


class CountedTries:
    """A mix-in that comes before one of allauth's forms for a mailed code.

    allauth counts the tries in the session, read first and written afterwards, which lets a crowd
    through. Here one is used up before the code is looked at. The tries belong to the code: a new
    one has its own. Where there is no account there is no code, and they belong to the asking for
    it, so that who asks again has three anew, account or not.
    """

    cleaned_data: dict[str, Any]
    expected_code: str
    asked_at: float = 0  # set by the view
    used_up = False

    def clean_code(self) -> str:
        request = context.request
        belong_to = self.expected_code or f"{request.session.session_key}:{self.asked_at}"
        key = salted_hmac("mailed-code", belong_to, algorithm="sha256").hexdigest()
        if count_try(request, "mailed_code", key) is None:
            self.used_up = True  # what to do then, the view says
            raise get_adapter().validation_error("incorrect_code")
        return str(super().clean_code())  # type: ignore[misc]


class LoginForm(PlainWords, allauth_forms.LoginForm):  # type: ignore[misc]
    pass


class SignupForm(PlainWords, allauth_forms.SignupForm):  # type: ignore[misc]
    @sensitive_variables()
    def try_save(self, request: HttpRequest) -> Any:
        """An address that has an account costs the same time as a new one."""
        if self.account_already_exists and (password := self.cleaned_data.get("password1")):
            make_password(password)
        return super().try_save(request)


class AddEmailForm(PlainWords, allauth_forms.AddEmailForm):  # type: ignore[misc]
    pass


class ChangePasswordForm(PlainWords, allauth_forms.ChangePasswordForm):  # type: ignore[misc]
    pass


class SetPasswordForm(PlainWords, allauth_forms.SetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordForm(PlainWords, allauth_forms.ResetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordKeyForm(PlainWords, allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class ReauthenticateForm(PlainWords, allauth_forms.ReauthenticateForm):  # type: ignore[misc]
    pass


class ConfirmEmailCodeForm(
    PlainWords,
    CountedTries,
    allauth_forms.ConfirmEmailVerificationCodeForm,  # type: ignore[misc]
):
    pass


class ConfirmResetCodeForm(PlainWords, CountedTries, allauth_forms.ConfirmPasswordResetCodeForm):  # type: ignore[misc]
    pass


class RequestLoginCodeForm(PlainWords, allauth_forms.RequestLoginCodeForm):  # type: ignore[misc]
    pass


class ConfirmLoginCodeForm(PlainWords, CountedTries, allauth_forms.ConfirmLoginCodeForm):  # type: ignore[misc]
    def clean_code(self) -> str:
        """A wrong one is logged. The form knows no account: the session does, and ends it."""
        try:
            return str(super().clean_code())
        except ValidationError:
            log_failed(context.request, "code by mail", None)
            raise
