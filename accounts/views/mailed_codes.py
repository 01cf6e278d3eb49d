"""Where mailed codes are typed: allauth's pages, with tries that many at once cannot multiply."""

from contextlib import suppress
from typing import Any

from allauth.account import views as allauth_views
from allauth.account.adapter import get_adapter
from allauth.account.internal.decorators import login_not_required
from django.contrib import messages
from django.contrib.sessions.backends.base import UpdateError
from django.db import IntegrityError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator

from accounts.forms import CountedTries
from accounts.limits import count_try


class CodePage:
    """A mix-in that comes before one of allauth's views.

    Of several posts at the same moment one comes first, and may take the session along by signing
    in. Whoever comes later leaves both as they are, and is led on.
    """

    request: HttpRequest
    _process: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        before = request.session.session_key
        try:
            answer: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        except IntegrityError:
            # The same address was confirmed by the same code at the same moment.
            request.session.modified = False
            return redirect("account_email" if request.user.is_authenticated else "account_login")
        if request.method == "POST" and before and request.session.session_key == before:
            _save_if_it_is_there(request)
        return answer

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Who may have no other mail is told so: allauth takes the wish for an empty code."""
        wished, heard = request.POST.get("action"), getattr(self, "_action", "resend")
        if wished == "resend" and heard != "resend":
            return self._too_often()
        answer: HttpResponse = super().post(request, *args, **kwargs)  # type: ignore[misc]
        return answer

    def get_form(self, form_class: type[Form] | None = None) -> Form:
        form: Form = super().get_form(form_class)  # type: ignore[misc]
        if isinstance(form, CountedTries):
            form.asked_at = self._process.state["at"]
        return form

    def form_valid(self, form: Form) -> HttpResponse:
        """Another mail is counted in the cache too: allauth counts in the session, as above."""
        if getattr(self, "_action", "") == "resend":
            email = self._process.state.get("email", "")
            if count_try(self.request, "another_mail", email) is None:
                return self._too_often()
        return super().form_valid(form)  # type: ignore[misc,no-any-return]

    def _too_often(self) -> HttpResponse:
        adapter = get_adapter()
        too_often = adapter.error_messages["rate_limited"]
        adapter.add_message(self.request, messages.ERROR, message=too_often)
        return redirect(self.request.get_full_path())

    def form_invalid(self, form: Form) -> HttpResponse:
        if getattr(form, "used_up", False):
            # Whatever the session says: others may have written it in the meantime.
            self._process.state["failed_attempts"] = self._process.max_attempts
        return super().form_invalid(form)  # type: ignore[misc,no-any-return]


def _save_if_it_is_there(request: HttpRequest) -> None:
    """Save the session now, unless it was taken along; its cookie is in the browser already.

    Left to Django, a session that is gone is an error page, and a cookie sent once more would take
    the place of the one that signing in has just given.
    """
    if not request.session.modified:
        return
    with suppress(UpdateError):
        request.session.save()
    request.session.modified = False


class ConfirmLoginCodeView(CodePage, allauth_views.ConfirmLoginCodeView):  # type: ignore[misc]
    pass


@method_decorator(login_not_required, name="dispatch")
class ConfirmEmailCodeView(CodePage, allauth_views.ConfirmEmailVerificationCodeView):  # type: ignore[misc]
    pass


class ConfirmResetCodeView(CodePage, allauth_views.ConfirmPasswordResetCodeView):  # type: ignore[misc]
    pass
