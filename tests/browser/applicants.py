"""People who wait for a new card, for `scenes`."""

from datetime import date

from accounts.models import Relation, User
from cards.models import Card
from cards.operations import accept_reissue, ask_back_reissue, request_reissue
from cards.rules.kinds import ReissueReason, WaiverGround
from tests.builders import hold, make_card, make_clerk, make_resident, make_user


def asked_for_new_cards() -> User:
    """A guardian: one application was accepted, about another the office has a question."""
    user, clerk = make_user(), make_clerk()
    for reference, name in (("ACCEPTED", "NGUYEN VAN MINH"), ("ASKED", "WARNAKULASURIYA" * 4)):
        child = make_resident(name=name, birth_date=date(2020, 6, 1))
        hold(user, child, Relation.GUARDIAN)
        card = make_card(child, reference=reference)
        request_reissue(
            card,
            reason=ReissueReason.DAMAGED,
            with_certificates=True,
            claimed_ground=WaiverGround.DISASTER,
            circumstances="The roof fell on it.\nIt was the typhoon.",
            by=user,
        )
    accept_reissue(
        Card.objects.get(reference="ACCEPTED"), waiver=WaiverGround.DISASTER, note="Seen", by=clerk
    )
    ask_back_reissue(Card.objects.get(reference="ASKED"), question="Which day was it?", by=clerk)
    return user
