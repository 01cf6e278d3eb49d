"""Which reminders come by mail, when, and in which language: for each card that one looks after."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import languages
from accounts.models import Holding, Relation, User
from accounts.models.holding import HoldingQuerySet
from notifications.forms import EARLIEST_WORDS, WANTED, PreferencesForm
from notifications.kinds_of_mail import Group
from notifications.models import Preference
from notifications.preferences import set_preferences


def _mine(request: HttpRequest) -> HoldingQuerySet:
    assert isinstance(request.user, User)  # noqa: S101 - login_required came first
    return (
        Holding.objects.in_force()
        .filter(user=request.user)
        .select_related("resident__preference")
        .order_by("-relation", "resident__name", "pk")
    )


def _chosen(holding: Holding) -> Preference:
    """What is kept, or what holds where nothing is."""
    kept: Preference | None = getattr(holding.resident, "preference", None)
    return kept or Preference(resident=holding.resident)


@require_safe
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """What holds for each card, and what cannot be turned off, with the reason."""
    shown = []
    for holding in _mine(request):
        chosen = _chosen(holding)
        shown.append(
            {
                "holding": holding,
                "wanted": [WANTED[one] for one in Group if one not in chosen.turned_off],
                "off": [WANTED[one] for one in Group if one in chosen.turned_off],
                "earliest": EARLIEST_WORDS[chosen.earliest],
                "daily": chosen.daily,
                "language": languages.CONTACT_LANGUAGES[
                    chosen.language or holding.resident.language
                ],
                "own": holding.relation == Relation.SELF,
            }
        )
    return render(
        request,
        "notifications/preferences.html",
        {"shown": shown},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """For one card: the reader's own, or a child's."""
    holding = get_object_or_404(_mine(request), pk=pk)
    own = holding.relation == Relation.SELF
    form = PreferencesForm(
        request.POST if request.method == "POST" else None, chosen=_chosen(holding), own=own
    )
    if not form.is_valid():
        return render(
            request,
            "notifications/preferences_change.html",
            {"form": form, "holding": holding, "own": own},
            status=422 if form.errors else 200,
        )
    set_preferences(holding.resident, **form.preferences)
    messages.success(request, _("Your choice is kept."))
    return redirect("notifications:preferences")
