"""How long what is kept, in one list, and removing what is older.

A table that grows with time joins here with one line. docs/privacy.md is held against this list
by a test.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.adulthood import under_18_if_born_after
from accounts.models import Holding, Relation, User
from cards.models import CardImport, CardImportPart
from notifications.kinds_of_mail import DAILY_MAIL
from notifications.models import Delivery, DeliveryState, MailTrouble, Notification
from portal import clock
from privacy.models import DataExport, ExportState

BATCH = 5_000
DONE_WITH = (DeliveryState.SENT, DeliveryState.CANCELLED, DeliveryState.FAILED)


@dataclass(frozen=True, slots=True)
class Rule:
    """`old(moment)` gives the rows from before `moment`, which lies `days` back.

    With `erase`, rows stay and these fields are emptied. `append_only`: PostgreSQL has to be told
    that this is a purge (see the migrations).
    """

    name: str
    days: int
    old: Callable[[datetime], QuerySet[Any]]
    erase: dict[str, Any] | None = None
    append_only: bool = False


def _never_confirmed(moment: datetime) -> QuerySet[User]:
    """Accounts whose address was never confirmed and that nobody ever used."""
    confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    return User.objects.filter(
        ~Exists(confirmed),
        ~Exists(Holding.objects.filter(user=OuterRef("pk"))),
        date_joined__lt=moment,
        last_login=None,
        is_staff=False,
        is_superuser=False,
    )


def _settled(moment: datetime) -> QuerySet[Notification]:
    """Of a deadline that still holds, the alert stays: it says that it was raised."""
    told_of_18 = Q(holding__isnull=False, last_day__lt=clock.day_of(moment))
    settled = Q(event__isnull=False) | Q(deadline__closed_at__lt=moment) | told_of_18
    settled |= Q(kind=DAILY_MAIL)
    waiting = Delivery.objects.filter(notification=OuterRef("pk")).exclude(state__in=DONE_WITH)
    return Notification.objects.filter(settled, ~Exists(waiting), created_at__lt=moment)


def _over_at_18(moment: datetime) -> QuerySet[Holding]:
    """Links of parents and guardians whose child had turned 18 by then: they show nothing."""
    born_until = under_18_if_born_after(clock.day_of(moment))
    return Holding.objects.filter(relation=Relation.GUARDIAN, resident__birth_date__lte=born_until)


def _of(label: str, lookup: str) -> Callable[[datetime], QuerySet[Any]]:
    """Rows of a model by the one lookup; none where its part is not installed."""
    app, name = label.split(".")

    def found(moment: datetime) -> QuerySet[Any]:
        if name not in apps.all_models[app]:
            return User.objects.none()
        rows: QuerySet[Any] = apps.get_model(app, name)._default_manager.filter(**{lookup: moment})
        return rows

    return found


def _parts(kind: str) -> Callable[[datetime], QuerySet[Any]]:
    """Pieces of the files, or of the reports, of imports that are over."""
    return lambda moment: CardImportPart.objects.filter(kind=kind, card_import__ended_at__lt=moment)


RULES: tuple[Rule, ...] = (
    Rule("sessions that ended", 0, _of("sessions.session", "expire_date__lt")),
    Rule(
        "what was known of open sessions", 30, _of("usersessions.usersession", "last_seen_at__lt")
    ),
    Rule(
        "files of downloads",
        0,  # days after they can no longer be fetched, which is 7 days after they were made
        lambda m: DataExport.objects.filter(state=ExportState.READY, expires_at__lte=m),
        erase={"state": ExportState.EXPIRED, "content": None},
    ),
    Rule("codes that confirm an address", 7, _of("account.emailconfirmation", "created__lt")),
    Rule("accounts never confirmed", 30, _never_confirmed),
    Rule(
        "downloads asked for",
        90,
        lambda m: DataExport.objects.filter(asked_at__lt=m).exclude(state=ExportState.WAITING),
    ),
    Rule("resets of PINs at the counter", 90, _of("cards.pinhandover", "expires_at__lt")),
    Rule("letters with a code to link a card", 90, _of("accounts.linkingcode", "expires_at__lt")),
    Rule("links of guardians whose child turned 18", 90, _over_at_18),
    Rule("files of cards that were sent in", 2, _parts("file")),
    Rule("reports of imports", 30, _parts("report")),
    Rule(
        "rows that an import shows",
        30,
        lambda m: CardImport.objects.filter(ended_at__lt=m).exclude(shown={}),
        erase={"shown": {}},
    ),
    Rule("imports of cards", 1095, _of("cards.cardimport", "ended_at__lt")),
    Rule("mails about accounts", 90, _of("notifications.accountmail", "useless_at__lt")),
    Rule(
        "reports of mail that did not arrive",
        365,  # in force they stay: the resident is still without mail
        lambda m: MailTrouble.objects.filter(last_at__lt=m).exclude(
            pk__in=MailTrouble.objects.in_force().values("pk")
        ),
    ),
    Rule(
        "mails that left or never will",
        365,
        lambda m: Delivery.objects.filter(state__in=DONE_WITH, notification__created_at__lt=m),
    ),
    Rule("history of sign-ins", 365, _of("accounts.signin", "at__lt")),
    Rule("notifications that are settled", 730, _settled),
    Rule("what staff did at the desk", 1095, _of("admin.logentry", "action_time__lt")),
    Rule("looks at personal data", 1095, _of("privacy.access", "at__lt"), append_only=True),
    Rule("numbers of closed accounts", 1095, _of("privacy.closedaccount", "closed_at__lt")),
)


@dataclass(frozen=True, slots=True)
class Removed:
    rule: Rule
    rows: int


def remove_old(*, dry_run: bool = False, seconds: float = 400.0) -> Iterator[Removed]:
    """Remove what is over its time, rule by rule, in batches that are committed one by one.

    Safe to stop, to repeat and to run twice at once. What `seconds` do not suffice for is left
    to the next time. With `dry_run` it only counts.
    """
    stop_at = time.monotonic() + seconds
    for rule in RULES:
        moment = clock.now() - timedelta(days=rule.days)
        if dry_run:
            yield Removed(rule, rule.old(moment).count())
            continue
        rows = 0
        while time.monotonic() < stop_at:
            found, gone = _remove_batch(rule, moment)
            rows += gone
            if found < BATCH:
                break
        yield Removed(rule, rows)


@transaction.atomic
def _remove_batch(rule: Rule, moment: datetime) -> tuple[int, int]:
    """How many old rows were found, and how many of them this very run did away with."""
    if rule.append_only and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL portal.purging = 'on'")
    old = rule.old(moment)
    # By key, so that old rows, which come first, are found without looking at the young ones.
    keys = list(old.order_by("pk").values_list("pk", flat=True)[:BATCH])
    # The condition again: what became young again since then stays.
    chosen = old.filter(pk__in=keys)
    if rule.erase is not None:
        return len(keys), chosen.update(**rule.erase)
    _all, by_model = chosen.delete()
    return len(keys), by_model.get(old.model._meta.label, 0)
