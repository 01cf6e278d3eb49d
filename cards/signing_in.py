"""Whether the holder's own card can sign in to the portal (G2, G4, G5②, G6, G9)."""

from django.db.models import F

from accounts.card_sign_in.own_card import Hindrance
from accounts.models import Relation, User
from cards import labels
from cards.models import Card
from cards.rules.kinds import CardVariant
from cards.rules.uses import sign_in_obstacle
from portal import clock


def card_hindrance(user: User) -> Hindrance | None:
    """What keeps the account's own card from signing in, or None.

    A newer card counts before one that it replaced. Nothing is known to hinder an account without
    a card of its own: its holder still waits for the letter, or looks after a child's card alone.
    Then the provider, which looked at the certificate itself, is believed.
    """
    newest = (
        Card.objects.filter(
            resident__holdings__user=user, resident__holdings__relation=Relation.SELF
        )
        .prefetch_related("certificates")
        .order_by(F("replaced_at").desc(nulls_first=True), "-issued_on", "-pk")
    )
    today = clock.today()
    obstacles = [
        sign_in_obstacle(
            state=card.state_on(today),
            variant=CardVariant(card.variant),
            certificates=[one.facts(card.expires_on) for one in card.certificates.all()],
            today=today,
        )
        for card in newest
    ]
    if not obstacles or None in obstacles:
        return None
    found = obstacles[0]
    assert found is not None  # noqa: S101 - None is not among them
    return Hindrance(labels.OBSTACLE[found], labels.MENDED_BY[found])
