"""Kinds of smartphones that can carry certificates (G2②): data, switched on by staff."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class SmartphonePlatform(models.Model):
    """Android is on from the start; others wait until the administrator switches them on."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    # A maker's name is the same in every language.
    name = models.CharField(_("name"), max_length=40)
    is_on = models.BooleanField(_("certificates can be applied for"), default=False)

    objects: ClassVar[models.Manager["SmartphonePlatform"]] = models.Manager()

    class Meta:
        verbose_name = _("smartphone platform")
        verbose_name_plural = _("smartphone platforms")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
