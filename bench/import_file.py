"""Files of cards for the benchmark, the same every time."""

import random
from datetime import date, timedelta
from pathlib import Path

from cards.importing.columns import COLUMNS

OFFICE_CODES = ("900001", "900002")


def write_cards(path: Path, count: int, seed: int = 1) -> None:
    """A file of so many plausible residents, the same every time; one in ten has moved."""
    chance = random.Random(seed)
    start = date(2026, 11, 22)
    names = (
        "NGUYEN THI LAN",
        "王 小明",
        "MARIA CLARA DELA CRUZ SANTOS",
        "SHRESTHA BIKASH",
        "金 民秀",
    )
    streets = ("日の出市中央", "2-3-4 Minami, Hinode City ", "みなと市港町")
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(COLUMNS) + "\n")
        for number in range(count):
            birth = date(1950, 1, 1) + timedelta(chance.randrange(25_000))
            issued = start - timedelta(chance.randrange(1_500))
            expires = start + timedelta(chance.randrange(-100, 1_800))
            address = f"{chance.choice(streets)}{chance.randrange(1, 99)}-{chance.randrange(1, 30)}"
            moved: date | str = ""
            if number % 10 == 0:
                moved = min(issued + timedelta(chance.randrange(400)), start)
            cells = (
                f"B-{number:07}",
                chance.choice(OFFICE_CODES),
                chance.choice(names),
                birth,
                f'"{address}"' if "," in address else address,
                "Engineer / Specialist in Humanities / International Services",
                max(expires, issued),
                "photo_id" if number % 50 == 0 else "standard",
                issued,
                max(expires, issued),
                f"resident{number}@example.org",
                chance.choice(("en", "ja", "vi", "zh-hans", "ne", "")),
                "",
                moved,
                moved if number % 20 == 0 else "",
                moved if number % 40 == 0 else "",
            )
            file.write(",".join(map(str, cells)) + "\n")
