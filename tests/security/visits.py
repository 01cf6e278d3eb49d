"""What each role is answered at every address: asked once, to be looked at in many ways."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.builders import sign_in
from tests.security.routes import World, routes

WRITES = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')


class Visit(NamedTuple):
    """An address by its name, the answer to GET, and the tables that opening it wrote to."""

    name: str
    status: int
    headers: dict[str, str]
    body: str
    wrote: set[str]

    @property
    def is_html(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("text/html")

    @property
    def is_read(self) -> bool:
        """Whether it is a page for somebody to read, which does not only lead on."""
        return self.is_html and self.status not in (301, 302, 405)

    @property
    def said(self) -> str:
        """The status; "in" where it only leads to the sign-in."""
        leads_in = self.status == 302 and "/login/" in self.headers["Location"]
        return "in" if leads_in else str(self.status)


def addresses(world: World, role: str) -> Iterator[tuple[str, str, Client]]:
    """Each route and its address, with a browser in which this role has just signed in.

    What one of them did must not change what the next one meets: all of it is taken back.
    """
    signed_in = Client()
    if person := world.people[role]:
        sign_in(signed_in, person)
    for name, parameters in dict(routes()).items():
        before = transaction.savepoint()
        client = Client(raise_request_exception=False)
        client.cookies.load({name: one.value for name, one in signed_in.cookies.items()})
        yield name, world.address(name, parameters), client
        transaction.savepoint_rollback(before)


def visits(role: str) -> list[Visit]:
    """Every address, opened by this role."""
    found = []
    for name, address, client in addresses(World(), role):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        wrote = stayed(one["sql"] for one in queries)
        found.append(Visit(name, answer.status_code, dict(answer.headers), body(answer), wrote))
    return found


def body(answer: HttpResponseBase) -> str:
    """The text of an answer; nothing of a file that is handed over piece by piece."""
    content = b"" if answer.streaming else answer.content
    return str(content, "utf-8", "replace")


def stayed(statements: Iterable[str]) -> set[str]:
    """Tables that were written to; what was only rehearsed and rolled back does not count."""
    written: list[str] = []
    began: dict[str, int] = {}
    for sql in statements:
        if found := re.match(r"SAVEPOINT (\S+)", sql):
            began[found[1]] = len(written)
        elif found := re.match(r"ROLLBACK TO SAVEPOINT (\S+)", sql):
            del written[began[found[1]] :]
        elif found := WRITES.match(sql):
            written.append(found[1])
    return set(written)
