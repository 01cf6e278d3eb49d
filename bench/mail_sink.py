"""A mail server that takes everything and keeps nothing: `python -m bench.mail_sink PORT`.

aiosmtpd, saying PIPELINING as Postfix, Exim and every other server do that mail really goes to.
"""

import asyncio
import sys

from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP, Envelope, Session


class PipeliningSink(Sink):
    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, name: str, answers: list[str]
    ) -> list[str]:
        session.host_name = name
        return [answers[0], "250-PIPELINING", *answers[1:]]


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(PipeliningSink()), "127.0.0.1", port
    )
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
