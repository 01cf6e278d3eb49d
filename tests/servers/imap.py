"""A small IMAP server with one mailbox: the few words of RFC 3501 that reading it takes."""

import re
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

USER, PASSWORD = "bounces", "a secret word"


@dataclass
class ImapServer:
    """`mails` are those in the mailbox, by uid; `seen` those that count as read."""

    host: str = "127.0.0.1"
    port: int = 0
    mails: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    # These it does not give out.
    withheld: set[int] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"imap://{USER}:{PASSWORD.replace(' ', '%20')}@{self.host}:{self.port}/INBOX"

    def put(self, content: bytes) -> int:
        uid = max(self.mails, default=0) + 1
        self.mails[uid] = content
        return uid

    def answer(self, words: str) -> Iterator[bytes]:
        """What comes before the tagged line, for one command."""
        if words.startswith("UID SEARCH"):
            fresh = " ".join(str(uid) for uid in self.mails if uid not in self.seen)
            yield f"* SEARCH {fresh}".rstrip().encode()
        elif found := re.match(r"UID FETCH (\d+)", words):
            content = self.mails[int(found[1])]
            yield b"* 1 FETCH (UID %s BODY[] {%d}\r\n%s)" % (
                found[1].encode(),
                len(content),
                content,
            )
        elif found := re.match(r"UID STORE (\d+) \+FLAGS (.+)", words):
            uid = int(found[1])
            self.seen.add(uid)
            if r"\Deleted" in found[2]:
                del self.mails[uid]
        elif words.startswith("SELECT"):
            yield b"* %d EXISTS" % len(self.mails)


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server: Any = self.server
        self.wfile.write(b"* OK IMAP4rev1 ready\r\n")
        while line := self.rfile.readline().decode().strip():
            tag, words = line.split(" ", 1)
            if words == "CAPABILITY":
                self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
            if words.startswith("LOGIN"):
                fine = words in (f'LOGIN {USER} "{PASSWORD}"', f'LOGIN "{USER}" "{PASSWORD}"')
                if not fine:
                    self.wfile.write(f"{tag} NO Wrong password\r\n".encode())
                    continue
            fetched = re.match(r"UID FETCH (\d+)", words)
            if fetched and int(fetched[1]) in server.box.withheld:
                self.wfile.write(f"{tag} NO [SERVERBUG] Internal error\r\n".encode())
                continue
            for part in server.box.answer(words):
                self.wfile.write(part + b"\r\n")
            self.wfile.write(f"{tag} OK done\r\n".encode())
            if words == "LOGOUT":
                return


@pytest.fixture
def imap_server() -> Iterator[ImapServer]:
    """A running server with an empty mailbox."""
    box = ImapServer()
    with socketserver.ThreadingTCPServer((box.host, 0), _Conversation) as server:
        server.daemon_threads = True
        server.box = box
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield box
        server.shutdown()
