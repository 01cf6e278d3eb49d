"""Who looks after a child's card is told before that ends at 18, and on the day.

Level-triggered, like the planner: what counts is what birth dates and rows say today. Twice, days
late or on two machines at once leaves the same rows, by their unique constraint. A few statements
a run, over those alone whose day is near: few birthdays lie within two months.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.adulthood import NOTICE_DAYS, turns_18_on, under_18_if_born_after
from accounts.models import Holding, Relation
from cards.models import Card
from cards.rules.days import days_from
from notifications.kinds_of_mail import GUARDIANSHIP_END
from notifications.models import Delivery, Notification
from portal import clock

KIND = GUARDIANSHIP_END
# Days before the birthday on which a notice falls due; 0 is the birthday, the first day without.
LEADS = (NOTICE_DAYS, 0)
# What nobody told while the scheduler was down is still told for so long after it.
STILL_TOLD = timedelta(days=30)


class _Due(NamedTuple):
    holding: int
    card: int
    ends_on: date
    lead: int


class ToldGuardians(NamedTuple):
    """What one run did: notices written, all of them with a mail."""

    total: int


def tell_guardians(on: date | None = None) -> ToldGuardians:
    """Write the notices that are due on day `on` (today in Tokyo if None), each with its mail.

    One for each link between a guardian's account and a child: the nearest lead (in days)
    reached. The mail goes to the account, since it is the account that loses the card.
    """
    today = on or clock.today()
    with transaction.atomic():
        due = list(untold(today))
        Notification.objects.bulk_create(
            (
                Notification(
                    card_id=one.card,
                    kind=KIND,
                    holding_id=one.holding,
                    last_day=one.ends_on,
                    lead=one.lead,
                )
                for one in due
            ),
            ignore_conflicts=True,
        )
        # Asked again, so that whoever lost the race writes no second mail.
        told = Notification.objects.filter(
            holding__in={one.holding for one in due}, kind=KIND, delivery=None
        )
        mails = [Delivery(notification=one, valid_until=_valid_until(one)) for one in told]
        Delivery.objects.bulk_create(mails, ignore_conflicts=True)
    return ToldGuardians(len(mails))


def _valid_until(notice: Notification) -> date | None:
    """Until the birthday; that it has come, for as long as that is told."""
    day = notice.last_day
    return days_from(day, STILL_TOLD.days if notice.lead == 0 else -1) if day else None


def untold(today: date) -> list[_Due]:
    """What is due on `today` and not told, neither by its own notice nor by a nearer one."""
    near = list(_near(today))
    told: dict[tuple[int, date], int] = {}
    for pk, day, lead in Notification.objects.filter(
        holding__in=[holding.pk for holding in near], kind=KIND
    ).values_list("holding", "last_day", "lead"):
        if pk and day and lead is not None:
            told[pk, day] = min(lead, told.get((pk, day), lead))
    due = []
    for holding in near:
        ends_on = turns_18_on(holding.resident.birth_date)
        lead = min(lead for lead in LEADS if lead >= (ends_on - today).days)
        if told.get((holding.pk, ends_on), NOTICE_DAYS + 1) > lead:
            due.append(_Due(holding.pk, holding.card, ends_on, lead))  # type: ignore[attr-defined]
    return due


def _near(today: date) -> QuerySet[Holding]:
    """Guardians of children who turn 18 within the notice, or did so lately; each with a card."""
    card = Card.objects.filter(resident=OuterRef("resident"), replaced_at=None)
    first = under_18_if_born_after(days_from(today, -STILL_TOLD.days - 1))
    final = under_18_if_born_after(days_from(today, NOTICE_DAYS))
    return (
        Holding.objects.filter(
            Q(resident__birth_date__gt=first, resident__birth_date__lte=final),
            relation=Relation.GUARDIAN,
            user__is_active=True,
        )
        .annotate(card=Subquery(card.order_by("-pk").values("pk")[:1]))
        .exclude(card=None)
        .select_related("resident")
    )
