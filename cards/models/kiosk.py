"""A convenience-store terminal that may open the kiosk screen (G3)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import clock


class Kiosk(models.Model):
    """A device with a key of its own, kept as a digest. Switched off: its screen closes at once."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    # None until a key is given out.
    key_digest = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001
    is_active = models.BooleanField(_("may be used"), default=True)
    created_at = models.DateTimeField(_("added"), default=clock.now, editable=False)

    objects: ClassVar[models.Manager["Kiosk"]] = models.Manager()

    class Meta:
        verbose_name = _("kiosk terminal")
        verbose_name_plural = _("kiosk terminals")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
