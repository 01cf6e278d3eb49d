"""A list of the desk that is too long to be sorted at once says so, and what to do."""

from datetime import date

import pytest
from django.test import Client

from tests.builders import make_card, make_resident, make_staff, sign_in

pytestmark = pytest.mark.django_db
TOO_LONG = "This list is too long to be sorted by a column. Narrow it first"
BY_BIRTH_DATE = "/admin/accounts/resident/?o=1"


@pytest.fixture
def auditor(client: Client) -> Client:
    """Sees three residents, and cards of theirs."""
    for name, born in (("AN", "1999-01-01"), ("BAO", "1980-01-01"), ("BINH", "1970-01-01")):
        make_card(make_resident(name=name, birth_date=date.fromisoformat(born)))
    sign_in(client, make_staff("auditor"))
    return client


def shown(client: Client, address: str) -> tuple[list[str], bool]:
    """The names in the order of the list, and whether it says that it is too long."""
    answer = client.get(address)
    names = [str(row.name) for row in answer.context["cl"].result_list]
    return names, TOO_LONG in answer.content.decode()


def test_a_list_is_sorted_by_a_column_while_it_is_short(auditor):
    assert shown(auditor, BY_BIRTH_DATE) == (["BINH", "BAO", "AN"], False)


def test_a_longer_one_stays_as_it_was_and_says_so_until_it_is_narrowed(auditor, monkeypatch):
    """Seen to fail without the limit: sorted all the same, in seconds with a million cards."""
    monkeypatch.setattr("accounts.admin.base.SORTED_AT_MOST", 2)
    assert shown(auditor, BY_BIRTH_DATE) == (["AN", "BAO", "BINH"], True)
    assert shown(auditor, "/admin/accounts/resident/") == (["AN", "BAO", "BINH"], False)
    assert shown(auditor, f"{BY_BIRTH_DATE}&q=b") == (["BINH", "BAO"], False)
