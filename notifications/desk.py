"""What of alerts and mails stands on the desk: the weeks that come, and mails that failed."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts import desk
from accounts.desk import Group, Plot, Tile
from accounts.models import User
from accounts.plots import Bars, Row
from accounts.scope import Viewer, seen_by
from cards.models import Card
from cards.rules.days import days_from
from notifications.forecast import DAYS, Foreseen, forecast
from notifications.models import Delivery, DeliveryState, MailTrouble, Notification
from portal import clock

MAILS_OF_DAYS = 7
OF_DELIVERY = "notification__card__resident__office"


def _failed(user: Viewer) -> QuerySet[Any]:
    return seen_by(user, Delivery.objects.filter(state=DeliveryState.FAILED), OF_DELIVERY)


def _set_aside(user: Viewer) -> QuerySet[Any]:
    return seen_by(user, Delivery.objects.filter(set_aside_at__isnull=False), OF_DELIVERY)


def _unreached(user: Viewer) -> QuerySet[Any]:
    return seen_by(user, MailTrouble.objects.in_force().filter(user=None), "resident__office")


desk.tiles += [
    Tile(
        Group.TROUBLE,
        _("People whom mail does not reach"),
        "admin:notifications_mailtrouble_changelist",
        {},
        "notifications.view_mailtrouble",
        _unreached,
        told=True,
    ),
    Tile(
        Group.TROUBLE,
        _("Mails that could not be delivered"),
        "admin:notifications_delivery_changelist",
        {"state__exact": DeliveryState.FAILED.value},
        "notifications.view_delivery",
        _failed,
    ),
    Tile(
        Group.TROUBLE,
        _("Mails set aside after too many tries"),
        "admin:notifications_delivery_changelist",
        {"set_aside": "yes"},
        "notifications.view_delivery",
        _set_aside,
        told=True,
    ),
]


def foreseen(user: User) -> list[Foreseen]:
    """The forecast for the offices that this member of staff sees."""
    offices = desk.offices_of(user)
    return desk.kept(f"forecast-{clock.today()}", offices, lambda: forecast(offices))


def weeks_to_come(user: User) -> Bars:
    """Cards that expire and alerts that go out, week by week, as far as the forecast looks."""
    offices = desk.offices_of(user)
    first = _monday(clock.today())
    expiring = desk.kept(f"expiring-{clock.today()}", offices, lambda: _expiring(offices))
    alerts: Counter[date] = Counter()
    for one in foreseen(user):
        alerts[_monday(one.day)] += one.alerts
    weeks = [days_from(first, number) for number in range(0, DAYS + 6, 7)]
    return Bars(
        slug="weeks",
        title=_("The weeks that come: cards that expire, and alerts that will go out"),
        axis=_("week from"),
        series=[_("Cards that expire"), _("Alerts")],
        rows=[Row(short_day(week), (expiring.get(week, 0), alerts[week])) for week in weeks],
        note=_("As things stand now. The first and the last week may be cut short."),
    )


def _expiring(offices: list[int] | None) -> dict[date, int]:
    today = clock.today()
    rows = Card.objects.filter(expires_on__range=(today, days_from(today, DAYS - 1)))
    rows = rows.filter(replaced_at=None)
    if offices is not None:
        rows = rows.filter(resident__office__in=offices)
    found: Counter[date] = Counter()
    for day, count in rows.values_list("expires_on").annotate(Count("pk")).order_by():
        found[_monday(day)] += count
    return dict(found)


def mails_by_state(user: User) -> Bars:
    """How the mails of the last days fared."""
    offices = desk.offices_of(user)
    found = desk.kept("mails", offices, lambda: _mails(offices))
    states = DeliveryState
    return Bars(
        slug="mails",
        title=_("Mails of the last 7 days by how they fared"),
        axis=_("state"),
        series=[_("Mails")],
        rows=[Row(state.label, (found.get(state.value, 0),)) for state in states],
    )


def _mails(offices: list[int] | None) -> dict[str, int]:
    since = clock.now() - timedelta(days=MAILS_OF_DAYS)
    recent = Notification.objects.filter(created_at__gte=since, delivery__isnull=False)
    if offices is not None:
        recent = recent.filter(card__resident__office__in=offices)
    return dict(recent.values_list("delivery__state").annotate(Count("pk")).order_by())


def short_day(day: date) -> str:
    """Month and day, short, as the reader's language writes them."""
    return date_format(day, pgettext("a day without its year, in Django's letters", "j M"))


def _monday(day: date) -> date:
    return days_from(day, -day.weekday())


desk.plots += [
    Plot("notifications.view_notification", weeks_to_come),
    Plot("notifications.view_delivery", mails_by_state),
]
