"""Birth dates in a query, in the writings usual at a counter in Japan.

1990-01-02, 1990/1/2, 1990.1.2, 19900102, 1990年1月2日; 2.1.1990, and 2/1/1990 as either 2 January
or 1 February; 2 Jan 1990, January 2, 1990; 平成2年1月2日, 昭和64.1.2, H2.1.2, 令和元年5月1日.
"""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from datetime import date

# The Western year before each era's first.
_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_ERAS |= {letter: _ERAS[era] for letter, era in zip("mtshr", list(_ERAS), strict=True)}
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

_YEAR_FIRST = r"(?P<year>[12]\d{3})"
_MONTH = r"(?P<month>[a-z]{3})[a-z]*\.?"
_WRITINGS = [
    rf"{_YEAR_FIRST}(?P<m>\d\d)(?P<d>\d\d)",
    rf"{_YEAR_FIRST}\s?[-/.年]\s?(?P<m>\d\d?)\s?[-/.月]\s?(?P<d>\d\d?)(?:日|\.)?",
    r"(?P<d>\d\d?)\.\s?(?P<m>\d\d?)\.\s?(?P<year>[12]\d{3})",
    r"(?P<a>\d\d?)\s?[-/]\s?(?P<b>\d\d?)\s?[-/]\s?(?P<year>[12]\d{3})",
    rf"(?P<d>\d\d?)(?:st|nd|rd|th|\.)?[\s-]{_MONTH}[\s-](?P<year>[12]\d{{3}})",
    rf"{_MONTH}\s(?P<d>\d\d?)(?:st|nd|rd|th)?,?\s(?P<year>[12]\d{{3}})",
    rf"(?P<era>{'|'.join(list(_ERAS)[:5])}|[mtshr])\s?\.?(?P<era_year>\d\d?|元)\s?[-/.年]\s?"
    r"(?P<m>\d\d?)\s?[-/.月]\s?(?P<d>\d\d?)(?:日|\.)?",
]
_DATE = [re.compile(rf"(?<![\w-])(?:{writing})(?![\w-])") for writing in _WRITINGS]


def taken_from(query: str) -> tuple[list[list[date]], str]:
    """Each date that stands in the query, as the days it may mean; and the rest of the query."""
    rest = unicodedata.normalize("NFKC", query)
    found: list[list[date]] = []
    for pattern in _DATE:
        for match in reversed(list(pattern.finditer(rest.casefold()))):
            days = list(dict.fromkeys(_days(match.groupdict())))
            if days and len(rest.casefold()) == len(rest):
                found.append(days)
                rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    return found, rest.strip()


def _days(written: dict[str, str | None]) -> Iterator[date]:
    """The days that exist of those it may mean."""
    year = int(written.get("year") or 0)
    if era := written.get("era"):
        era_year = written["era_year"] or ""
        year = _ERAS[era] + (1 if era_year == "元" else int(era_year))
    month, day = written.get("m"), written.get("d")
    pairs = [(month, day)]
    if "a" in written:  # the day first, or the month
        pairs = [(written["b"], written["a"]), (written["a"], written["b"])]
    if name := written.get("month"):
        pairs = [(str(_MONTHS.index(name) + 1), day)] if name in _MONTHS else []
    for one_month, one_day in pairs:
        with suppress(ValueError):
            yield date(year, int(one_month or 0), int(one_day or 0))
