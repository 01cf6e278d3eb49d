"""Texts of people that allauth keeps: an Individual Number may be kept in no form (G1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts import factor_forms
from accounts.forms import RequestLoginCodeForm
from cards.rules import individual_number

AGENT = "HTTP_USER_AGENT"


class AgentMiddleware:
    """What a browser calls itself is kept with its session, cut off at a length: masked before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if agent := request.META.get(AGENT):
            request.META[AGENT] = individual_number.mask(agent)
        return self.get_response(request)


class _NameAsked:
    """A mix-in that comes before one of our forms with the name of a passkey."""

    def clean_name(self) -> str:
        """Raises ValidationError for a name that holds an Individual Number."""
        name = self.cleaned_data["name"]  # type: ignore[attr-defined]
        if individual_number.contains(name):
            raise ValidationError(
                _("There is an Individual Number in this name. It may not be kept: use another.")
            )
        # allauth has a name of its own for one that was left empty, where it may be.
        before: Any = getattr(super(), "clean_name", None)
        return str(before()) if before else str(name)


class AddPasskeyForm(_NameAsked, factor_forms.AddPasskeyForm):
    pass


class SignUpPasskeyForm(_NameAsked, factor_forms.SignUpPasskeyForm):
    pass


class RenamePasskeyForm(_NameAsked, factor_forms.RenamePasskeyForm):
    pass


class AskForCodeForm(RequestLoginCodeForm):
    def clean_email(self) -> str:
        """Refuses what no account may have, known or not: it would wait in the session."""
        email = self.cleaned_data["email"]
        if email and individual_number.contains(email):
            raise ValidationError(
                _("There is an Individual Number in this address. It may not be kept: use another.")
            )
        return str(super().clean_email())
