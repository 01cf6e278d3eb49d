"""A section of the guide, kept in every language (see translation.py)."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Section(models.Model):
    """One page of the guide. The text is Markdown without HTML."""

    slug = models.SlugField(pgettext_lazy("of a page", "address"), unique=True)
    position = models.PositiveSmallIntegerField(_("position"), unique=True)
    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(_("summary"), max_length=200)
    body = models.TextField(_("text"))
    # Since when each language's texts stand as they are, or were last said to be right: by code.
    as_of = models.JSONField(default=dict, editable=False)

    if TYPE_CHECKING:
        # Every version there was (see translation.py).
        history: Any

    objects: ClassVar[models.Manager["Section"]] = models.Manager()

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position"]

    def __str__(self) -> str:
        return str(self.title)
