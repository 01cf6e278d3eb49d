"""Reissue fees: added with a from-date; what has been in force stays as it was (G8)."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import DayInput, DeskAdmin
from cards.models import ReissueFee
from portal import clock


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
    """A fee that is in force today, or was, can be looked at; one to come can be changed."""

    form = FeeForm
    list_display = ["from_on", "card_only", "with_certificates"]
    ordering = ["-from_on"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_to_come(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_to_come(obj) and super().has_delete_permission(request, obj)


def _is_to_come(fee: ReissueFee | None) -> bool:
    return fee is None or fee.from_on > clock.today()
