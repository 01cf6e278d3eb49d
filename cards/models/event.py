"""What happened to a card: append-only."""

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cards import labels
from cards.rules.kinds import EventKind


class CardEvent(models.Model):
    """Kind and data; words are found on reading, in the reader's language.

    PostgreSQL refuses UPDATE and DELETE on this table (see the migrations).
    """

    card = models.ForeignKey(
        "cards.Card", verbose_name=_("card"), on_delete=models.PROTECT, related_name="events"
    )
    kind = models.CharField(_("what happened"), max_length=24, choices=labels.EVENT_KIND)
    at = models.DateTimeField(_("when"))
    # No foreign key behaviour on purpose: what somebody did outlives their account.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    data = models.JSONField(_("data"), default=dict)

    objects: ClassVar[models.Manager["CardEvent"]] = models.Manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in EventKind]),
                name="event_kind_is_known",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("Events are append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Events are append-only.")


class UntoldEvent(models.Model):
    """An event that the holder is yet to be told of. Whoever tells removes the row."""

    event = models.OneToOneField(
        CardEvent, on_delete=models.CASCADE, primary_key=True, related_name="untold"
    )

    objects: ClassVar[models.Manager["UntoldEvent"]] = models.Manager()

    def __str__(self) -> str:
        return str(self.event)
