"""Reports that say in words alone what failed: qmail's, Exim's older ones. Plain Python.

Only these two are known, each by its own mark: an answer that quotes our mail is no report.
"""

import re
from collections.abc import Iterator
from email.message import Message
from typing import NamedTuple

# What is read of the words about one recipient, and of the text before and after the mail begins.
_WORDS, _READ = 1000, 20_000
_QMAIL = re.compile(r"\s*Hi\. This is the ")
_QMAILS_COPY = "\n--- Below this line is a copy of the message."
_QMAILS_RECIPIENT = re.compile(r"^<([^<>\s@]+@[^<>\s@]+)>:$", re.MULTILINE)
_EXIMS_COPY = re.compile(r"^-{4,} This is a copy of (?:the|your) message.*$", re.MULTILINE)
_SMTP = re.compile(r"(?:^|\bsaid: ?|>: ?)([45]\d\d[ -].*)", re.DOTALL | re.MULTILINE)


class InWords(NamedTuple):
    """Each address that failed with what was said of it, and the headers of the mail."""

    failed: tuple[tuple[str, str], ...]
    returned: str


def in_words(mail: Message) -> InWords | None:
    """What a mail reports; None if it is no such report."""
    if mail.is_multipart():
        return None
    text = text_of(mail).replace("\r\n", "\n")
    if _QMAIL.match(text):
        told, found, returned = text.partition(_QMAILS_COPY)
        addresses = _QMAILS_RECIPIENT.findall(told)
    else:
        named = str(mail.get("x-failed-recipients", ""))
        addresses = [one.strip() for one in named.split(",") if "@" in one]
        copy = _EXIMS_COPY.search(text)
        told, found = (text[: copy.start()], copy[0]) if copy else (text, "")
        returned = text[copy.end() :] if copy else ""
    if not addresses or not found:
        return None
    failed = tuple((address, said_below(told, address)) for address in addresses[:50])
    return InWords(failed, returned.lstrip()[:_READ])


def text_of(part: Message) -> str:
    """A part as text; "" where there is none."""
    raw = part.get_payload(decode=True)
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""


def said_below(text: str, address: str) -> str:
    """What stands below the line that names an address, up to the next empty one."""
    return "\n".join(_below(text, address.casefold()))[:_WORDS]


def _below(text: str, address: str) -> Iterator[str]:
    lines = iter(text[:_READ].splitlines())
    for line in lines:
        if line.strip(" \t<>:").casefold() == address:
            break
    for line in lines:
        if not line.strip():
            return
        yield line.strip()


def diagnosed(words: str) -> str:
    """As the field of a report: “smtp; 550 No such user” where a server's answer is quoted."""
    found = _SMTP.search(words)
    return f"smtp; {found[1]}" if found else f"x-words; {words}"
