"""Where the mails are: a directory of files 1.eml, 2.eml … in the order of arrival."""

import email
import email.policy
import os
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path


@dataclass(frozen=True)
class Kept:
    """A mail and the number it is known by."""

    number: int
    message: EmailMessage

    @property
    def to(self) -> str:
        return str(self.message.get("To", ""))

    @property
    def subject(self) -> str:
        return str(self.message.get("Subject", ""))

    @property
    def when(self) -> str:
        return str(self.message.get("Date", ""))


class Store:
    """Mails in a directory, which need not exist yet."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def keep(self, recipients: Iterable[str], content: bytes) -> Path:
        """Write one mail, its real recipients named on top; the file it is in."""
        self.directory.mkdir(parents=True, exist_ok=True)
        delivered = "".join(f"Delivered-To: {recipient}\r\n" for recipient in recipients)
        half = self.directory / f"{os.getpid()}.part"
        half.write_bytes(delivered.encode() + content)
        path = self.directory / f"{max(self.numbers(), default=0) + 1}.eml"
        half.replace(path)
        return path

    def numbers(self) -> list[int]:
        """The newest first."""
        names = (path.stem for path in self.directory.glob("*.eml"))
        return sorted((int(name) for name in names if name.isdecimal()), reverse=True)

    def read(self, number: int) -> Kept | None:
        """The mail of this number, or None."""
        try:
            content = (self.directory / f"{number}.eml").read_bytes()
        except FileNotFoundError:
            return None
        message = email.message_from_bytes(content, policy=email.policy.default)
        return Kept(number, message)

    def newest(self, count: int, *, to: str = "") -> list[Kept]:
        """At most `count` mails, newest first; with `to`, those sent to that address."""
        found: list[Kept] = []
        for number in self.numbers():
            kept = self.read(number)
            if kept and (not to or _is_to(kept.message, to)):
                found.append(kept)
            if len(found) == count:
                break
        return found


def _is_to(message: EmailMessage, address: str) -> bool:
    wanted = address.strip().casefold()
    recipients = message.get_all("Delivered-To", []) + message.get_all("To", [])
    return any(wanted in str(recipient).casefold() for recipient in recipients)
