"""What may stand in a log line: no Individual Number, and no address that is a secret."""

import logging
import re

from cards.rules.individual_number import mask

# What opens a private calendar, or turns mails off: as a path or within a whole address.
_SECRET = re.compile(r"(/calendar/|/turn-off/)(?!end/)[^/\s\"']+/")


class MaskingFormatter(logging.Formatter):
    """Masks every 12-digit Individual Number in the finished line, exceptions included (G1), and
    secrets that stand in addresses."""

    def format(self, record: logging.LogRecord) -> str:
        return _SECRET.sub(r"\1…/", mask(super().format(record)))
