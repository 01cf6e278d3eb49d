"""A small SMTP server that keeps each mail as a file: `python -m portal.mailbox.server FD DIR`.

Takes everything and delivers nothing. FD is the listening socket that `manage.py up` hands on.
"""

import asyncio
import signal
import sys
from pathlib import Path
from socket import socket

from aiosmtpd.smtp import SMTP, Envelope, Session

from portal.mailbox.store import Store

LARGEST = 20_000_000  # bytes


class Keeper:
    """What aiosmtpd asks about each message."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        kept = self.store.keep(envelope.rcpt_tos, envelope.original_content or b"")
        print(f"kept {kept.name}", flush=True)
        return "250 Kept"


async def serve(listening: socket, store: Store) -> None:
    """Until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for wish in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(wish, stop.set)
    keeper = Keeper(store)
    server = await loop.create_server(
        lambda: SMTP(keeper, enable_SMTPUTF8=True, data_size_limit=LARGEST, loop=loop),
        sock=listening,
    )
    async with server:
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(serve(socket(fileno=int(sys.argv[1])), Store(Path(sys.argv[2]))))
