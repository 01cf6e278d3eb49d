"""Reissue fees: added with a from-date; what has been in force stays as it was (G8)."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import DayInput, DeskAdmin
from cards.models import Reissue, ReissueFee
from portal import clock

HIGHEST = 100_000  # yen


class FeeForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = ReissueFee
        fields = ["from_on", "card_only", "with_certificates"]
        widgets = {"from_on": DayInput}
        help_texts = {
            "from_on": _(
                "From this day on, for applications of this day and later. Today or a day to come."
            )
        }

    def clean_from_on(self) -> Any:
        day = self.cleaned_data["from_on"]
        if day < clock.today():
            raise ValidationError(
                _("A fee cannot be set for days that are over: enter today or a later day.")
            )
        return day

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        for name in ("card_only", "with_certificates"):
            if typed.get(name, 0) > HIGHEST:
                self.add_error(
                    name,
                    _("No fee is higher than 100,000 yen: take a look at the number of digits."),
                )
        if typed.get("with_certificates", 0) < typed.get("card_only", 0):
            self.add_error(
                "with_certificates",
                _(
                    "With certificates a card does not cost less than without: enter the same fee "
                    "or a higher one."
                ),
            )
        return typed


@admin.register(ReissueFee)
class ReissueFeeAdmin(DeskAdmin):
    """A fee that was in force can be looked at; one that nobody was told yet can be changed."""

    form = FeeForm
    fields = ["from_on", "card_only", "with_certificates"]
    list_display = ["from_on", "card_only", "with_certificates"]
    ordering = ["-from_on"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_open(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_open(obj) and super().has_delete_permission(request, obj)

    def ask_before_saving(self, request: HttpRequest, form: Any) -> HttpResponse | None:
        typed = form.cleaned_data
        return self.ask_first(
            request,
            title=gettext("Set the reissue fee"),
            what_happens=gettext(
                "Every office uses it for applications of this day and later. Once somebody has "
                "applied on its first day or after, it can no longer be changed or removed."
            ),
            about=[
                gettext("From: %(day)s") % {"day": date_format(typed["from_on"])},
                gettext("The card alone: %(yen)s yen") % {"yen": f"{typed['card_only']:,}"},
                gettext("With certificates: %(yen)s yen")
                % {"yen": f"{typed['with_certificates']:,}"},
            ],
            button=gettext("Set the fee"),
            back=reverse("admin:cards_reissuefee_changelist"),
        )


def _is_open(fee: ReissueFee | None) -> bool:
    """Whether nobody can have been told this fee yet: it is to come, or from today and unused."""
    if fee is None or fee.from_on > clock.today():
        return True
    if fee.from_on < clock.today():
        return False
    since = datetime.combine(fee.from_on, time.min, clock.TOKYO)
    return not Reissue.objects.filter(requested_at__gte=since).exists()
