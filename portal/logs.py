"""What may stand in a log line: no Individual Number, no secret address, and no second line."""

import json
import logging
import re
from datetime import UTC, datetime

from cards.rules.individual_number import mask

# What opens a private calendar, or turns mails off: as a path or within a whole address.
_SECRET = re.compile(r"(/calendar/|/turn-off/)(?!end/)[^/\s\"']+/")

# What a reader of the log would take for the end of a line.
_WRITTEN_OUT = {end: repr(end)[1:-1] for end in "\n\r\v\f\x1b\x1c\x1d\x1e\x85\u2028\u2029"}


class MaskingFormatter(logging.Formatter):
    """Masks every 12-digit Individual Number in the finished line, exceptions included (G1), and
    secrets that stand in addresses. A message is one line, whatever was sent to us: nobody writes
    a line of the log that looks like the portal's own."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        return "".join(_WRITTEN_OUT.get(one, one) for one in super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        return _SECRET.sub(r"\1…/", mask(super().format(record)))


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for machines: the same, masked value by value.

    `time` is in UTC (RFC 3339), `level` and `logger` are Python's, `trace` stands where something
    broke.
    """

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            said["trace"] = self.formatException(record.exc_info)
        shown = {name: _SECRET.sub(r"\1…/", mask(value)) for name, value in said.items()}
        return json.dumps(shown, ensure_ascii=False)
