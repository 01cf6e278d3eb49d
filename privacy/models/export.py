"""Everything about one person, put together for them to take along."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import clock

KEPT_FOR = timedelta(days=7)


class ExportState(models.TextChoices):
    WAITING = "waiting", _("Being made")
    READY = "ready", _("Ready")
    EXPIRED = "expired", _("Expired")
    FAILED = "failed", _("Failed")


class DataExport(models.Model):
    """The row is the truth, a message to the worker only a hint that there is work."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        on_delete=models.CASCADE,
        related_name="exports",
    )
    # The language of the readable page: the one it was asked for in.
    language = models.CharField(_("language"), max_length=12)
    state = models.CharField(
        _("state"), max_length=8, choices=ExportState.choices, default=ExportState.WAITING
    )
    asked_at = models.DateTimeField(_("asked for"), default=clock.now)
    ready_at = models.DateTimeField(_("ready"), null=True, blank=True)
    expires_at = models.DateTimeField(_("can be downloaded until"), null=True, blank=True)
    # When the mail about it, ready or failed, was handed over; empty while one is owed.
    told_at = models.DateTimeField(_("told"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # While it is being made: until when the maker owns the row.
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    # A zip. In the database and not in a folder: any machine can hand it out, and what erases
    # the row erases it.
    content = models.BinaryField(_("content"), null=True, editable=False)

    objects: ClassVar[models.Manager["DataExport"]] = models.Manager()

    class Meta:
        verbose_name = _("download of one's data")
        verbose_name_plural = _("downloads of one's data")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(state="waiting"),
                name="one_waiting_export_per_account",
            ),
            models.CheckConstraint(
                condition=models.Q(state="ready", content__isnull=False, expires_at__isnull=False)
                | (~models.Q(state="ready") & models.Q(content=None)),
                name="only_a_ready_export_has_content",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ExportState.values), name="export_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_state_display())

    @property
    def is_ready(self) -> bool:
        """Whether it can be downloaded now, whether or not the nightly job has run."""
        return (
            self.state == ExportState.READY
            and self.expires_at is not None
            and clock.now() < self.expires_at
        )

    @property
    def stands(self) -> ExportState:
        """How it stands at this moment."""
        if self.state == ExportState.READY and not self.is_ready:
            return ExportState.EXPIRED
        return ExportState(self.state)
