"""About a thousand invented residents, in the proportions of the real population.

Chance is seeded: the same day gives the same thousand, and another day the same people with
their days moved along.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from random import Random

from cards.rules.kinds import CardVariant
from portal.demo.days import in_days, in_years
from portal.demo.names import name_of
from portal.demo.people import PEOPLE
from portal.demo.sheet import Row
from portal.demo.statuses import Stay, stay_of

SIZE = 1000

# Foreign residents of Japan by nationality or region, in thousands.
THOUSANDS: dict[str, int] = {
    "China": 901,
    "Viet Nam": 660,
    "Korea": 410,
    "Philippines": 350,
    "Nepal": 273,
    "Indonesia": 231,
    "Brazil": 211,
    "Myanmar": 160,
    "Sri Lanka": 73,
    "Taiwan": 71,
    "USA": 68,
    "Thailand": 67,
    "Peru": 49,
}

# What people read, as parts of ten.
_READ: dict[str, str] = {
    "China": "zh-hans " * 7 + "ja " * 2 + "en",
    "Viet Nam": "vi " * 8 + "ja-x-easy " * 2,
    "Korea": "ko " * 6 + "ja " * 4,
    "Philippines": "fil " * 5 + "en " * 4 + "ja",
    "Nepal": "ne " * 7 + "en " * 2 + "ja-x-easy",
    "Indonesia": "id " * 8 + "ja-x-easy " * 2,
    "Brazil": "pt-br " * 8 + "ja " * 2,
    "Myanmar": "my " * 8 + "ja-x-easy " * 2,
    "Sri Lanka": "si " * 6 + "en " * 4,
    "Taiwan": "zh-hant " * 7 + "ja " * 3,
    "USA": "en " * 9 + "ja",
    "Thailand": "th " * 7 + "ja " * 3,
    "Peru": "es " * 7 + "ja " * 3,
}
_QUARTERS = ("本町", "駅前", "川端", "若葉台", "みどり台", "東町", "南台", "旭台", "天神前")
_HOUSES = ("", "", " コーポ若葉", " 見本ハイツ", " メゾン川端", " 社員寮", " 市営住宅2号棟")
# Days since issue of the oldest cards: after four years certificates begin to end, one by one.
_OLDEST = 1480
_MAIL_HOSTS = ("example.com", "example.net", "example.org", "mail.test")


@dataclass(frozen=True, slots=True)
class Somebody:
    """A row of the sheet, and what the sheet does not say."""

    nationality: str
    row: Row


def population(today: date) -> list[Somebody]:
    """The whole thousand as of `today`: those of `PEOPLE` first, then the many."""
    chance = Random(20231001)  # noqa: S311 - invented people, nothing secret
    named = [Somebody(person.nationality, person.row(today)) for person in PEOPLE]
    still_to_come = Counter(shares()) - Counter(one.nationality for one in named)
    nationalities = sorted(still_to_come.elements())
    chance.shuffle(nationalities)
    many = [
        Somebody(nationality, _row(number, nationality, today, chance))
        for number, nationality in enumerate(nationalities, start=1)
    ]
    return named + many


def shares() -> dict[str, int]:
    """How many of `SIZE` people each nationality has: largest remainders."""
    whole = sum(THOUSANDS.values())
    found = {name: SIZE * count // whole for name, count in THOUSANDS.items()}
    by_remainder = sorted(THOUSANDS, key=lambda name: -(SIZE * THOUSANDS[name] % whole))
    for name in by_remainder[: SIZE - sum(found.values())]:
        found[name] += 1
    return found


def _row(number: int, nationality: str, today: date, chance: Random) -> Row:
    stay = stay_of(nationality, chance)
    birth_date = in_days(in_years(today, -stay.age), -chance.randrange(365))
    expires_on, issued_on = _card_days(stay, birth_date, today, chance)
    name = name_of(nationality, chance)
    office = chance.choice(("900001", "900001", "900001", "900002"))
    return Row(
        reference=f"{office}-{number:04}",
        office_code=office,
        name=name,
        birth_date=birth_date,
        address=_address(office, chance),
        residence_status=stay.status,
        period_of_stay_ends_on=_stay_ends_on(expires_on, stay, today, chance),
        variant=(CardVariant.PHOTO_ID if chance.random() < 0.02 else CardVariant.STANDARD).value,
        issued_on=issued_on,
        expires_on=expires_on,
        email=_email(number, name, chance),
        language=chance.choice(_READ[nationality].split()),
        **_move_days(issued_on, today, chance),
    )


def _card_days(stay: Stay, birth_date: date, today: date, chance: Random) -> tuple[date, date]:
    """(last day, day of issue). Two in a hundred cards have expired lately."""
    length = round(stay.years * 365.25)
    left = -chance.randrange(1, 120) if chance.random() < 0.02 else chance.randrange(2, length)
    held = chance.randrange(20, min(length + 60, _OLDEST))
    issued_on = max(in_days(today, -held + min(left, 0)), birth_date)
    return in_days(today, left), issued_on


def _stay_ends_on(expires_on: date, stay: Stay, today: date, chance: Random) -> date:
    """Mostly the card's last day. Some were granted longer and have not been to the counter."""
    if today < expires_on < in_days(today, 60) and chance.random() < 0.3:
        return in_years(expires_on, max(1, int(stay.years)))
    return expires_on


def _move_days(issued_on: date, today: date, chance: Random) -> dict[str, date | None]:
    """Nothing for most; a move that was completed, or one on its way, for one in ten."""
    kind, ago = chance.random(), chance.randrange(3, 13)
    if kind >= 0.10 or in_days(today, -60) < issued_on:
        return {}
    if kind < 0.06:
        moved_in_on = in_days(today, -ago - 30)
        return {
            "expected_move_out_on": in_days(moved_in_on, -1),
            "moved_in_on": moved_in_on,
            "notified_on": in_days(moved_in_on, 3),
            "card_updated_on": in_days(moved_in_on, 3 + ago),
        }
    if kind < 0.08:
        moved_in_on = in_days(today, -ago)
        return {"moved_in_on": moved_in_on, "notified_on": in_days(moved_in_on, 2)}
    return {"expected_move_out_on": in_days(today, ago)}


def _address(office: str, chance: Random) -> str:
    quarter, house = chance.choice(_QUARTERS), chance.choice(_HOUSES)
    room = f"{chance.randrange(1, 6)}0{chance.randrange(1, 9)}" if house else ""
    if office == "900001":
        block = (
            f"{chance.randrange(1, 8)}丁目{chance.randrange(1, 30)}番{chance.randrange(1, 20)}号"
        )
        return f"架空市{quarter}{block}{house}{room}"
    return f"見本町{quarter}{chance.randrange(10, 900)}番地{house}{room}"


def _email(number: int, name: str, chance: Random) -> str:
    """An address at a host that delivers nowhere; one in eight has none."""
    if chance.random() < 0.125:
        return ""
    given = "".join(c for c in name.split()[-2 if not name.isascii() else -1] if c.isascii())
    letters = "".join(c for c in given.lower() if c.isalpha())
    return f"{letters}{number}@{chance.choice(_MAIL_HOSTS)}"
