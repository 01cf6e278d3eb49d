"""Filters of the desk's lists of cards and their facts."""

from typing import Any

from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cards import labels
from cards.models import Card
from cards.models.pin_slot import locked
from cards.rules.days import days_from
from cards.rules.kinds import CardState, DeadlineKind
from portal import clock

# The clocks of a recorded move: each of them can lapse a card (G5②).
MOVE_CLOCKS = [
    DeadlineKind.MOVE_IN_14.value,
    DeadlineKind.MOVE_OUT_30.value,
    DeadlineKind.CARD_UPDATE_90.value,
]


def in_state(state: CardState) -> Q:
    """Cards in this state today: `cards.rules.state.card_state`, said in SQL."""
    today = clock.today()
    lapsed = Q(lapses_on__lte=today) & Q(lapses_on__lte=F("expires_on"))
    not_lapsed = Q(lapses_on=None) | Q(lapses_on__gt=today) | Q(lapses_on__gt=F("expires_on"))
    expired = Q(expires_on__lt=today)
    here = Q(replaced_at=None) & not_lapsed
    return {
        CardState.REPLACED: Q(replaced_at__isnull=False),
        CardState.LAPSED: Q(replaced_at=None) & lapsed,
        CardState.EXPIRED: here & expired,
        CardState.SUSPENDED: here & ~expired & Q(suspended_at__isnull=False),
        CardState.WORKING: here & ~expired & Q(suspended_at=None),
    }[state]


class StateFilter(admin.SimpleListFilter):
    title = _("state today")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(labels.CARD_STATE.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Card]) -> QuerySet[Card]:
        value = self.value()
        if value is None:
            return queryset
        return (
            queryset.filter(in_state(CardState(value)))
            if value in labels.CARD_STATE
            else queryset.none()
        )


class ExpiresFilter(admin.SimpleListFilter):
    """Cards that expire within so many days, today among them."""

    title = _("expires")
    parameter_name = "expires"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("7", _("Within 7 days")),
            ("30", _("Within 30 days")),
            ("90", _("Within 90 days")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Card]) -> QuerySet[Card]:
        if (last := _last_of(self.value(), self.lookup_choices)) is None:
            return queryset
        today = clock.today()
        return queryset.filter(expires_on__range=(today, last), replaced_at=None)


class WhenFilter(admin.SimpleListFilter):
    """Last days that come, or that passed."""

    title = _("last day")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("today", _("Today")),
            ("7", _("Within 7 days")),
            ("14", _("Within 14 days")),
            ("30", _("Within 30 days")),
            ("passed", _("Passed")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = clock.today()
        if self.value() == "today":
            return queryset.filter(last_day=today)
        if self.value() == "passed":
            return queryset.filter(last_day__lt=today)
        last = _last_of(self.value(), self.lookup_choices)
        return queryset if last is None else queryset.filter(last_day__range=(today, last))


class WhatEndsFilter(admin.SimpleListFilter):
    """One kind of deadline, or every clock of a recorded move."""

    title = _("what ends")
    parameter_name = "about"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("moves", _("Any clock of a recorded move")), *labels.DEADLINE_KIND.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        return queryset.filter(kind__in=MOVE_CLOCKS if self.value() == "moves" else [self.value()])


class LockedFilter(admin.SimpleListFilter):
    title = _("locked")
    parameter_name = "locked"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", pgettext_lazy("a fact", "Yes")), ("no", pgettext_lazy("a fact", "No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        return queryset.filter(locked() if self.value() == "yes" else ~locked())


def _last_of(value: str | None, choices: Any) -> Any:
    """The last of so many days from today on, if that was offered."""
    offered = value is not None and value.isdecimal() and value in {key for key, _word in choices}
    return days_from(clock.today(), int(value)) if offered and value else None
