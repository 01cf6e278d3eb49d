"""The secret address of an account's calendar of last days."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import clock


class CalendarLink(models.Model):
    """One an account. The address itself is kept nowhere: only a keyed digest of its secret."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="calendar_link",
    )
    secret_digest = models.CharField(_("digest of the secret"), max_length=64, unique=True)
    made_at = models.DateTimeField(_("made"), default=clock.now)
    # The last day on which a calendar asked for it.
    used_on = models.DateField(_("last used on"), null=True, blank=True)

    objects: ClassVar[models.Manager[CalendarLink]] = models.Manager()

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} ({self.pk})"
