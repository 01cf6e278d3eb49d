"""What the top of every page says to its reader: how much is new."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, IntegerField, OuterRef, Subquery
from django.db.models.functions import JSONObject

from accounts.models import Holding, User
from cards.models.json_rows import JsonRows
from notifications.addresses import masked
from notifications.models import MailTrouble, Notification

# Counted no further: nobody reads the difference.
COUNTED_TO = 99


@dataclass(frozen=True, slots=True)
class Failing:
    """A card's holder at whose contact address mail does not arrive.

    `hard`: nobody is there, and nothing more is sent to it.
    """

    name: str
    address: str
    hard: bool

    @property
    def masked(self) -> str:
        return masked(self.address)


@dataclass(frozen=True, slots=True)
class News:
    """`account_fails`: mail to the account's own address does not arrive."""

    unread: int
    failing: tuple[Failing, ...] = ()
    account_fails: bool = False

    @property
    def more(self) -> bool:
        """Whether there are more than are counted."""
        return self.unread > COUNTED_TO

    @property
    def counted(self) -> int:
        return min(self.unread, COUNTED_TO)


def news_of(user: User) -> News:
    """In one query that does not grow with what there is."""
    unread = Notification.objects.for_holder(user).unread().order_by()
    holders = Holding.objects.in_force().filter(
        Exists(MailTrouble.objects.in_force().filter(resident=OuterRef("resident"))), user=user
    )
    unread_count, rows, account_fails = User.objects.filter(pk=user.pk).values_list(
        _Counted(unread.values("pk")[: COUNTED_TO + 1]),
        JsonRows(
            holders.order_by("-relation", "resident__name", "pk").values(
                row=JSONObject(
                    name="resident__name",
                    address="resident__email",
                    hard="resident__mail_trouble__hard",
                )
            )
        ),
        account_in_trouble(user.pk),
    )[0]
    return News(unread_count, failing_of(rows), account_fails)


def failing_of(rows: Iterable[dict[str, Any]]) -> tuple[Failing, ...]:
    return tuple(Failing(row["name"], row["address"], bool(row["hard"])) for row in rows)


def account_in_trouble(user: int) -> Exists:
    """Whether mail to the account's own address does not arrive, for a query that asks more."""
    return Exists(MailTrouble.objects.flagged().filter(user=user))


def holder_in_trouble(resident: str, arrived_by: datetime) -> Subquery:
    """Whether nobody is at the contact address of the holder whom `resident` names, or mails only
    did not arrive (false); None if they do. `arrived_by` as in `in_force`."""
    flagged = MailTrouble.objects.in_force(arrived_by).filter(resident=OuterRef(resident))
    return Subquery(flagged.values("hard")[:1])


class _Counted(Subquery):
    """How many rows a query gives, as a column."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()
