"""Sign-in and security: every way in, what is signed in now, and what was."""

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.account.views import password_set
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import get_adapter as get_card_adapter
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.internal.flows.sessions import end_other_sessions, end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import factors
from accounts.devices import browser_of, shortened, system_of
from accounts.models import User

HISTORY_SHOWN = 20


@require_safe
@login_required
def security(request: HttpRequest) -> HttpResponse:
    """Leads to all of it; changes nothing by itself."""
    user = _me(request)
    kinds = {row.type: row for row in Authenticator.objects.filter(user=user)}
    recovery = kinds.get(Authenticator.Type.RECOVERY_CODES)
    return render(
        request,
        "accounts/security.html",
        {
            "passkeys": factors.passkeys_of(user),
            "app": kinds.get(Authenticator.Type.TOTP),
            "has_factor": any(factor in kinds for factor in factors.FACTORS),
            "recovery_codes_left": len(recovery.wrap().get_unused_codes()) if recovery else None,
            "card_offered": bool(get_card_adapter().list_providers(request)),
            "card": SocialAccount.objects.filter(user=user).first(),
            "last_sign_in": user.sign_ins.first(),
            "session_count": len(UserSession.objects.purge_and_list(user)),
        },
    )


@require_safe
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """Where the account is signed in now, and the last sign-ins."""
    user = _me(request)
    opened = sorted(UserSession.objects.purge_and_list(user), key=lambda one: one.pk, reverse=True)
    return render(
        request,
        "accounts/sessions.html",
        {
            "sessions": [
                {
                    "pk": one.pk,
                    "since": one.created_at,
                    "browser": browser_of(one.user_agent),
                    "system": system_of(one.user_agent),
                    "network": shortened(one.ip),
                    "is_this": one.session_key == request.session.session_key,
                }
                for one in opened
            ],
            "sign_ins": user.sign_ins.all()[:HISTORY_SHOWN],
        },
    )


@require_POST
@login_required
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one session at once, by whoever shows once more who they are; this one: sign out."""
    session = get_object_or_404(UserSession, pk=pk, user=_me(request))
    is_this = session.session_key == request.session.session_key
    if not is_this:
        raise_if_reauthentication_required(request, app="allauth.account")
    end_sessions(request, [session])
    if is_this:
        return redirect("home")
    messages.success(request, _("It is ended. Nobody can go on there without signing in."))
    return redirect("accounts:sessions")


@require_POST
@login_required
def end_other(request: HttpRequest) -> HttpResponse:
    """End every session but this one."""
    raise_if_reauthentication_required(request, app="allauth.account")
    end_other_sessions(request, _me(request))
    messages.success(request, _("Only this device is signed in now."))
    return redirect("accounts:sessions")


set_password = login_required(reauthentication_required(password_set))


@require_safe
@login_required
def second_factor(request: HttpRequest) -> HttpResponse:
    """Where staff are sent before the desk: prove the second factor, or set one up."""
    user = _me(request)
    if not user.is_staff:
        return redirect("accounts:security")
    wanted = request.GET.get("next", "")
    here = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    wanted = wanted if here else reverse("admin:index")
    if factors.proved(request):
        return redirect(wanted)
    if factors.has_factor(user):
        has_app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
        by = "mfa_reauthenticate" if has_app else "mfa_reauthenticate_webauthn"
        return redirect(reverse(by, query={"next": wanted}))
    return render(request, "accounts/second_factor.html")


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - login_required came first
    return request.user
