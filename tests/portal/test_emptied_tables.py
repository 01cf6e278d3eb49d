"""What a test that commits leaves behind is gone for the next one, whichever way it is emptied."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import TransactionTestCase

from accounts.models import User
from cards.models import Card, CardEvent
from cards.operations import suspend
from tests.builders import hold, make_card, make_clerk, make_resident, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def everything() -> dict[str, Any]:
    """All rows of all tables, counted, and what the roles may do."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    rows: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - our own
            rows[table] = cursor.fetchone()[0]
    rows["models"] = sorted(ContentType.objects.values_list("app_label", "model"))
    rows["roles"] = sorted(Group.objects.values_list("name", "permissions__codename"))
    rows["permissions"] = sorted(Permission.objects.values_list("content_type__model", "codename"))
    return rows


def much_happens() -> None:
    user, card = make_user(), make_card(make_resident())
    hold(user, card.resident)
    suspend(card, by=user)
    role = make_clerk().groups.get()
    role.permissions.clear()
    Group.objects.filter(pk=role.pk).update(name="nobody knows")
    Permission.objects.filter(codename__startswith="add_").delete()
    ContentType.objects.filter(model="session").delete()
    Group.objects.create(name="new")


def test_nothing_is_left_and_the_roles_are_what_an_installation_begins_with():
    case = TransactionTestCase()
    case._fixture_teardown()
    begins_with = everything()
    assert begins_with["roles"]
    assert begins_with["permissions"]
    for _time in range(2):
        much_happens()
        assert CardEvent.objects.exists()
        assert everything() != begins_with
        case._fixture_teardown()
        assert everything() == begins_with
        assert not User.objects.exists()
        assert not Card.objects.exists()
    assert ContentType.objects.get_for_model(Card) in ContentType.objects.all()
