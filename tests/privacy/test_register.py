"""Every table says whose data it holds; the page and the download tell it all."""

import pytest
from django.apps import apps
from django.test import Client

from privacy.register import NOT_PERSONAL, TOPICS, tables
from tests.builders import make_user, sign_in

pytestmark = pytest.mark.django_db


def test_every_table_is_in_the_register_or_says_nothing_of_anybody() -> None:
    """A new model fails here: say in privacy/register.py whose data it holds."""
    found = {model._meta.label_lower for model in apps.get_models()}
    registered = [table.model for table in tables()]
    assert len(registered) == len(set(registered)), "a table stands in the register twice"
    assert found - set(registered) - set(NOT_PERSONAL) == set()
    assert set(registered) & set(NOT_PERSONAL) == set()


def test_no_table_with_a_person_in_it_is_called_impersonal() -> None:
    """Whatever points at an account, a resident or a card is about somebody."""
    for model in apps.get_models():
        label = model._meta.label_lower
        if label in NOT_PERSONAL:
            pointed = {
                one.related_model._meta.label_lower
                for one in model._meta.concrete_fields
                if one.is_relation
            }
            assert not pointed & {"accounts.user", "accounts.resident", "cards.card"}, label


def test_every_table_of_the_register_leads_to_a_person_and_its_left_out_fields_exist() -> None:
    for table in tables():
        model = apps.get_model(table.model)
        assert table.resident or table.account, table.model
        for lookup in filter(None, (table.resident, table.account)):
            assert model._default_manager.filter(**{lookup: 0}).count() == 0
        names = {one.name for one in model._meta.concrete_fields}
        assert set(table.left_out) <= names, table.model


@pytest.mark.parametrize(
    ("language", "number"), [("en", "The 12-digit Individual Number is nowhere"), ("ja", "12桁")]
)
def test_the_page_tells_each_topic_in_plain_words(language: str, number: str) -> None:
    from django.utils import translation
    from django.utils.html import escape

    client = Client()
    sign_in(client, make_user())
    page = client.get(f"/{language}/privacy/").content.decode()
    assert number in page
    told = 0
    with translation.override(language):
        for topic in TOPICS:
            if any(table.is_installed for table in topic.tables):
                for words in (topic.title, topic.what, topic.why, topic.how_long):
                    assert escape(str(words)) in page
                told += 1
    assert told >= 10
