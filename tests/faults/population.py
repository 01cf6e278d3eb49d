"""Many people whose reminder is due, in a few statements."""

from datetime import date, timedelta

from accounts.models import Resident
from cards.models import Card, Deadline
from cards.rules.kinds import DeadlineKind
from portal import clock
from tests.builders import make_office


def address(number: int) -> str:
    return f"r{number}@example.org"


def people(
    count: int, *, last_day: date | None = None, first: int = 1, emails: int | None = None
) -> None:
    """So many residents of one office, each with a card whose last day is near (in 30 days).

    The first `emails` of them (all, if not said) have the contact address `address(number)`.
    """
    today, office = clock.today(), make_office()
    day = last_day or today + timedelta(30)
    numbers = range(first, first + count)
    with_address = first + (count if emails is None else emails)
    residents = Resident.objects.bulk_create(
        (
            Resident(
                office=office,
                name=f"RESIDENT {n}",
                search_key=f"resident {n}",
                birth_date=date(1990, 1, 1),
                address="Minami 1",
                residence_status="Engineer",
                period_of_stay_ends_on=day,
                email=address(n) if n < with_address else "",
                language="en" if n % 4 else "ja",
            )
            for n in numbers
        ),
        batch_size=2000,
    )
    cards = Card.objects.bulk_create(
        (
            Card(
                reference=f"FAULT-{n:06}",
                resident=resident,
                variant="standard",
                issued_on=day - timedelta(700),
                expires_on=day,
            )
            for n, resident in zip(numbers, residents, strict=True)
        ),
        batch_size=2000,
    )
    Deadline.objects.bulk_create(
        (
            Deadline(
                card=card,
                kind=DeadlineKind.CARD_EXPIRY.value,
                last_day=day,
                counted_from=day,
                next_alert_on=min(today, day) - timedelta(10),
            )
            for card in cards
        ),
        batch_size=2000,
    )
