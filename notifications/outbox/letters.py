"""What is to be sent, read anew at the moment of sending, and whether it still holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Case, Exists, JSONField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, JSONObject, NullIf
from django.utils.translation import gettext_noop

from accounts.models import Holding, Relation
from accounts.opening import Closures
from cards.deadline_about import About, of_card
from cards.models import Certificate, LeadDays
from cards.models.json_rows import JsonRows
from cards.models.of_which_move import move_kind
from cards.rules.days import days_from
from cards.rules.deadlines import Ending
from cards.rules.kinds import CertificateKind, CertificateMedium, DeadlineKind, ExpiryBasis
from cards.rules.own_last_day import ends_by_itself
from cards.rules.reminders import LAST_DAYS, NEWS_DAYS, Leads, alert_due
from notifications import calendar
from notifications.kinds_of_mail import (
    DAILY_MAIL,
    Group,
    group_of,
    is_too_early,
)
from notifications.messages import Matter, deadline_matter, guardianship_matter
from notifications.messages.events import detail_of
from notifications.messages.letter import Saying
from notifications.models import Delivery, DeliveryState, Notification
from notifications.models.preference import column
from portal import clock

# Why a mail need not leave any more. Kept as they are; the desk reads them in its own language
# (notifications/reasons.py).
NO_ADDRESS = gettext_noop("The office has no e-mail address for this resident.")
REPLACED = gettext_noop("Another card has taken over.")
CLOSED = gettext_noop("The deadline was met, or its date has changed.")
ENDED = gettext_noop("The card had ended on another day before.")
NEARER = gettext_noop("A nearer reminder takes its place.")
TURNED_OFF = gettext_noop("The resident turned these mails off.")
TOO_LATE = gettext_noop("It could not be sent while it was of use.")
SAID_DONE = gettext_noop("The resident says that it is done.")
TOO_EARLY = gettext_noop("The resident wants reminders later.")
IN_DAILY = gettext_noop("It is in the mail of the day.")
NOTHING_LEFT = gettext_noop("Nothing of the mail of the day is of use any more.")
UNREACHABLE = gettext_noop("Mail to this address comes back: the resident needs another one.")

_GROUPS = tuple(Group)


@dataclass(frozen=True, slots=True)
class Due:
    """One claimed row with all that decides about it and stands in it."""

    turned_off: frozenset[Group]
    leads: Leads
    id: int
    urgent: bool
    attempts: int
    not_before: datetime
    notification: int
    kind: str
    lead: int | None
    created_at: datetime
    last_day: date | None
    counted_from: date | None
    silent_after: date | None
    closed_at: datetime | None
    valid_until: date | None
    event_at: datetime | None
    event_data: dict[str, str] | None
    replaced_at: datetime | None
    card: int
    resident: int
    name: str
    email: str
    language: str
    office: int
    # Of a notice to a guardian: the 18th birthday.
    guardianship_ends_on: date | None
    said_done_at: datetime | None
    # The address at which nobody is, if one was reported.
    dead_address: str | None
    # From how many days before a last day on the resident wants reminders; None: never chosen.
    earliest: int | None
    variant: str
    expiry_basis: str
    suspended_at: datetime | None
    # With the deadline's own day: whether the card ends with the period of stay.
    issued_on: date
    birth_date: date
    stay_ends_on: date
    # The certificates that end on its last day, if it is about those: `kind`, `medium`,
    # `issued_on` of each.
    ending: list[dict[str, str]] | None
    # Of the move that it is about, where words depend on that.
    move_kind: str | None
    # Its holder asked to be told of its deadline again, and that waits or was raised later.
    asked_again: bool
    # The mail of the day that carries this one, and what this one carries.
    daily_mail: int | None
    gathered: tuple[Due, ...] = ()

    def no_longer_holds(self, today: date) -> str:
        """Why this need not be sent today, or "" if it does."""
        if not self.email:
            return NO_ADDRESS
        if self.email == self.dead_address:
            return UNREACHABLE
        if self.replaced_at and not self.guardianship_ends_on:  # that is about who sees it
            return REPLACED
        if self.kind == DAILY_MAIL:
            return "" if self.carried(today) else NOTHING_LEFT
        return self._unwanted(self.lead) or self._overtaken(today) or self._too_late(today)

    def _unwanted(self, lead: int | None) -> str:
        """Why its reader does without a mail of this kind so many days before, or ""."""
        group = group_of(self.kind, lead)
        if group is None:
            return ""
        if group in self.turned_off:
            return TURNED_OFF
        return TOO_EARLY if is_too_early(self.kind, lead, self.earliest, self.leads) else ""

    def _overtaken(self, today: date) -> str:
        if self.guardianship_ends_on:
            return NEARER if self.lead and today >= self.guardianship_ends_on else ""
        if self.last_day is None:
            return ""  # an event happened, whatever came after it
        if self.closed_at:
            return CLOSED
        if self.silent_after and self.silent_after < today:
            return ENDED
        if self.said_done_at and (self.asked_for or (self.lead or 0) > LAST_DAYS):
            return SAID_DONE
        nearest = alert_due(DeadlineKind(self.kind), self.last_day, today, (), self.leads)
        if self.asked_for:
            if self.last_day < today:
                return NEARER
            # It has waited, and meanwhile a reminder has fallen due that nobody can turn off.
            sure = nearest is not None and group_of(self.kind, nearest) is None
            since = clock.day_of(self.created_at)
            return NEARER if sure and days_from(self.last_day, -(nearest or 0)) > since else ""
        if self.asked_again and group_of(self.kind, self.lead):
            return NEARER
        # What was raised late said all that would have been said by that day.
        left = (self.last_day - clock.day_of(self.created_at)).days
        return NEARER if nearest is not None and nearest < min(self.lead or 0, left) else ""

    @property
    def asked_for(self) -> bool:
        """Told again as the holder asked, for a day before the last one."""
        return self.last_day is not None and self.lead is None

    def _too_late(self, today: date) -> str:
        if self.lead is None or not self.last_day or not self.counted_from:
            return TOO_LATE if self.valid_until and self.valid_until < today else ""
        # Of use until a nearer one takes over, by the days in force and not by those of the day on
        # which it was raised. After the last one, for as long as news.
        if any(lead < self.lead for lead in self.leads[DeadlineKind(self.kind)]):
            return ""
        until = days_from(clock.day_of(self.created_at), NEWS_DAYS)
        return TOO_LATE if until < today else ""

    def carried(self, today: date) -> list[Due]:
        """What the mail of the day says: what still holds, the nearest last day first."""
        holding = [one for one in self.gathered if not one.no_longer_holds(today)]
        return sorted(holding, key=lambda one: (one.last_day or date.max, one.id))

    def left_out(self, today: date) -> list[tuple[int, str]]:
        """What the mail of the day does not say, and why: rows and reasons."""
        found = [(one.id, one.no_longer_holds(today)) for one in self.gathered]
        return [(row, why) for row, why in found if why]

    @property
    def saying(self) -> Saying | None:
        """Of the entry in a calendar; None for what is no deadline."""
        if not self.last_day or not self.counted_from:
            return None
        uid = calendar.uid(self.kind, self.card, self.last_day, self.silent_after)
        return Saying(uid, self.created_at)

    def matter(self, today: date, closures: Closures) -> Matter:
        """What it is about; `closures` are those of its office."""
        if self.kind == DAILY_MAIL:
            parts = tuple(one.matter(today, closures) for one in self.carried(today))
            return Matter(self.kind, today, parts=parts)
        if self.last_day and self.counted_from:
            return deadline_matter(
                self.kind, self.last_day, self.counted_from, today, closures, self._about
            )
        if self.guardianship_ends_on:
            return guardianship_matter(self.kind, self.guardianship_ends_on, today)
        happened = clock.day_of(self.event_at or self.created_at)
        return Matter(self.kind, happened, detail=detail_of(self.event_data or {}))

    @property
    def _about(self) -> About:
        last_day = self.last_day or date.max
        return of_card(
            DeadlineKind(self.kind),
            variant=self.variant,
            second_visit=self.expiry_basis == ExpiryBasis.APPLICATION_FILED,
            by_itself=ends_by_itself(
                last_day,
                issued_on=self.issued_on,
                birth_date=self.birth_date,
                stay_ends_on=self.stay_ends_on,
            ),
            suspended=self.suspended_at is not None,
            move_kind=self.move_kind,
            ending=tuple(
                Ending(
                    CertificateKind(one["kind"]),
                    CertificateMedium(one["medium"]),
                    date.fromisoformat(one["issued_on"]),
                )
                for one in self.ending or ()
            ),
        )

    @property
    def message_id(self) -> str:
        """Made of what the row has kept since it was raised, so that it is always the same."""
        raised = int(self.created_at.timestamp() * 1_000_000)
        host = urlsplit(settings.SITE_URL).hostname or "localhost"
        return f"<notification.{self.notification}.{raised}@{host}>"


def load(ids: Iterable[int]) -> list[Due]:
    """The rows with these ids, in the order of their ids.

    One query, one for the lead days in force, and one more for what is in mails of the day.

    To the contact address that the office keeps, in the language that the card's holder chose for
    their own account, else that a guardian chose for the child, else that the office keeps. A
    notice to a guardian goes to their account, in its language.
    """
    leads = LeadDays.objects.in_force()
    rows = _read(Delivery.objects.filter(pk__in=ids), leads)
    carriers = [row.id for row in rows if row.kind == DAILY_MAIL]
    if not carriers:
        return rows
    carried: dict[int | None, list[Due]] = defaultdict(list)
    for one in _read(Delivery.objects.filter(daily_mail__in=carriers), leads):
        carried[one.daily_mail].append(one)
    return [replace(row, gathered=tuple(carried[row.id])) for row in rows]


def _read(rows: QuerySet[Delivery], leads: Leads) -> list[Due]:
    card = "notification__card"
    guardian = "notification__holding"
    own = Holding.objects.filter(resident=OuterRef(f"{card}__resident"), relation=Relation.SELF)
    email = Coalesce(f"{guardian}__user__email", f"{card}__resident__email")
    language = Coalesce(
        f"{guardian}__user__language",
        Subquery(own.values("user__language")[:1]),
        NullIf(f"{card}__resident__preference__language", Value("")),
        f"{card}__resident__language",
    )
    switches = [f"{card}__resident__preference__{column(group)}" for group in _GROUPS]
    found: Iterator[tuple[Any, ...]] = (
        rows.order_by("pk")
        .values_list(
            "id",
            "urgent",
            "attempts",
            "not_before",
            "notification_id",
            "notification__kind",
            "notification__lead",
            "notification__created_at",
            "notification__deadline__last_day",
            "notification__deadline__counted_from",
            "notification__deadline__silent_after",
            "notification__deadline__closed_at",
            "valid_until",
            "notification__event__at",
            "notification__event__data",
            f"{card}__replaced_at",
            "notification__card_id",
            f"{card}__resident_id",
            f"{card}__resident__name",
            email,
            language,
            f"{card}__resident__office_id",
            Case(When(**{f"{guardian}__isnull": False}, then="notification__last_day")),
            "notification__deadline__said_done__at",
            _dead_address(guardian, f"{card}__resident"),
            f"{card}__resident__preference__earliest",
            f"{card}__variant",
            f"{card}__expiry_basis",
            f"{card}__suspended_at",
            f"{card}__issued_on",
            f"{card}__resident__birth_date",
            f"{card}__resident__period_of_stay_ends_on",
            _ending(card),
            move_kind("notification__deadline"),
            Exists(_asked_again()),
            "daily_mail_id",
            *switches,
        )
        .iterator()
    )
    return [Due(_off(row[-len(switches) :]), leads, *row[: -len(switches)]) for row in found]


def _asked_again() -> QuerySet[Notification]:
    """What was asked for about the same deadline, and leaves in place of the office's own that may
    be turned off: so that neither can give way to one that then does not leave."""
    waits = Q(delivery__state__in=(DeliveryState.QUEUED, DeliveryState.SENDING))
    return Notification.objects.filter(
        Q(pk__gt=OuterRef("notification")) | waits,
        deadline=OuterRef("notification__deadline"),
        lead=None,
    )


def _dead_address(guardian: str, resident: str) -> Case:
    """Where nothing is sent any more: of the account for a notice to a guardian, as `email`."""
    account = f"{guardian}__user__mail_trouble"
    contact = f"{resident}__mail_trouble"
    return Case(
        When(**{f"{account}__hard": True}, then=f"{account}__address"),
        When(**{f"{guardian}__isnull": True, f"{contact}__hard": True}, then=f"{contact}__address"),
    )


def _ending(card: str) -> Case:
    """The unrevoked certificates with the deadline's last day; asked only for what is about them.

    As `cards.rules.deadlines.ending_on`: such a deadline is always before the card's own last day.
    """
    ending = Certificate.objects.filter(
        card=OuterRef(f"{card}_id"),
        revoked_at=None,
        ends_on=OuterRef("notification__deadline__last_day"),
    )
    rows = ending.order_by("medium", "kind").values(
        row=JSONObject(kind="kind", medium="medium", issued_on="issued_on")
    )
    return Case(
        When(notification__kind=DeadlineKind.CERTIFICATE_EXPIRY.value, then=JsonRows(rows)),
        output_field=JSONField(),
    )


@lru_cache(maxsize=64)
def _off(switches: tuple[bool | None, ...]) -> frozenset[Group]:
    """The groups that are switched off; a resident who never chose has no row, and None here."""
    return frozenset(group for group, off in zip(_GROUPS, switches, strict=True) if off)
