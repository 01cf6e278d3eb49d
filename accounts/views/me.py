"""“My information”: what the office keeps, what the account keeps, and who changes which."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import languages
from accounts.linking_forms import LanguageForm
from accounts.models import User
from accounts.operations import set_language


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - login_required came first
    return request.user


@require_safe
@login_required
def me(request: HttpRequest) -> HttpResponse:
    """Own record first, then the children's."""
    user = _me(request)
    holdings = list(
        user.holdings.in_force()
        .select_related("resident__office")
        .order_by("-relation", "resident__name", "pk")
    )
    spoken, written = languages.spoken(user.language), languages.written(user.language)
    return render(
        request,
        "accounts/me.html",
        {
            "holdings": holdings,
            "language": languages.CONTACT_LANGUAGES[user.language],
            "language_code": user.language,
            # Said only where it is another one.
            "spoken": languages.CONTACT_LANGUAGES[spoken] if spoken != user.language else None,
            "written": written == user.language,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def language(request: HttpRequest) -> HttpResponse:
    """One question: the language of pages and mail. The page goes on in the new one."""
    user = _me(request)
    form = LanguageForm(
        request.POST if request.method == "POST" else None,
        initial={"language": user.language},
        choices=list(languages.CONTACT_LANGUAGES.items()),
    )
    if not form.is_valid():
        return render(
            request,
            "accounts/language.html",
            {
                "form": form,
                "complete": [name for _code, name in languages.complete()],
                "in_mails": [languages.CONTACT_LANGUAGES[one] for one in settings.MAIL_LANGUAGES],
            },
            status=422 if form.errors else 200,
        )
    set_language(user, form.cleaned_data["language"])
    with translation.override(languages.spoken(form.cleaned_data["language"])):
        messages.success(request, _("Your language is changed."))
        return redirect("accounts:me")
