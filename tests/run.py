"""`make test`: the suite on SQLite, then on PostgreSQL, and a plain word on what ran where.

    python -m tests.run all|browser|faults [pytest's own arguments]

Browser and fault tests run once, on PostgreSQL, as the real thing does. What asks for no database
(rules, catalogues, `manage.py up` with its own) runs once, in the first of the two; everything else
on both.
"""

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

from tests import WITHOUT_DATABASE_RAN
from tests.servers.chromium import find_chromium
from tests.servers.postgres import NoPostgres, programs, throwaway_cluster

VAR = Path(__file__).resolve().parent.parent / "var"
SELECTED = {"browser": "browser", "faults": "faults"}
NOTHING_COLLECTED = 5
NOT_OURS = {"DEBUG", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "PORTAL_TODAY", "VAR_DIR"}
# The portal's processes are started a hundred times: what is compiled once is read again, 20% less.
NOT_OURS |= {"PYTHONDONTWRITEBYTECODE"}


def main(what: str, arguments: list[str]) -> int:
    """The worst exit code of all runs."""
    if complaint := _missing(what):
        print(complaint, file=sys.stderr)
        return 2
    VAR.mkdir(exist_ok=True)
    told: list[str] = []
    worst = 0
    if what == "all":
        worst, line = _pytest("SQLite", {}, ["-m", "not browser and not faults", *arguments])
        told.append(line)
    # Of a test's new tables nothing is known to the planner, which takes them for large ones and
    # compiles statements that then run for a millisecond: four fifths of its work. The benchmarks
    # and a real installation, whose tables are known, leave that as it is.
    with throwaway_cluster(jit="off") as cluster:
        marker = ["-m", SELECTED[what]] if what in SELECTED else []
        environment = {"DATABASE_URL": cluster.url}
        if what == "all":
            environment[WITHOUT_DATABASE_RAN] = "1"
        code, line = _pytest("PostgreSQL", environment, [*marker, *arguments])
        told.append(line)
    if what == "all":
        told.append("What asks for no database ran once, with SQLite.")
    print("\n" + "\n".join(told))
    return worst or code


def _missing(what: str) -> str | None:
    """One line saying what to install, or None."""
    try:
        programs()
    except NoPostgres as none:
        return str(none)
    if what != "faults" and find_chromium() is None:
        return "No Chromium found. On Debian: apt-get install chromium fonts-noto-cjk"
    return None


def _pytest(database: str, environment: dict[str, str], arguments: list[str]) -> tuple[int, str]:
    """Run pytest; its exit code, and one line about it."""
    print(f"== Tests on {database} ==", flush=True)
    report = VAR / f"tests-{database.lower()}.xml"
    report.unlink(missing_ok=True)
    # What a developer has set for the portal itself is not the tests' business.
    clean = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    began = time.monotonic()
    code = subprocess.call(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-n",
            "2",
            # In small helpings: with large ones the last of the slow ones fell to one worker alone.
            # In their order, too: those that empty the tables come last.
            "--maxschedchunk",
            "8",
            f"--junitxml={report}",
            *arguments,
        ],
        env=clean | {"REQUIRE_BROWSER": "1"} | environment,
    )
    took = f"{time.monotonic() - began:.0f} s"
    if code == NOTHING_COLLECTED:
        return 0, f"{database}: nothing to run"
    if not report.exists():
        return code, f"{database}: pytest did not finish (exit code {code})"
    suite = ET.parse(report).getroot()[0]  # noqa: S314 - our own report
    count = {name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")}
    bad = count["failures"] + count["errors"]
    passed = count["tests"] - bad - count["skipped"]
    line = f"{database}: {passed} passed, {bad} failed, {count['skipped']} skipped, in {took}"
    return code, line


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
