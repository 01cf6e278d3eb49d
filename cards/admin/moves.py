"""Moves at the desk: record, correct, withdraw, and the card's update (G5)."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import DayInput
from cards import labels
from cards.admin.action import Action, ActionForm
from cards.models.move import waiting_moves
from cards.operations import (
    OperationRefused,
    Written,
    correct_move,
    record_card_update,
    record_move,
    withdraw_move,
)
from cards.operations.guards import require_not_replaced, require_working
from cards.operations.record_move import as_fields, require_may_be_recorded
from cards.operations.write_column import LONGEST_ENTRY, has_full_column, require_room
from cards.rules.kinds import InfoKind, MoveKind
from cards.rules.moves import MoveDates
from portal import clock


def _written(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=LONGEST_ENTRY,
        help_text=_("As it stands in the additional information column."),
    )


def _column_full() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("The column is full now"),
        required=False,
        help_text=_("The next change then needs a new card."),
    )


class MoveDaysForm(ActionForm):
    expected_move_out_on = forms.DateField(
        label=_("Expected move-out day"),
        required=False,
        widget=DayInput,
        help_text=_("From the moving-out notification. The card works for 30 days after it."),
    )
    moved_in_on = forms.DateField(
        label=_("Move-in day"),
        required=False,
        widget=DayInput,
        help_text=_("The day they began to live there. They have 14 days to notify."),
    )
    notified_on = forms.DateField(
        label=_("Notification submitted on"),
        required=False,
        widget=DayInput,
        help_text=_("Moving in, or moving within the municipality. Starts the 90 days."),
    )
    card_updated_on = forms.DateField(
        label=_("Card updated on"),
        required=False,
        widget=DayInput,
        help_text=_("The day the new address was written on the card. Stops every clock."),
    )


class NewMoveForm(MoveDaysForm):
    kind = forms.ChoiceField(
        label=_("Which move"),
        choices=list(labels.MOVE_KIND.items()),
        widget=forms.RadioSelect,
        help_text=_(
            "Of a moving-out, enter only the expected move-out day; the moving-in that follows is "
            "recorded by itself and stops its clock."
        ),
    )
    written_address = _written(_("New address, as written on the card"))
    column_full = _column_full()
    field_order = ["kind"]

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if typed.get("card_updated_on") and not typed.get("written_address"):
            self.add_error("written_address", _("Enter what was written on the card."))
        return typed


class CardUpdateForm(ActionForm):
    card_updated_on = forms.DateField(
        label=_("Card updated on"),
        widget=DayInput,
        help_text=_("The day this was written on the card."),
    )
    written_address = _written(_("New address, as written on the card"))
    written_name = _written(_("New name, as written on the card"))
    written_other = _written(_("Other information, as written on the card"))
    column_full = _column_full()

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if not any(typed.get(f"written_{kind.value}") for kind in InfoKind):
            self.add_error(None, _("Enter what was written on the card."))
        return typed


class _WritesOnTheCard(Action):
    """Once the column is full, only a new card has room (G5①)."""

    @property
    def instead(self) -> tuple[str, Any] | None:
        if not has_full_column(self.card):
            return None
        page = reverse("admin:cards_card_request-reissue", args=[self.card.pk])
        return page, _("Apply for a new card")


class RecordMove(_WritesOnTheCard):
    slug = "record-move"
    title = _("Record a move")
    help = _(
        "Enter the days that are known; leave the others empty. A notification revokes the "
        "signature certificate, and the resident is told."
    )
    button = _("Record the move")
    done = _("The move was recorded.")
    form_class = NewMoveForm

    def require_possible(self) -> None:
        require_may_be_recorded(self.card)

    def operate(self, entries: dict[str, Any]) -> None:
        record_move(
            self.card,
            kind=MoveKind(entries["kind"]),
            dates=MoveDates(**{name: entries[name] for name in as_fields(MoveDates())}),
            by=self.by,
            written=_entries(entries),
            column_full=entries["column_full"],
        )


class RecordCardUpdate(_WritesOnTheCard):
    slug = "card-update"
    title = _("Record that the card was updated")
    help = _(
        "Enter what was written on the card. A new address completes every running move; a new "
        "name completes the change of name."
    )
    button = _("Record the update")
    done = _("The card’s update was recorded.")
    form_class = CardUpdateForm

    def require_possible(self) -> None:
        require_working(self.card)
        require_room(self.card)
        today = clock.today()
        to_write = any(not dates.is_to_come_after(today) for _m, dates in waiting_moves(self.card))
        if not to_write and self.card.name_changed_on is None:
            raise OperationRefused(
                _("No move and no new name is waiting to be written on this card.")
            )

    def initial(self) -> dict[str, object]:
        return {"card_updated_on": clock.today()}

    def operate(self, entries: dict[str, Any]) -> None:
        record_card_update(
            self.card,
            card_updated_on=entries["card_updated_on"],
            by=self.by,
            written=_entries(entries),
            column_full=entries["column_full"],
        )


class CorrectMove(Action):
    slug = "correct-move"
    title = _("Correct a move")
    help = _(
        "Put in the right days. Every deadline is worked out anew from them; what stood before "
        "stays in the history. A notification after its last day does not revive the card."
    )
    button = _("Correct the move")
    done = _("The move was corrected.")
    form_class = MoveDaysForm
    about_a_move = True

    def require_possible(self) -> None:
        require_not_replaced(self.card)
        _require_counted(self)

    def initial(self) -> dict[str, object]:
        return dict(as_fields(self.move.dates)) if self.move else {}

    def operate(self, entries: dict[str, Any]) -> None:
        assert self.move is not None  # noqa: S101 - about_a_move
        correct_move(self.move, dates=MoveDates(**entries), by=self.by)


class WithdrawMove(Action):
    slug = "withdraw-move"
    title = _("Withdraw a move")
    help = _(
        "For a move that was recorded by mistake. It is counted no longer and stays in the "
        "history, and so does what was entered of the additional information column with it. A "
        "signature certificate that it revoked has to be issued again."
    )
    button = _("Withdraw the move")
    done = _("The move was withdrawn.")
    about_a_move = True

    def require_possible(self) -> None:
        require_not_replaced(self.card)
        _require_counted(self)

    def operate(self, entries: dict[str, Any]) -> None:
        assert self.move is not None  # noqa: S101 - about_a_move
        withdraw_move(self.move, by=self.by)


def _entries(entries: dict[str, Any]) -> list[Written]:
    """What was typed of the column, in the order of the kinds."""
    return [
        Written(kind, text) for kind in InfoKind if (text := entries.get(f"written_{kind.value}"))
    ]


def _require_counted(action: Action) -> None:
    if action.move is not None and action.move.withdrawn_at is not None:
        raise OperationRefused(_("This move was withdrawn. Record the move anew."))
