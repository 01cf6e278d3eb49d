"""What staff keep for the whole portal: fees that cannot overlap."""

import pytest
from django.db import IntegrityError, transaction

from cards.models import ReissueFee
from tests.builders import make_staff, sign_in

pytestmark = pytest.mark.django_db


def test_two_fees_from_the_same_day_are_refused_by_the_form_and_by_the_database(client, on_day):
    """A fee holds until the next one begins: beginning on one day is the only way to overlap."""
    on_day("2026-11-10")
    sign_in(client, make_staff("administrator"))
    typed = {"from_on": "2027-04-01", "card_only": 900, "with_certificates": 1_100}
    add = "/admin/cards/reissuefee/add/"
    assert client.post(add, typed).status_code == 302
    refused = client.post(add, typed | {"card_only": 950})
    assert refused.status_code == 200
    assert "already exists" in refused.content.decode()
    assert ReissueFee.objects.filter(from_on="2027-04-01").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        ReissueFee.objects.create(from_on="2027-04-01", card_only=1, with_certificates=1)
