"""A clerk's pages with a million cards, beside the same pages without any.

Each page several times, then once more to count its queries: exactly as many as with forty
thousand cards. A clerk asks for one office of forty, an auditor for all. What plots are drawn from
is worked out every ten minutes at most; what that costs is measured by itself.
"""

import os

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bench.desk_population import BORN_ON, add_desk, forget_desk
from bench.report import ROUNDS, PageTime, Report, seconds
from cards.models import Card
from tests.builders import make_office, make_staff, sign_in

# So many that each list and each search finds several people, also in a clerk's one office: where
# one person alone stands in a list, that look is written down as one at them, which asks more.
FEW = 40_000
CARDS = int(os.environ.get("BENCH_DESK_CARDS", "1000000"))
# Seconds. More than that is felt by who waits for a page.
SLOWEST = 1.0
# Once in ten minutes somebody waits for the plots as well.
SLOWEST_ANEW = 5.0
ANEW = ", its plots worked out anew"


def run(report: Report) -> None:
    """Measure on PostgreSQL; SQLite is for trying out, with thousands of cards."""
    if connection.vendor != "postgresql":
        return
    people = {"a clerk": staff("clerk"), "an auditor": staff("auditor")}
    empty = {name: timed(person) for name, person in people.items()}
    add_desk(FEW)
    few = {name: timed(person, rounds=1) for name, person in people.items()}
    forget_desk()
    add_desk(CARDS)
    for name, person in people.items():
        for page, (queries, took) in timed(person).items():
            before = few[name][page][0]
            assert queries == before, f"{page}, for {name}: {queries} queries, not {before}"
            without = empty[name].get(page, (0, []))[1]
            slowest = SLOWEST_ANEW if page.endswith(ANEW) else SLOWEST
            report.page(PageTime(name, page, CARDS, queries, took, without, slowest))
    forget_desk()


def staff(role: str) -> User:
    """A member of staff; a clerk of the first office."""
    person = make_staff(role, email=f"{role}@bench.example")
    if role == "clerk":
        person.offices.set([make_office("900001")])
    return person


def pages() -> dict[str, str]:
    """What a clerk opens all day. The card's own page once there is a card."""
    found = {
        "the desk": "/admin/",
        f"the desk{ANEW}": "/admin/",
        "search by name": "/admin/cards/card/?q=nguyen+lan",
        "search by a name in kana": "/admin/cards/card/?q=グエン",
        "search for nobody": "/admin/cards/card/?q=zzyzx",
        "search by birth date": f"/admin/cards/card/?q={BORN_ON}",
        "search by reference": "/admin/cards/card/?q=DESK-0000520",
        "search of residents": "/admin/accounts/resident/?q=santos",
        "list of residents": "/admin/accounts/resident/",
        "list of residents by birth date": "/admin/accounts/resident/?o=1",
        "list of cards": "/admin/cards/card/",
        "list of cards by holder": "/admin/cards/card/?o=1",
        "list of cards, the last to expire first": "/admin/cards/card/?o=-3",
        "list of suspended cards": "/admin/cards/card/?state=suspended",
        "list of expired cards": "/admin/cards/card/?state=expired",
        "list of cards that expire": "/admin/cards/card/?expires=30",
        "list of last days": "/admin/cards/deadline/?open=yes&when=14&about=moves",
        "list of last days, the nearest first": "/admin/cards/deadline/?o=0",
        "list of locked PINs": "/admin/cards/pinslot/?locked=yes",
        "list of applications": "/admin/cards/reissue/?open=yes",
        "list of mails": "/admin/notifications/delivery/",
        "list of mails by when they were sent": "/admin/notifications/delivery/?o=-5",
        "list of events": "/admin/cards/cardevent/",
        "the forecast": "/admin/forecast/",
        f"the forecast{ANEW}": "/admin/forecast/",
    }
    card = Card.objects.filter(reference="DESK-0000520").first()
    if card is not None:
        found["a card's page"] = f"/admin/cards/card/{card.pk}/change/"
        found["a resident's page"] = f"/admin/accounts/resident/{card.resident_id}/change/"
    return found


def timed(person: User, rounds: int = 2 * ROUNDS + 1) -> dict[str, tuple[int, list[float]]]:
    """Of each page: how many queries it asks, and seconds of each round."""
    client = Client()
    sign_in(client, person)
    found = {}
    for page, address in pages().items():

        def fetch(address: str = address, page: str = page) -> None:
            if page.endswith(ANEW):
                cache.clear()
            answer = client.get(address)
            assert answer.status_code == 200, (address, answer.status_code)

        fetch()
        took = [seconds(fetch) for _ in range(rounds)]
        with CaptureQueriesContext(connection) as asked:
            fetch()
        found[page] = (len(asked), took)
    return found
