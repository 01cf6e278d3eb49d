"""Every address × every role. A route that the table does not know fails here."""

import re
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client

from notifications.models import Notification
from tests.builders import sign_in
from tests.security.routes import World, routes
from tests.security.table import POSTS, ROLES, expected

pytestmark = pytest.mark.django_db


def test_every_route_is_declared_and_no_other():
    found = {name for name, _ in routes()}
    declared = set(expected())
    assert found - declared == set(), "say in tests/security/table.py who may see these"
    assert declared - found == set(), "these are no longer there"


def _addresses(world: World, role: str) -> Iterator[tuple[str, tuple[str, ...], Client]]:
    """Each route, with a browser in which this role has just signed in.

    What one of them did must not change what the next one meets: all of it is taken back.
    """
    signed_in = Client()
    if person := world.people[role]:
        sign_in(signed_in, person)
    for name, parameters in dict(routes()).items():
        before = transaction.savepoint()
        client = Client(raise_request_exception=False)
        client.cookies.load({name: one.value for name, one in signed_in.cookies.items()})
        yield name, parameters, client
        transaction.savepoint_rollback(before)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_table_says(role):
    world = World()
    table = expected()
    wrong = []
    for name, parameters, client in _addresses(world, role):
        answer = client.get(world.address(name, parameters))
        got = str(answer.status_code)
        if got == "302" and "/login/" in answer["Location"]:
            got = "in"
        if got != table[name][role]:
            wrong.append(f"{name}: {got}, not {table[name][role]}")
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_act_where_the_table_says_and_nowhere_else(role):
    world = World()
    table = expected(POSTS)
    assert table.keys() <= expected().keys(), "these are no longer there"
    nowhere = dict.fromkeys(ROLES, "405")
    wrong = []
    for name, parameters, client in _addresses(world, role):
        answer = client.post(world.address(name, parameters))
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
