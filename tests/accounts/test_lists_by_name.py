"""Every list of the desk that is searched by name takes the name in any spelling."""

import pytest
from django.test import Client

from accounts.models import Resident
from notifications.models import MailTrouble
from portal import clock
from tests.builders import (
    hold,
    make_card,
    make_clerk,
    make_resident,
    make_staff,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lan() -> Resident:
    lan = make_resident(name="NGUYEN THI LAN", email="lan@example.org")
    other = make_resident(name="SUHARTO", email="su@example.org")
    for one in (lan, other):
        make_card(one)
        make_card(one)
        hold(make_user(), one)
        MailTrouble.objects.create(
            resident=one, address=one.email, hard=True, failing_since=clock.now()
        )
    return lan


@pytest.mark.parametrize("query", ["グエン", "nguyễn lan"])
@pytest.mark.parametrize("where", ["accounts/holding", "notifications/mailtrouble"])
def test_links_and_mail_trouble_are_found(
    client: Client, lan: Resident, where: str, query: str
) -> None:
    sign_in(client, make_clerk())
    page = client.get(f"/admin/{where}/", {"q": query})
    assert [row.resident for row in page.context["cl"].result_list] == [lan]


def test_a_look_is_found_once_however_many_cards_there_are(client: Client, lan: Resident) -> None:
    clerk: Client = Client()
    sign_in(clerk, make_clerk())
    for one in Resident.objects.all():
        clerk.get(f"/admin/accounts/resident/{one.pk}/change/")
    sign_in(client, make_staff("auditor"))
    page = client.get("/admin/privacy/access/", {"q": "グエン"})
    assert [row.resident for row in page.context["cl"].result_list] == [lan]
