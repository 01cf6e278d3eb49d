"""One SMTP connection, used for many messages and opened again when it breaks."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable
from email.utils import parseaddr
from types import TracebackType

from django.conf import settings

from cards.rules.individual_number import mask
from notifications.messages.letter import one_line
from notifications.messages.prepared import envelope_address
from notifications.outbox.smtp import EmailBackend

_ADDRESS = re.compile(r"(?<!\S)\S*@\S*")
# Connections broken one after the other until it is taken for the server's own trouble.
MANY_DROPS = 3
_TAKEN, _GO_AHEAD, CLOSING = 250, 354, 421
# What means yes to MAIL, RCPT and DATA.
_YES = ((_TAKEN,), (_TAKEN, 251), (_GO_AHEAD,))


class NotTaken(Exception):
    """The server answered no. The text is its answer, without addresses.

    `of_recipient`: it said so of the recipient alone, before it saw the message.
    """

    of_recipient = False


class TryLater(NotTaken):
    """4xx: not now, this message."""


class Refused(NotTaken):
    """5xx: never, this message."""


class ServerTrouble(NotTaken):
    """Nothing can be sent now, whichever message: not reached, not signed in, sender unwanted."""


class ManyDropped(ServerTrouble):
    """Nor this one, nor those before: the connection broke with each, though there is a server."""


class Dropped(NotTaken):
    """The server hung up in the middle; the message may have been taken or not."""


class _HungUp(NotTaken):
    """421, once it knew for whom the message is: it closes, and says why."""


class MailServer:
    """The server of Django's EMAIL_ settings. Opened on first use, closed by `with`."""

    def __init__(self) -> None:
        self._backend = EmailBackend()
        # Where reports of undelivered mail come back to.
        sender = settings.BOUNCE_ADDRESS or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
        self._sender = envelope_address(sender)
        self._used = False
        self._drops = 0

    def __enter__(self) -> MailServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._hang_up(politely=error is None)

    def open(self) -> None:
        """Connect unless connected. Raises ServerTrouble."""
        try:
            if self._backend.open():
                self._used = False
            self._smtp.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException) as trouble:
            self._hang_up(politely=False)
            raise ServerTrouble(_said(trouble)) from trouble

    @property
    def eight_bit(self) -> bool:
        """Whether the server takes more than ASCII (RFC 6152)."""
        return self._smtp.has_extn("8bitmime")

    def send(
        self,
        to: str,
        content: bytes,
        *,
        before: Callable[[], None],
        during: Callable[[], None],
    ) -> None:
        """Hand one message over: `content` with CRLF line ends, `to` from `envelope_address`.

        Two things to do while the server thinks: `before` it can have taken the message, and
        `during` its taking it; that one must not raise anything. Raises TryLater, Refused,
        ServerTrouble or Dropped; ManyDropped when it is one of several in a row.
        """
        self.open()
        try:
            try:
                self._introduce(to, before)
            except (ServerTrouble, _HungUp, OSError, smtplib.SMTPException):
                if not self._used:
                    raise
                # Servers end a connection after so many messages or seconds: take a new one.
                self._hang_up(politely=False)
                self.open()
                self._introduce(to, before)
            self._hand_over(content, during)
        except (TryLater, Refused):
            self._drops = 0
            raise
        except ServerTrouble:
            self._hang_up(politely=False)
            raise
        except (_HungUp, OSError, smtplib.SMTPException) as broken:
            # What one recipient or one message makes it do must not keep the others waiting.
            self._hang_up(politely=False)
            self._drops += 1
            if self._drops >= MANY_DROPS:
                raise ManyDropped(_said(broken)) from broken
            raise Dropped(_said(broken)) from broken
        self._used, self._drops = True, 0

    def _introduce(self, to: str, meanwhile: Callable[[], None]) -> None:
        """All of the conversation before the message itself."""
        # Both addresses come from `envelope_address`: nothing in them needs quoting.
        smtp = self._smtp
        options = " BODY=8BITMIME" if self.eight_bit else ""
        commands = [f"MAIL FROM:<{self._sender}>{options}", f"RCPT TO:<{to}>", "DATA"]
        # At once where the server takes them so (RFC 2920): one answer's time instead of three.
        together = smtp.has_extn("pipelining")
        smtp.send("".join(f"{command}\r\n" for command in commands[: 3 if together else 1]))
        meanwhile()
        refusal: NotTaken | None = None
        for command, yes in zip(commands, _YES, strict=True):
            if command is not commands[0] and not together:
                smtp.putcmd(command)
            try:
                code, answer = smtp.getreply()
            except (OSError, smtplib.SMTPException):
                if refusal is None:
                    raise
                code = CLOSING  # it said no and went: the answer counts
                break
            if code not in yes and refusal is None:
                unwanted = command is commands[0]
                refusal = ServerTrouble(_answer(code, answer)) if unwanted else _no(code, answer)
                refusal.of_recipient = command is commands[1]
            if code == CLOSING or (refusal and not together):
                break
        if refusal is None:
            return
        try:
            if code == _GO_AHEAD:  # pipelined, and the server waits for a message to nobody
                smtp.send(".\r\n")
                smtp.getreply()
            elif code != CLOSING:
                smtp.rset()
        except (OSError, smtplib.SMTPException):
            code = CLOSING
        if code == CLOSING:
            self._hang_up(politely=False)
        raise refusal

    def _hand_over(self, content: bytes, meanwhile: Callable[[], None]) -> None:
        smtp = self._smtp
        if b"\r\n." in content:
            content = content.replace(b"\r\n.", b"\r\n..")
        smtp.send(content + (b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"))
        meanwhile()
        code, answer = smtp.getreply()
        if code != _TAKEN:
            raise _no(code, answer)

    @property
    def _smtp(self) -> smtplib.SMTP:
        smtp = self._backend.connection
        assert smtp is not None  # noqa: S101 - opened by everyone who asks
        return smtp

    def _hang_up(self, *, politely: bool) -> None:
        smtp, self._backend.connection = self._backend.connection, None
        if smtp is None:
            return
        try:
            if politely:
                smtp.quit()
        except (OSError, smtplib.SMTPException):
            pass
        finally:
            smtp.close()


def _no(code: int, answer: bytes) -> NotTaken:
    if code == CLOSING:
        return _HungUp(_answer(code, answer))
    return Refused(_answer(code, answer)) if code >= 500 else TryLater(_answer(code, answer))


def _answer(code: int, answer: bytes) -> str:
    """What the server said, for staff: short, on one line, and without anyone's address."""
    return f"{code} {_to_keep(answer.decode('utf-8', 'replace'))}"[:200]


def _said(error: Exception) -> str:
    if isinstance(error, _HungUp):
        return str(error)
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        return _answer(error.smtp_code, answer if isinstance(answer, bytes) else answer.encode())
    return _to_keep(f"{type(error).__name__}: {error}")[:200]


def _to_keep(words: str) -> str:
    """On one line, without anyone's address, and without an Individual Number (G1)."""
    return mask(_ADDRESS.sub("…", one_line(words)))
