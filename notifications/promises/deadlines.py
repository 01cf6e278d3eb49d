"""Every card has the deadlines that its facts call for: what has none is never alerted of."""

from collections.abc import Iterator

from cards.proving import cards_with_wrong_deadlines

# So many cards are named, by number.
NAMED = 5


def broken() -> Iterator[str]:
    count, named = 0, []
    for card in cards_with_wrong_deadlines():
        count += 1
        if count <= NAMED:
            named.append(str(card))
    if count:
        more = ", …" if count > NAMED else ""
        yield (
            f"{count} cards have other deadlines than their facts call for: card "
            f"{', '.join(named)}{more}. They are worked out anew with the next change of a card's "
            "facts at the desk."
        )
