"""Every benchmark on the database of DATABASE_URL: `python -m bench.one DATABASE [name …]`."""

import importlib
import sys
from pathlib import Path

import django

from bench.report import Report


def main(database: str, names: list[str]) -> None:
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    for path in sorted(Path(__file__).parent.glob("*_bench.py")):
        name = path.stem.removesuffix("_bench")
        if not names or name in names:
            call_command("flush", interactive=False, verbosity=0)
            report = Report(database)
            importlib.import_module(f"bench.{path.stem}").run(report)
            report.keep(name)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
