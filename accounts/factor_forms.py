"""allauth's forms for second factors and for the card, in our words."""

from typing import Any

from allauth.mfa.base import forms as base_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as passkey_forms
from allauth.socialaccount import forms as social_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import PlainWords


class StepForm(PlainWords):
    """A mix-in for a form with a code from the app; where `or_recovery`, from the paper too."""

    or_recovery = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = _("Code from the app, or a recovery code")
        if not self.or_recovery:
            code.label = _("Code from the app")
        code.error_messages["required"] = _("Enter the code.")
        code.widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}


class AuthenticateForm(StepForm, base_forms.AuthenticateForm):  # type: ignore[misc]
    pass


class ReauthenticateForm(StepForm, base_forms.ReauthenticateForm):  # type: ignore[misc]
    pass


class ActivateAppForm(StepForm, totp_forms.ActivateTOTPForm):  # type: ignore[misc]
    or_recovery = False


class _Named(PlainWords):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        name.label = _("Name of this passkey")
        name.help_text = _("So that you can tell your passkeys apart.")
        name.error_messages["required"] = _("Enter a name.")
        name.widget.attrs["maxlength"] = "60"


class AddPasskeyForm(_Named, passkey_forms.AddWebAuthnForm):  # type: ignore[misc]
    """Always one that signs in by itself: the device asks for a finger, a face or its own code."""

    passwordless = forms.BooleanField(widget=forms.HiddenInput, initial=True)


class SignUpPasskeyForm(_Named, passkey_forms.SignupWebAuthnForm):  # type: ignore[misc]
    pass


class RenamePasskeyForm(_Named, passkey_forms.EditWebAuthnForm):  # type: ignore[misc]
    pass


class CardSignUpForm(PlainWords, social_forms.SignupForm):  # type: ignore[misc]
    pass
