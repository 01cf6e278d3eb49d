"""By how many MB this process grows while it imports: `python -m bench.import_memory FILE`."""

import os
import sys
from pathlib import Path

import django


def main(path: Path) -> None:
    django.setup()
    from bench.import_file import write_cards
    from cards.importing import import_cards

    few = path.with_name("one.csv")
    write_cards(few, 1)
    import_cards(few)  # modules, connection, statements
    before = peak = resident_bytes()

    def look(done: int, size: int, rows: int) -> None:
        nonlocal peak
        peak = max(peak, resident_bytes())

    assert not import_cards(path, progress=look).refused
    print((peak - before) / 1_000_000)


def resident_bytes() -> int:
    """Now, not at most: a process inherits its parent's peak."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
