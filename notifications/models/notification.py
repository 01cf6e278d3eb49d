"""Something the holder of a card is told: in the inbox, and by mail through its `Delivery`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.holding import in_force
from cards.models.of_which_move import move_kind
from cards.rules.reminders import LAST_DAYS
from notifications.kinds_of_mail import DAILY_MAIL
from portal import clock

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User


class NotificationQuerySet(models.QuerySet["Notification"]):
    def for_holder(self, user: User, on: date | None = None) -> Self:
        """What this account may read: of its own cards and those it is guardian for.

        `on` asks it of another day than today. One join on the account's own links, so that
        nothing comes twice.
        """
        mine = "card__resident__holdings"
        of_the_card = in_force(on or clock.today(), f"{mine}__", "card__resident__")
        # What is about a link is for its own account, also once it has ended.
        return self.exclude(kind=DAILY_MAIL).filter(
            models.Q(of_the_card, holding=None) | models.Q(holding=models.F(f"{mine}__pk")),
            **{f"{mine}__user": user},
        )

    def with_move_kind(self) -> Self:
        """With what words about a move's deadline depend on."""
        return self.annotate(move_kind=move_kind("deadline"))

    def unread(self) -> Self:
        """What is new to its reader: early reminders of what they say is done are not."""
        early = models.Q(lead__gt=LAST_DAYS) | models.Q(lead=None)
        return self.filter(~models.Q(early, deadline__said_done__isnull=False), read_at=None)


class Notification(models.Model):
    """About a deadline (with its day and lead), an event, or the end of guardianship (with the
    link that ends, its day and lead). Words come on reading.

    About a deadline without a lead: the holder had asked to be reminded again on that day. About
    nothing at all, with a day: the mail of that day, which carries others.
    """

    card = models.ForeignKey(
        "cards.Card", verbose_name=_("card"), on_delete=models.CASCADE, related_name="notifications"
    )
    # A DeadlineKind, an EventKind or “guardianship_end”.
    kind = models.CharField(_("about"), max_length=24)
    deadline = models.ForeignKey(
        "cards.Deadline",
        verbose_name=_("deadline"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="notifications",
    )
    last_day = models.DateField(_("last day"), null=True, blank=True)
    lead = models.SmallIntegerField(_("lead days"), null=True, blank=True)
    event = models.OneToOneField(
        "cards.CardEvent",
        verbose_name=_("event"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="notification",
    )
    holding = models.ForeignKey(
        "accounts.Holding",
        verbose_name=_("holding"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="notifications",
    )
    created_at = models.DateTimeField(_("raised"), default=clock.now)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    # Only on those that came through `with_move_kind`.
    move_kind: str | None

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["card"],
                name="notification_unread_by_card",
                condition=models.Q(read_at=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["deadline", "last_day", "lead"], name="one_alert_per_deadline_day_and_lead"
            ),
            models.UniqueConstraint(
                fields=["holding", "last_day", "lead"], name="one_notice_per_holding_day_and_lead"
            ),
            models.UniqueConstraint(
                fields=["card", "last_day"],
                condition=models.Q(kind=DAILY_MAIL),
                name="one_daily_mail_per_card_and_day",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    deadline__isnull=False,
                    last_day__isnull=False,
                    event=None,
                    holding=None,
                )
                | models.Q(
                    deadline=None, last_day=None, lead=None, event__isnull=False, holding=None
                )
                | models.Q(
                    deadline=None,
                    last_day__isnull=False,
                    lead__isnull=False,
                    event=None,
                    holding__isnull=False,
                )
                | models.Q(
                    kind=DAILY_MAIL,
                    deadline=None,
                    last_day__isnull=False,
                    lead=None,
                    event=None,
                    holding=None,
                ),
                name="a_notification_is_about_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.pk})"

    @property
    def is_new(self) -> bool:
        """As `unread` asks it of the database. Select `deadline__said_done` with it."""
        early = self.lead is None or self.lead > LAST_DAYS
        quiet = early and self.deadline is not None and hasattr(self.deadline, "said_done")
        return self.read_at is None and not quiet
