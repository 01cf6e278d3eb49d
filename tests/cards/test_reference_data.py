"""What staff keep for the whole portal: fees that cannot overlap, reminder days to look at."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from cards.models import ReissueFee
from cards.rules.kinds import DeadlineKind
from cards.rules.reminders import LEAD_DAYS
from tests.builders import make_clerk, make_staff, sign_in

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


def test_the_reminder_days_shown_are_those_of_the_rules_and_why_they_are_fixed(client: Client):
    sign_in(client, make_clerk())
    page = client.get("/admin/cards/deadline/lead-days/").content.decode()
    rows = re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td>', page)
    assert len(rows) == len(LEAD_DAYS) == len(DeadlineKind)
    assert rows[0][0] == "The card expires"
    assert rows[0][1:] == ("90, 60, 30, 14, 7, 3, 1, 0", "Yes")
    assert "Why they cannot be changed here" in page
    assert (
        'href="/admin/cards/deadline/lead-days/"'
        in client.get("/admin/cards/deadline/").content.decode()
    )
