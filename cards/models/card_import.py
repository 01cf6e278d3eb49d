"""A file of cards that an office sent in: looked at, agreed to, imported. The row is the truth."""

from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import languages
from portal import clock

# What was looked at and not agreed to is given up after this, and its file removed.
AGREED_WITHIN = timedelta(hours=24)


class ImportState(models.TextChoices):
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Waits for your yes")
    IMPORTING = "importing", _("Being imported")
    DONE = "done", pgettext_lazy("of an import", "Imported")
    REFUSED = "refused", pgettext_lazy("of an import", "Refused")
    FAILED = "failed", pgettext_lazy("of an import", "Broken off")
    GIVEN_UP = "given_up", pgettext_lazy("of an import", "Discarded")


# In these an office has no room for another import, and the file is kept.
OPEN = (ImportState.CHECKING, ImportState.CHECKED, ImportState.IMPORTING)
# In these a worker has something to do.
RUNNING = (ImportState.CHECKING, ImportState.IMPORTING)


class BrokenBy(models.IntegerChoices):
    """What ended the last try of an import, where that is known. The import's page has the words.

    None of them is shown by these names.
    """

    RULE = 1, "rule"
    TAKEN = 2, "taken"


class CardImport(models.Model):
    """One file for one office. A message to the worker is only a hint that there is work."""

    office = models.ForeignKey(
        "accounts.Office",
        verbose_name=_("office"),
        on_delete=models.PROTECT,
        related_name="card_imports",
    )
    # No foreign key behaviour on purpose: what somebody did outlives their account.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sent in by"),
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("imported by"),
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    # The language of the report: that of whoever sent the file in.
    language = models.CharField(_("language"), max_length=12, default=languages.DEFAULT)
    name = models.CharField(_("file"), max_length=100)
    size = models.PositiveIntegerField(_("bytes"))
    state = models.CharField(
        _("state"), max_length=10, choices=ImportState.choices, default=ImportState.CHECKING
    )
    asked_at = models.DateTimeField(_("sent in"), default=clock.now)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("agreed to"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    # While a worker owns the row: since when it is tried, by whom, and until when.
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # How often a card of it was registered by somebody else while it was being imported.
    overtaken = models.PositiveSmallIntegerField(null=True, editable=False)
    # None: by something else, which only the log knows.
    broken_by = models.PositiveSmallIntegerField(
        choices=BrokenBy.choices, null=True, editable=False
    )
    lease = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    bytes_done = models.PositiveIntegerField(_("bytes read"), default=0)
    rows_done = models.PositiveIntegerField(_("rows read"), default=0)

    rows = models.PositiveIntegerField(_("rows"), default=0)
    new = models.PositiveIntegerField(pgettext_lazy("rows of an import", "new"), default=0)
    changed = models.PositiveIntegerField(pgettext_lazy("rows of an import", "changed"), default=0)
    unchanged = models.PositiveIntegerField(
        pgettext_lazy("rows of an import", "unchanged"), default=0
    )
    replaced = models.PositiveIntegerField(
        pgettext_lazy("rows of an import", "of replaced cards"), default=0
    )
    refused = models.PositiveIntegerField(pgettext_lazy("rows of an import", "refused"), default=0)
    # Some of the rows, to be shown: {"new": […], "changed": […], "refused": […]}.
    shown = models.JSONField(default=dict, blank=True)
    # Of what the preview showed; the import must come to the same or writes nothing.
    digest = models.CharField(max_length=32, blank=True)
    # Whether cards changed after the preview, so that there is a new one.
    outdated = models.BooleanField(default=False)

    objects: ClassVar[models.Manager["CardImport"]] = models.Manager()

    # For templates.
    BrokenBy = BrokenBy

    class Meta:
        verbose_name = _("import of cards")
        verbose_name_plural = _("imports of cards")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["leased_until"],
                name="import_to_be_run",
                condition=models.Q(state__in=["checking", "importing"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["office"],
                condition=models.Q(state__in=["checking", "checked", "importing"]),
                name="one_open_import_per_office",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ImportState.values), name="import_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def stands(self) -> ImportState:
        """How it stands at this moment, whether or not a job has run."""
        waits = self.state == ImportState.CHECKED and self.checked_at is not None
        if waits and clock.now() >= self.agreed_by:
            return ImportState.GIVEN_UP
        return ImportState(self.state)

    @property
    def agreed_by(self) -> Any:
        """Until when it can be agreed to."""
        return self.checked_at and self.checked_at + AGREED_WITHIN

    @property
    def percent(self) -> int:
        return min(100, self.bytes_done * 100 // self.size) if self.size else 0


class PartKind(models.TextChoices):
    FILE = "file", "file"
    REPORT = "report", "report"


class CardImportPart(models.Model):
    """A piece of the file, or of the report, in its order.

    In the database and not in a folder: any machine can work on it, and what erases the row
    erases it. In pieces, so that nobody holds a whole file in memory.
    """

    card_import = models.ForeignKey(CardImport, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=6, choices=PartKind.choices)
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    objects: ClassVar[models.Manager["CardImportPart"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["card_import", "kind", "number"], name="one_part_per_number"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=PartKind.values), name="part_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.card_import_id} {self.kind} {self.number}"
