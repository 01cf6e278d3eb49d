"""What staff keep for the whole portal: fees that cannot overlap."""

import pytest
from django.db import IntegrityError, transaction

from cards.models import ReissueFee
from cards.operations import request_reissue
from cards.rules.kinds import ReissueReason
from tests.builders import make_card, make_staff, make_user, sign_in

pytestmark = pytest.mark.django_db


def test_two_fees_from_the_same_day_are_refused_by_the_form_and_by_the_database(client, on_day):
    """A fee holds until the next one begins: beginning on one day is the only way to overlap."""
    on_day("2026-11-10")
    sign_in(client, make_staff("administrator"))
    typed = {"from_on": "2027-04-01", "card_only": 900, "with_certificates": 1_100}
    typed["confirmed"] = "yes"
    add = "/admin/cards/reissuefee/add/"
    assert client.post(add, typed).status_code == 302
    refused = client.post(add, typed | {"card_only": 950})
    assert refused.status_code == 200
    assert "already exists" in refused.content.decode()
    assert ReissueFee.objects.filter(from_on="2027-04-01").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        ReissueFee.objects.create(from_on="2027-04-01", card_only=1, with_certificates=1)


def test_what_a_fee_will_do_is_said_first_and_a_slip_can_be_mended_until_somebody_applies(
    client, on_day
):
    on_day("2026-11-10")
    sign_in(client, make_staff("administrator"))
    typed = {"from_on": "2026-11-10", "card_only": 8_000, "with_certificates": 10_000}
    asked = client.post("/admin/cards/reissuefee/add/", typed).content.decode()
    assert "From: 10 November 2026" in asked
    assert "The card alone: 8,000 yen" in asked
    assert not ReissueFee.objects.filter(from_on="2026-11-10").exists()
    client.post("/admin/cards/reissuefee/add/", typed | {"confirmed": "yes"})
    fee = ReissueFee.objects.get(from_on="2026-11-10")
    page = f"/admin/cards/reissuefee/{fee.pk}/change/"
    mended = typed | {"card_only": 800, "with_certificates": 1_000, "confirmed": "yes"}
    assert client.post(page, mended).status_code == 302
    fee.refresh_from_db()
    assert (fee.card_only, fee.with_certificates) == (800, 1_000)
    request_reissue(
        make_card(), reason=ReissueReason.DAMAGED, with_certificates=False, by=make_user()
    )
    assert client.post(page, typed | {"confirmed": "yes"}).status_code == 403
    assert client.post(page.replace("change", "delete"), {"post": "yes"}).status_code == 403
