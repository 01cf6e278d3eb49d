"""Which move a deadline is about: within the municipality, that is another notification (G5)."""

from django.db.models import Case, CharField, F, OuterRef, Subquery, When

from cards.models.move import Move
from cards.models.planned_move import PlannedMove
from cards.rules.kinds import DeadlineKind


def move_kind(deadline: str = "") -> Case:
    """The `MoveKind` of the move that a deadline counts from the move-in day of; else None.

    `deadline` is the path to it from the rows that this is asked of, "" for deadlines themselves.
    Of several moves on one day the one that stands counts, else the latest that did.
    """
    path = f"{deadline}__" if deadline else ""
    same_move = {
        "card": OuterRef(f"{path}card_id"),
        "moved_in_on": OuterRef(f"{path}counted_from"),
    }
    recorded = Move.objects.filter(**same_move).order_by(
        F("withdrawn_at").desc(nulls_first=True), "-pk"
    )
    told = PlannedMove.objects.filter(**same_move).order_by(
        F("closed_at").desc(nulls_first=True), "-pk"
    )
    return Case(
        When(
            **{f"{path}kind": DeadlineKind.MOVE_IN_14.value},
            then=Subquery(recorded.values("kind")[:1]),
        ),
        When(
            **{f"{path}kind": DeadlineKind.PLANNED_MOVE_IN_14.value},
            then=Subquery(told.values("kind")[:1]),
        ),
        output_field=CharField(),
    )
