"""Reminder days: looked at by all staff, set by an administrator, with a word on what follows."""

import re
import unicodedata
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import DeskAdmin
from cards import lead_days
from cards.models import LeadDays
from cards.rules.kinds import DeadlineKind
from cards.rules.reminders import GONE, LEAD_DAYS, LeadsReason, LeadsRefused, check_leads

_REFUSED = {
    LeadsReason.NONE: _("Enter the days before the last day, such as “30 7 1 0”."),
    LeadsReason.TWICE: _("One of these days stands here twice: take one of the two out."),
    LeadsReason.TOO_EARLY: _(
        "No reminder of this deadline can go out more than %(days)d days before its last day."
    ),
    LeadsReason.AFTER: _("Enter whole numbers from 0 on, with spaces between them."),
    LeadsReason.NOT_IN_TIME: _(
        "One of the days must be %(days)d or less: nobody may miss the last day unwarned."
    ),
}
_BETWEEN = re.compile(r"[\s,、・;]+")


class DaysField(forms.CharField):
    """Numbers with anything between them; the same ones in another order are no change."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return sorted(_words(initial or "")) != sorted(_words(data or ""))


class LeadDaysForm(forms.ModelForm):  # type: ignore[type-arg]
    before = DaysField(
        label=_("Days before the last day"),
        max_length=100,
        help_text=_(
            "Whole numbers with spaces between them, such as “30 7 1 0”. 0 is the last day itself."
        ),
    )
    after = forms.BooleanField(
        label=_("Also on the day after, when it is over"),
        required=False,
    )
    leads: tuple[int, ...]

    class Meta:
        model = LeadDays
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            days = self.instance.days
            self.initial["before"] = " ".join(str(day) for day in days if day >= 0)
            self.initial["after"] = GONE in days

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        try:
            days = [self._whole(word) for word in _words(typed.get("before", ""))]
            self.leads = check_leads(
                DeadlineKind(self.instance.kind), [*days, GONE] if typed.get("after") else days
            )
        except LeadsRefused as refused:
            if "before" not in self.errors:
                self.add_error("before", _REFUSED[refused.reason] % {"days": refused.days})
        else:
            # Kept in one order, so that only another choice is a change.
            typed["before"] = " ".join(str(day) for day in self.leads if day >= 0)
        return typed

    def _whole(self, word: str) -> int:
        if not word.isdecimal() or len(word) > 4:
            raise LeadsRefused(LeadsReason.AFTER)
        return int(word)


@admin.register(LeadDays)
class LeadDaysAdmin(DeskAdmin):
    """One row for each kind of deadline, there from the start."""

    form = LeadDaysForm
    list_display = ["kind", "on_days", "as_it_came"]
    fields = ["kind", "as_it_came", "before", "after"]
    readonly_fields = ["kind", "as_it_came"]
    ordering = ["pk"]

    @admin.display(description=_("days before the last day"))
    def on_days(self, row: LeadDays) -> str:
        return _in_words(row.days)

    @admin.display(description=_("as the portal comes"))
    def as_it_came(self, row: LeadDays) -> str:
        return _in_words(LEAD_DAYS[DeadlineKind(row.kind)])

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def ask_before_saving(self, request: HttpRequest, form: Any) -> HttpResponse | None:
        row, leads = form.instance, form.leads
        told = lead_days.told_at_once(DeadlineKind(row.kind), leads)
        words = ngettext(
            "%(count)d holder has passed one of the new days already and was told of none nearer: "
            "they are told with the next run.",
            "%(count)d holders have passed one of the new days already and were told of none "
            "nearer: they are told with the next run.",
            told,
        )
        return self.ask_first(
            request,
            title=gettext("Change the reminder days of “%(deadline)s”")
            % {"deadline": row.get_kind_display()},
            what_happens=gettext(
                "Within the hour, every reminder of this deadline follows the new days, for the "
                "residents of every office. What was sent already is not sent again."
            ),
            about=[
                gettext("Until now: %(days)s") % {"days": _in_words(row.days)},
                gettext("From now on: %(days)s") % {"days": _in_words(leads)},
                words % {"count": told},
            ],
            button=gettext("Change the days"),
            back=reverse("admin:cards_leaddays_change", args=[row.pk]),
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if form.has_changed():
            lead_days.change(DeadlineKind(obj.kind), form.leads)


def _words(typed: str) -> list[str]:
    """What stands between blanks; also as typed in Japanese: full-width, with “、” between."""
    return [word for word in _BETWEEN.split(unicodedata.normalize("NFKC", typed)) if word]


def _in_words(days: Any) -> str:
    """Days before, and whether one message says that it is over."""
    words = gettext("%(days)s, and the day after") if GONE in days else "%(days)s"
    return words % {"days": ", ".join(str(day) for day in days if day >= 0)}
