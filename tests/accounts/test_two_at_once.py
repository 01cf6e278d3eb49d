"""Two of the staff save the same page: the second sees what changed and loses nothing."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from accounts.models import Office, Resident, User
from tests.builders import make_clerk, make_office, make_resident, make_staff, sign_in

pytestmark = pytest.mark.django_db


def opened(client: Client, url: str) -> dict[str, Any]:
    """What the form of this page would send as it stands."""
    form = client.get(url).context["adminform"].form
    sent = {}
    for name in form.fields:
        value = form[name].value()
        if value is True or isinstance(value, list):
            sent[name] = "on" if value is True else [getattr(one, "pk", one) for one in value]
        elif value not in (None, False):
            sent[name] = value
    return sent


def test_the_second_of_two_clerks_sees_what_the_first_changed(client: Client) -> None:
    resident = make_resident(email="old@example.org", language="vi")
    url = f"/admin/accounts/resident/{resident.pk}/change/"
    sign_in(client, make_clerk())
    mine, theirs = opened(client, url), opened(client, url)
    client.post(url, theirs | {"email": "first@example.org"})

    answer = client.post(url, mine | {"language": "ne"})
    body = answer.content.decode()
    assert "Somebody else changed this while the page was open" in body
    assert "from “old@example.org” to “first@example.org”" in body
    assert '<option value="ne" lang="ne" selected>' in body or 'value="ne" selected' in body
    resident.refresh_from_db()
    assert (resident.email, resident.language) == ("first@example.org", "vi")

    again = {name: answer.context["adminform"].form[name].value() for name in mine}
    client.post(url, again | {"email": "first@example.org"})
    assert Resident.objects.values_list("email", "language").get(pk=resident.pk) == (
        "first@example.org",
        "ne",
    )


def test_roles_and_offices_given_meanwhile_are_noticed_too(client: Client) -> None:
    clerk, elsewhere = make_clerk(), make_office("900002", name_en="Minato City Office")
    url = f"/admin/accounts/user/{clerk.pk}/change/"
    sign_in(client, make_staff("administrator"))
    mine, theirs = opened(client, url), opened(client, url)
    client.post(url, theirs | {"offices": [*theirs["offices"], elsewhere.pk]})
    body = client.post(url, mine | {"language": "ja"}).content.decode()
    assert "Minato City Office”" in body
    assert clerk.offices.count() == 2
    assert User.objects.get(pk=clerk.pk).language == "en"


def test_what_nobody_else_touched_is_saved_at_once_and_the_history_says_from_what_to_what(
    client: Client,
) -> None:
    office = make_office("900001")
    url = f"/admin/accounts/office/{office.pk}/change/"
    sign_in(client, make_staff("administrator"))
    form = opened(client, url)
    client.post(url, form | {"phone": "03-9999-0000"})
    assert Office.objects.get(pk=office.pk).phone == "03-9999-0000"
    told = LogEntry.objects.get().get_change_message()
    assert "(03-0000-0001 → 03-9999-0000)" in told


def test_the_history_does_not_keep_an_address_that_was_left(client: Client) -> None:
    resident = make_resident(email="old@example.org")
    url = f"/admin/accounts/resident/{resident.pk}/change/"
    sign_in(client, make_clerk())
    client.post(url, opened(client, url) | {"email": "new@example.org", "language": "ne"})
    told = LogEntry.objects.get().get_change_message()
    assert "example.org" not in told
    assert "English → नेपाली" in told


@pytest.mark.parametrize("seen", ["", "nonsense", "[]", '{"email": "x"}'])
def test_a_form_that_says_nothing_sensible_of_what_it_showed_breaks_nothing(
    client: Client, seen: str
) -> None:
    resident = make_resident()
    url = f"/admin/accounts/resident/{resident.pk}/change/"
    sign_in(client, make_clerk())
    answer = client.post(url, {"email": "a@example.org", "language": "en", "seen": seen})
    assert answer.status_code in (200, 302)
