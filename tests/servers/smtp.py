"""A real SMTP server that collects mail, and misbehaves on command."""

import asyncio
import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

_MESSAGE_ID = re.compile(rb"^Message-ID: (\S+)", re.MULTILINE)
MANNERS = (
    *("well", "refuse", "4xx", "5xx", "slow", "drop", "not you"),
    *("421", "421 after", "5xx and gone", "5xx after", "full", "5xx with a number", "gone"),
)
_ANSWER = re.compile(r"[45]\d\d .+")


@dataclass
class SmtpSink:
    """Every message taken, parsed, in the order of arrival.

    `behave(manner, to=None, seconds=…)` sets what it does from now on, to everyone or only to
    one recipient: "well"; "refuse" (421 and closed on connecting, always to everyone); "not you"
    (550 to MAIL FROM, always to everyone); "4xx", "full" (452), "5xx" and
    "5xx with a number", an Individual Number in its words (to RCPT); "slow" (waits
    before its yes to DATA); "drop" (keeps the message, then cuts the connection instead of
    answering); "421" (to RCPT) and "421 after" (to the message), closing; "5xx and gone" (to
    RCPT, closing without waiting); "gone" (at RCPT, without a word); "5xx after" (to the message).
    Any other answer, written out (“450 4.2.0 Greylisted”), is given to RCPT. Where `takes` is a
    number, that many messages are taken, then none for its rate, for which it says `too_many`.
    Where `ends_after` is one, it closes a connection (421) instead of taking more than so many.
    Whoever signs in is answered 535. `pipelining` says whether it offers that (RFC 2920).
    With `only_ids` it keeps of each message but its Message-ID, in `ids`: for very many.
    """

    host: str = "127.0.0.1"
    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    connections: int = 0
    refused: list[str] = field(default_factory=list)
    pipelining: bool = False
    only_ids: bool = False
    takes: int | None = None
    too_many: str = "450 4.7.1 Too many messages"
    ends_after: int | None = None
    ids: list[str] = field(default_factory=list)
    _manner: str = "well"
    _to: dict[str, str] = field(default_factory=dict)
    _seconds: float = 1.0

    def behave(self, manner: str, *, to: str | None = None, seconds: float = 1.0) -> None:
        if manner not in MANNERS and not _ANSWER.fullmatch(manner):
            raise ValueError(f"A sink behaves in one of {MANNERS}")
        if to is None:
            self._manner = manner
        else:
            self._to[to] = manner
        self._seconds = seconds

    def to(self, address: str) -> list[EmailMessage]:
        """What this address was sent."""
        return [m for m in self.messages if address in m["To"]]

    def clear(self) -> None:
        self.messages.clear()

    def manner_to(self, address: str) -> str:
        return self._to.get(address, self._manner)

    def _close_after(self, server: SMTP) -> None:
        """Once the answer is on its way."""
        assert isinstance(server.transport, asyncio.WriteTransport)
        asyncio.get_running_loop().call_later(0.02, server.transport.close)

    # What aiosmtpd calls.
    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, name: str, answers: list[str]
    ) -> list[str]:
        session.host_name = name
        extra = ["250-PIPELINING"] if self.pipelining else []
        return [answers[0], *extra, *answers[1:]]

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._manner == "not you":
            return "550 5.7.1 Not you"
        session.mails = getattr(session, "mails", 0) + 1
        if self.ends_after is not None and session.mails > self.ends_after:
            self._close_after(server)
            return "421 4.7.0 Enough for one connection"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        manner = self.manner_to(address)
        if self.takes is not None:
            self.takes -= 1
            if self.takes < 0:
                manner = self.too_many
        if _ANSWER.fullmatch(manner):
            self.refused.append(address)
            return manner
        match manner:
            case "gone":
                assert isinstance(server.transport, asyncio.WriteTransport)
                server.transport.close()
            case "4xx":
                self.refused.append(address)
                return "451 4.3.0 Try again later"
            case "full":
                self.refused.append(address)
                return "452 4.2.2 The mailbox is full"
            case "5xx":
                self.refused.append(address)
                return "550 5.1.1 No such mailbox"
            case "5xx with a number":
                self.refused.append(address)
                return "550 5.1.1 No such mailbox: 1234-5678-9018"
            case "5xx and gone":
                self.refused.append(address)
                await server.push("550 5.1.1 No such mailbox")
                assert isinstance(server.transport, asyncio.WriteTransport)
                server.transport.close()
            case "421":
                self.refused.append(address)
                self._close_after(server)
                return "421 4.7.0 Too many to this one"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.original_content or b""
        if self.only_ids:
            heading = content.partition(b"\r\n\r\n")[0]
            self.ids += [found.decode() for found in _MESSAGE_ID.findall(heading)]
            return "250 Taken"
        message = email.message_from_bytes(content, policy=email.policy.default)
        manners = {self.manner_to(address) for address in envelope.rcpt_tos}
        if "421 after" in manners:
            self._close_after(server)
            return "421 4.3.0 Not this one"
        if "5xx after" in manners:
            return "550 5.1.1 No such mailbox"
        if "slow" in manners:
            await asyncio.sleep(self._seconds)
        self.messages.append(message)
        if "drop" in manners and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        return "250 Taken"


class _Refusing(SMTP):
    """Says 421 instead of hello while the sink refuses."""

    async def _handle_client(self) -> None:
        sink = self.event_handler
        sink.connections += 1
        if sink._manner == "refuse":
            await self.push("421 4.3.2 Not now")
            if self.transport is not None:
                self.transport.close()
            return
        await super()._handle_client()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """Very many messages are taken whole, not line by line: reading them so took longer than
        writing and sending them."""
        sink = self.event_handler
        assert self.envelope is not None
        if not sink.only_ids or arg or not self.envelope.rcpt_tos:
            await super().smtp_DATA(arg)
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        self.envelope.original_content = await self._whole_message()
        answer = await sink.handle_DATA(self, self.session, self.envelope)
        self._set_post_data_state()
        await self.push(answer)

    async def _whole_message(self) -> bytes:
        parts: list[bytes] = []
        try:
            while True:
                try:
                    return b"".join([*parts, await self._reader.readuntil(b"\r\n.\r\n")])
                except asyncio.LimitOverrunError as more:
                    parts.append(await self._reader.readexactly(more.consumed))
        except asyncio.CancelledError:  # the sender was killed
            self._writer.close()
            raise


class _SinkController(Controller):
    def factory(self) -> SMTP:
        return _Refusing(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        """The system chose the port; say hello there, as aiosmtpd does after starting."""
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def smtp_sink(settings: Any) -> Iterator[SmtpSink]:
    """A running sink on a free port; Django's mail settings point at it."""
    sink = SmtpSink()
    controller = _SinkController(
        sink, hostname=sink.host, port=0, enable_SMTPUTF8=True, auth_require_tls=False
    )
    controller.start()
    sink.port, sink.connections = controller.port, 0
    settings.EMAIL_BACKEND = "notifications.outbox.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = sink.host, sink.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield sink
    controller.stop()
