"""The card itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from accounts.models import ClosedDays, Resident, User
from accounts.models.holding import in_force
from cards import labels
from cards.models.json_rows import JsonRows
from cards.rules.kinds import CardState, CardVariant, ExpiryBasis
from cards.rules.own_last_day import ends_by_itself
from cards.rules.state import card_state
from portal import clock

if TYPE_CHECKING:
    from datetime import date, datetime


class CardQuerySet(models.QuerySet["Card"]):
    def locked(self, card: Card) -> Card:
        """The card as it is now, held against every other operation until the transaction ends.

        Not against what only refers to it: a sweep that has a deadline of this card at hand adds
        a notification, and this operation may be waiting for that deadline.
        """
        rows = self.select_for_update(of=("self",), no_key=True)
        return rows.select_related("resident").get(pk=card.pk)

    def held_by(self, user: User, on: date | None = None, *, replaced: bool = False) -> Self:
        """Cards that this account may see as a resident or guardian.

        Those that a newer card took over from are left out, unless `replaced`.

        A child's only until the child turns 18, whatever job has run; `on` asks it of another
        day than today. `held_as` says which of the two (`accounts.models.Relation`); its own
        card comes first.
        """
        cards = self if replaced else self.filter(replaced_at=None)
        return (
            cards.filter(
                in_force(on or clock.today(), "resident__holdings__", "resident__"),
                resident__holdings__user=user,
            )
            .annotate(held_as=models.F("resident__holdings__relation"))
            .order_by("-held_as", "resident__name", "pk")
        )

    def with_facts(self, at: datetime | None = None) -> Self:
        """With all that `cards.overview` needs, in one query however much there is.

        `at`: as of this moment instead of now.
        """
        from cards.chip import chip
        from cards.models import AdditionalInfoEntry, Certificate, Deadline, PinSlot, Reissue
        from cards.models.of_which_move import move_kind
        from cards.models.pin_slot import locked

        open_reissue = Reissue.objects.filter(card=OuterRef("pk"), closed_at=None)
        return self.select_related("resident__office").annotate(
            deadline_rows=JsonRows(
                Deadline.objects.filter(card=OuterRef("pk"), closed_at=None)
                .order_by("last_day", "kind")
                .values(
                    row=JSONObject(
                        kind="kind",
                        last_day="last_day",
                        counted_from="counted_from",
                        move_kind=move_kind(),
                    )
                )
            ),
            certificate_rows=JsonRows(
                Certificate.objects.filter(card=OuterRef("pk"))
                .order_by("id")
                .values(
                    row=JSONObject(
                        kind="kind",
                        medium="medium",
                        issued_on="issued_on",
                        ends_on="ends_on",
                        revoked_at="revoked_at",
                        revoked_because="revoked_because",
                    )
                )
            ),
            locked_pins=JsonRows(
                PinSlot.objects.filter(locked(at), card=OuterRef("pk"))
                .order_by("id")
                .values(row=JSONObject(kind="kind"))
            ),
            closed_rows=JsonRows(
                ClosedDays.objects.filter(
                    models.Q(office=None) | models.Q(office=OuterRef("resident__office")),
                    last_on__gte=clock.day_of(at or clock.now()),
                )
                .order_by("first_on")
                .values(row=JSONObject(first_on="first_on", last_on="last_on"))
            ),
            set_pins=chip().kinds_set(),
            column_full=models.Exists(
                AdditionalInfoEntry.objects.filter(card=OuterRef("pk"), fills_column=True)
            ),
            open_reissue=models.Subquery(open_reissue.values("state")),
            open_reissue_reason=models.Subquery(open_reissue.values("reason")),
        )

    def of_offices_of(self, user: User) -> Self:
        """Cards whose records are kept where this member of staff works."""
        if user.is_superuser:
            return self
        return self.filter(resident__office__clerks=user)


class Card(models.Model):
    """An Individual Number Card, known by the office's own reference.

    The 12-digit number is stored nowhere. What the card is today (working, suspended, expired,
    lapsed) is worked out from these facts and the day, never stored: see `state_on`.
    """

    reference = models.CharField(_("reference"), max_length=40, unique=True)
    resident = models.ForeignKey(
        Resident, verbose_name=_("resident"), on_delete=models.PROTECT, related_name="cards"
    )
    variant = models.CharField(
        _("variant"),
        max_length=10,
        choices=labels.CARD_VARIANT,
        default=CardVariant.STANDARD.value,
    )
    issued_on = models.DateField(_("issued on"))
    expires_on = models.DateField(_("expires on"), help_text=_("The last day on which it works."))
    # First day without the card because of a recorded move (G5②). A function of the recorded
    # moves alone, kept here by the operations so that lists can filter on it.
    lapses_on = models.DateField(_("lapses on"), null=True, blank=True, editable=False)
    # What the present expiry date rests on (`ExpiryBasis`); empty when a file said it.
    expiry_basis = models.CharField(
        _("expiry rests on"),
        max_length=20,
        choices=labels.EXPIRY_BASIS,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    # What the office's files said last, if the counter has set another since: see `Resident`.
    expiry_in_files = models.DateField(
        _("earlier expiry date, still in the office's files"),
        null=True,
        blank=True,
        editable=False,
    )
    variant_in_files = models.CharField(
        _("earlier variant, still in the office's files"),
        max_length=10,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    # The holder's new name was recorded on this day and is not yet written on the card (G5①).
    name_changed_on = models.DateField(
        _("new name recorded on"), null=True, blank=True, editable=False
    )
    suspended_at = models.DateTimeField(_("suspended"), null=True, blank=True, editable=False)
    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True, editable=False)

    # Only on cards that came through `with_facts`.
    deadline_rows: list[dict[str, Any]]
    certificate_rows: list[dict[str, Any]]
    locked_pins: list[dict[str, str]]
    set_pins: list[dict[str, str]]
    column_full: bool
    open_reissue: str | None
    open_reissue_reason: str | None
    closed_rows: list[dict[str, str]]

    objects = CardQuerySet.as_manager()

    class Meta:
        verbose_name = _("card")
        verbose_name_plural = _("cards")
        indexes = [
            models.Index(fields=["expires_on"], name="card_by_expiry"),
            models.Index(
                fields=["lapses_on"],
                name="card_by_lapse",
                condition=models.Q(lapses_on__isnull=False),
            ),
            models.Index(
                fields=["suspended_at"],
                name="card_suspended",
                condition=models.Q(suspended_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(variant__in=[v.value for v in CardVariant]),
                name="card_variant_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_on__gte=models.F("issued_on")),
                name="card_expires_after_issue",
            ),
            models.CheckConstraint(
                condition=~models.Q(reference=""), name="card_reference_is_given"
            ),
            models.CheckConstraint(
                condition=models.Q(expiry_basis__in=["", *(b.value for b in ExpiryBasis)]),
                name="card_expiry_basis_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def state_on(self, day: date) -> CardState:
        """What the card is on `day`, from its facts alone (G4, G5②, G6)."""
        return card_state(
            expires_on=self.expires_on,
            lapses_on=self.lapses_on,
            suspended=self.suspended_at is not None,
            replaced=self.replaced_at is not None,
            today=day,
        )

    @property
    def ends_by_itself(self) -> bool:
        """Whether its last day is its own, and no end of a period of stay. Reads its resident."""
        return ends_by_itself(
            self.expires_on,
            issued_on=self.issued_on,
            birth_date=self.resident.birth_date,
            stay_ends_on=self.resident.period_of_stay_ends_on,
        )

    @property
    def awaits_second_visit(self) -> bool:
        """Whether the expiry date rests on an extension that was only applied for (G4①)."""
        return self.expiry_basis == ExpiryBasis.APPLICATION_FILED

    @property
    def state(self) -> CardState:
        """What the card is today."""
        return self.state_on(clock.today())
