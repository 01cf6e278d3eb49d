"""A mail that must leave. The outbox: rows are the truth, Redis only hints at them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import clock


class DeliveryState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Delivery(models.Model):
    """One notification to the contact address that the office has; one about the end of
    guardianship, to the account that it ends for."""

    notification = models.OneToOneField(
        "notifications.Notification",
        verbose_name=_("notification"),
        on_delete=models.CASCADE,
        related_name="delivery",
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=DeliveryState.choices,
        default=DeliveryState.QUEUED,
    )
    # What happened to a card, told at once: leaves before the reminders that wait.
    urgent = models.BooleanField(_("at once"), default=False, db_default=False, editable=False)
    # Not before this moment: now when queued, later after a failed attempt.
    not_before = models.DateTimeField(_("not before"), default=clock.now)
    # The last day on which it is worth sending; empty: for as long as it holds.
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    # Queued again later than it was raised: once what kept it back was gone, or by hand.
    queued_again_at = models.DateTimeField(_("queued again"), null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # While sending: until when the sender owns the row.
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    lease = models.CharField(_("lease"), max_length=32, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    # The address that it went to, masked: “l…@example.org”.
    sent_to = models.CharField(
        _("sent to"), max_length=254, blank=True, default="", db_default="", editable=False
    )
    # Not urgent, for somebody who wants one mail a day: waits to be put together with others …
    daily = models.BooleanField(_("for the mail of the day"), default=False, db_default=False)
    # … and went out, or did not, with this one.
    daily_mail = models.ForeignKey(
        "self",
        verbose_name=_("mail of the day"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="gathered",
        editable=False,
        db_index=False,  # few have one: see the indexes below
    )
    # It was taken, and came back.
    bounced_at = models.DateTimeField(_("came back"), null=True, blank=True)
    # Why it failed or was cancelled, or the last trouble on the way. Never an address.
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    # Tried too often, or the death of too many senders: waits for somebody to look at it.
    set_aside_at = models.DateTimeField(_("set aside"), null=True, blank=True)

    objects: ClassVar[models.Manager[Delivery]] = models.Manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [
            models.Index(
                fields=["-urgent", "not_before", "id"],
                name="delivery_queued",
                condition=models.Q(state="queued"),
            ),
            models.Index(
                fields=["leased_until"],
                name="delivery_sending",
                condition=models.Q(state="sending"),
            ),
            models.Index(
                fields=["set_aside_at"],
                name="delivery_set_aside",
                condition=models.Q(set_aside_at__isnull=False),
            ),
            models.Index(
                fields=["notification"],
                name="delivery_failed",
                condition=models.Q(state="failed"),
            ),
            models.Index(
                fields=["daily_mail"],
                name="delivery_in_daily_mail",
                condition=models.Q(daily_mail__isnull=False),
            ),
            models.Index(
                fields=["not_before"],
                name="delivery_for_daily_mail",
                condition=models.Q(state="queued", daily=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=DeliveryState.values), name="delivery_state_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state="sending", leased_until__isnull=False)
                | (~models.Q(state="sending") & models.Q(leased_until=None)),
                name="a_delivery_is_leased_while_sending",
            ),
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False)
                | (~models.Q(state="sent") & models.Q(sent_at=None)),
                name="a_sent_delivery_says_when",
            ),
            models.CheckConstraint(
                condition=models.Q(state="failed") | models.Q(set_aside_at=None),
                name="a_delivery_set_aside_has_failed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} ({self.pk})"
