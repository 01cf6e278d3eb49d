"""Every address × every role: what is answered, what it carries, and that opening it does nothing.

A route that the table does not know fails here.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from notifications.models import Notification
from tests.builders import sign_in
from tests.security.routes import World, routes
from tests.security.table import POSTS, ROLES, expected
from tests.security.visits import Visit, addresses, stayed, visits

pytestmark = pytest.mark.django_db

INLINE = re.compile(r"^on[a-z]+$")
ALLOWED = {"'none'", "'self'", "'script'"}
# Bookkeeping of the visit itself: the session, who of the staff looked, when a calendar asked.
OF_THE_VISIT = {
    "django_session",
    "usersessions_usersession",
    "privacy_access",
    "notifications_calendarlink",
}
# What a page carries whatever it says.
CARRIED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = {
    "default-src": ["'none'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "require-trusted-types-for": ["'script'"],
}
Look = Callable[[Visit, str], Iterable[str]]


def test_every_route_is_declared_and_no_other():
    found = {name for name, _ in routes()}
    declared = set(expected())
    assert found - declared == set(), "say in tests/security/table.py who may see these"
    assert declared - found == set(), "these are no longer there"


class _Inline(HTMLParser):
    """Collects what a strict policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(f"<{tag}>")
        self.found += [f"{tag} {name}" for name in names if name == "style" or INLINE.match(name)]
        self.found += [
            f"{tag} {name}={value}"
            for name, value in attrs
            if name in ("href", "src", "action") and (value or "").startswith("javascript:")
        ]


def the_role_gets_what_the_table_says(visit: Visit, role: str) -> Iterator[str]:
    wanted = expected()[visit.name][role]
    if visit.said != wanted:
        yield f"{visit.said}, not {wanted}"


def a_page_has_the_strict_policy_and_needs_no_exception(visit: Visit, role: str) -> Iterator[str]:
    if not visit.is_html:
        return
    parts = [part.split() for part in visit.headers["Content-Security-Policy"].split(";") if part]
    policy = {name: values for name, *values in filter(None, parts)}
    if not POLICY.items() <= policy.items():
        yield f"policy: {policy}"
    if more := {one for values in policy.values() for one in values} - ALLOWED:
        yield f"policy allows {more}"
    inline = _Inline()
    inline.feed(visit.body)
    yield from inline.found


def a_page_says_what_it_is_and_is_not_framed(visit: Visit, role: str) -> Iterator[str]:
    if visit.is_html and not CARRIED.items() <= visit.headers.items():
        yield f"carries {visit.headers}"


def nothing_a_signed_in_person_sees_is_kept_by_any_cache(visit: Visit, role: str) -> Iterator[str]:
    kept = "no-store" not in visit.headers.get("Cache-Control", "")
    if visit.is_html and role != "nobody" and kept:
        yield "may be kept"


def help_for_a_lost_card_is_one_click_away_on_a_page(visit: Visit, role: str) -> Iterator[str]:
    if visit.is_read and not re.search(r'href="/(en|ja)/cards/lost/"|tel:0120017827', visit.body):
        yield "no help for a lost card"


def opening_it_changes_nothing_so_a_scanner_of_mails_does_no_harm(
    visit: Visit, role: str
) -> Iterator[str]:
    if wrote := visit.wrote - OF_THE_VISIT:
        yield f"writes to {wrote}"


LOOKS: tuple[Look, ...] = (
    the_role_gets_what_the_table_says,
    a_page_has_the_strict_policy_and_needs_no_exception,
    a_page_says_what_it_is_and_is_not_framed,
    nothing_a_signed_in_person_sees_is_kept_by_any_cache,
    help_for_a_lost_card_is_one_click_away_on_a_page,
    opening_it_changes_nothing_so_a_scanner_of_mails_does_no_harm,
)


@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_each_role_as_it_should(role):
    """Each address is opened once and looked at in all these ways: opening it is what costs."""
    found = visits(role)
    trouble = [
        f"{visit.name}: {one}" for visit in found for look in LOOKS for one in look(visit, role)
    ]
    assert trouble == [], "\n".join(trouble)
    assert len([visit for visit in found if visit.is_read]) > 20


@pytest.mark.parametrize("role", ["resident", "superuser"])
def test_nor_does_asking_for_its_head(role):
    acted = []
    for name, address, client in addresses(World(), role):
        with CaptureQueriesContext(connection) as queries:
            client.head(address)
        if wrote := stayed(one["sql"] for one in queries) - OF_THE_VISIT:
            acted.append(f"{name}: {sorted(wrote)}")
    assert acted == []


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_act_where_the_table_says_and_nowhere_else(role):
    table = expected(POSTS)
    assert table.keys() <= expected().keys(), "these are no longer there"
    nowhere = dict.fromkeys(ROLES, "405")
    wrong = []
    for name, address, client in addresses(World(), role):
        answer = client.post(address)
        got = str(answer.status_code)
        if got == "302" and "/login/" in answer["Location"]:
            got = "in"
        wanted = table.get(name, nowhere)[role]
        if got != wanted:
            wrong.append(f"{name}: {got}, not {wanted}")
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_only_the_holder_marks_a_notification_as_read(role):
    world = World()
    client = Client()
    if person := world.people[role]:
        sign_in(client, person)
    answer = client.post(f"/en/notifications/{world.notification.pk}/read/")
    theirs = role in ("resident", "guardian")
    assert answer.status_code == (302 if theirs or role == "nobody" else 404)
    assert (Notification.objects.get().read_at is not None) is theirs


def test_what_is_not_yours_looks_exactly_like_what_is_not_there():
    world = World()
    client = Client()
    person = world.people["other"]
    assert person
    sign_in(client, person)

    def page(pk: int) -> str:
        answer = client.get(f"/en/notifications/{pk}/")
        assert answer.status_code == 404
        text = answer.content.decode().replace(f"/{pk}/", "/0/")
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)

    assert page(world.notification.pk) == page(999_999)
