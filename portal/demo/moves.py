"""What no sheet tells of moves and names: told by a holder, or written on the card by a clerk."""

from accounts.models import User
from cards.models import Card
from cards.operations import Written, record_move, record_name_change, tell_move
from cards.rules.kinds import InfoKind, MoveKind
from cards.rules.moves import MoveDates
from portal import clock
from portal.demo.days import in_days

# Written on the card of DEMO-COLUMN-FULL, one after the other; days before today.
_ENTRIES = ((400, "架空市東町2番1号"), (200, "架空市南台5番3号"), (60, "架空市旭台1番9号"))


def move_and_rename(clerk: User) -> None:
    """A told move, a column that is full while another move waits, and a new name."""
    today = clock.today()
    tell_move(
        Card.objects.get(reference="DEMO-MOVE-TOLD"),
        kind=MoveKind.MOVE_OUT,
        dates=MoveDates(in_days(today, -1), in_days(today, 3)),
        by=None,
    )
    full = Card.objects.get(reference="DEMO-COLUMN-FULL")
    for ago, address in _ENTRIES:
        day = in_days(today, -ago)
        record_move(
            full,
            kind=MoveKind.RELOCATE,
            dates=MoveDates(moved_in_on=day, notified_on=day, card_updated_on=day),
            by=clerk,
            written=[Written(InfoKind.ADDRESS, address)],
            column_full=ago == _ENTRIES[-1][0],
        )
    dates = MoveDates(moved_in_on=in_days(today, -6), notified_on=in_days(today, -2))
    record_move(full, kind=MoveKind.RELOCATE, dates=dates, by=clerk)
    record_name_change(
        Card.objects.get(reference="DEMO-NEW-NAME"),
        name="SATO KAROLINA",
        changed_on=in_days(today, -5),
        by=clerk,
    )
