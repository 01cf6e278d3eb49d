"""Staff come, are given a role, and leave: at once, and everywhere."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from accounts.permission_words import permission_words
from accounts.roles import ROLES
from tests.builders import (
    PASSWORD,
    make_card,
    make_clerk,
    make_office,
    make_staff,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    """An administrator's: no superuser."""
    sign_in(client, make_staff("administrator"))
    return client


def signed_in(user: User) -> Client:
    client = Client()
    sign_in(client, user)
    return client


def leave(user: User) -> str:
    return reverse("admin:accounts_user_leave", args=[user.pk])


def test_a_clerk_who_leaves_is_out_at_the_next_click_in_every_session(desk: Client) -> None:
    clerk, card = make_clerk(), make_card()
    page = reverse("admin:cards_card_change", args=[card.pk])
    at_work, at_home = signed_in(clerk), signed_in(clerk)
    assert at_work.get(page).status_code == at_home.get(page).status_code == 200
    assert "They leave today" in desk.get(leave(clerk)).content.decode()
    desk.post(leave(clerk))
    for session in (at_work, at_home):
        answer = session.get(page)
        assert answer.status_code == 302
        assert "/login/" in answer.headers["Location"]


def test_asking_first_changes_nothing(desk: Client) -> None:
    clerk = make_clerk()
    desk.get(leave(clerk))
    clerk.refresh_from_db()
    assert clerk.is_active
    assert clerk.groups.exists()


def test_who_left_cannot_sign_in_and_has_neither_role_nor_office(desk: Client) -> None:
    clerk = make_clerk()
    desk.post(leave(clerk))
    clerk.refresh_from_db()
    assert not clerk.is_active
    assert not clerk.groups.exists()
    assert not clerk.offices.exists()
    client = Client()
    client.post(reverse("account_login"), {"login": clerk.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_coming_back_revives_no_session_and_no_password(desk: Client) -> None:
    clerk = make_clerk()
    before = signed_in(clerk)
    desk.post(leave(clerk))
    entries = {"language": "en", "is_active": "on", "is_staff": "on"}
    desk.post(reverse("admin:accounts_user_change", args=[clerk.pk]), entries)
    clerk.refresh_from_db()
    assert clerk.is_active
    assert before.get("/admin/").status_code == 302
    assert not clerk.check_password(PASSWORD)


def test_switching_an_account_off_ends_its_sessions_for_good_too(desk: Client) -> None:
    resident = make_user()
    session = signed_in(resident)
    url = reverse("admin:accounts_user_change", args=[resident.pk])
    desk.post(url, {"language": "en"})
    desk.post(url, {"language": "en", "is_active": "on"})
    resident.refresh_from_db()
    assert resident.is_active
    assert session.get("/en/notifications/").status_code == 302


def test_leaving_is_written_down_with_what_they_had_and_who_did_it(desk: Client) -> None:
    clerk = make_clerk()
    desk.post(leave(clerk))
    desk.post(leave(clerk))
    entry = LogEntry.objects.get(object_id=str(clerk.pk))
    assert "clerk" in entry.get_change_message()
    assert "900001" in entry.get_change_message()


def test_nobody_makes_themself_or_a_superuser_leave(desk: Client) -> None:
    me = User.objects.get(groups__name="administrator")
    boss = make_user(is_staff=True, is_superuser=True)
    for user in (me, boss):
        assert desk.get(leave(user)).status_code == 403
        assert desk.post(leave(user)).status_code == 403
        user.refresh_from_db()
        assert user.is_active
    assert desk.post(leave(make_user())).status_code == 404


@pytest.mark.parametrize("role", ["clerk", "editor", "auditor"])
def test_nobody_but_an_administrator_makes_anybody_leave(client: Client, role: str) -> None:
    sign_in(client, make_staff(role, make_office()))
    clerk = make_clerk()
    assert client.post(leave(clerk)).status_code == 403
    clerk.refresh_from_db()
    assert clerk.is_active


def test_an_administrator_takes_a_role_or_an_office_away_and_it_is_gone_at_once(
    desk: Client,
) -> None:
    clerk, card = make_clerk(), make_card()
    clerk.offices.add(make_office("900002"))
    session = signed_in(clerk)
    page = reverse("admin:cards_card_change", args=[card.pk])
    url = reverse("admin:accounts_user_change", args=[clerk.pk])
    entries = {"language": "en", "is_active": "on", "is_staff": "on"}
    role = Group.objects.get(name="clerk").pk
    assert session.get(page).status_code == 200
    desk.post(url, entries | {"groups": [role], "offices": [make_office("900002").pk]})
    assert session.get(page).status_code == 404
    desk.post(url, entries | {"groups": [role], "offices": [card.resident.office_id]})
    assert session.get(page).status_code == 200
    desk.post(url, entries | {"offices": [card.resident.office_id]})
    assert session.get(page).status_code == 404
    desk.post(url, {"language": "en", "is_active": "on"})
    assert session.get(page).status_code == 302


def test_an_administrator_raises_nobody_to_superuser(desk: Client) -> None:
    entries = {
        "email": "new@example.org",
        "language": "en",
        "is_active": "on",
        "is_staff": "on",
        "is_superuser": "on",
        "user_permissions": [one.pk for one in Permission.objects.all()[:5]],
    }
    desk.post("/admin/accounts/user/add/", entries)
    made = User.objects.get(email="new@example.org")
    desk.post(reverse("admin:accounts_user_change", args=[made.pk]), entries)
    made.refresh_from_db()
    assert made.is_staff
    assert not made.is_superuser
    assert not made.user_permissions.exists()


def test_each_role_is_a_group_with_exactly_what_is_laid_down_for_it() -> None:
    for role, permissions in ROLES.items():
        held = Group.objects.get(name=role).permissions.select_related("content_type")
        names = {f"{one.content_type.app_label}.{one.codename}" for one in held}
        assert names == set(permissions)


def test_roles_and_what_they_may_do_stand_there_in_japanese() -> None:
    boss = make_staff("administrator", is_superuser=True, language="ja")
    client = Client()
    sign_in(client, boss)
    group = Group.objects.get(name="clerk")
    page = client.get(f"/admin/auth/group/{group.pk}/change/").content.decode()
    assert "窓口の職員" in page
    assert "見る：住民" in page
    assert "Can view" not in page
    form = client.get("/admin/accounts/user/add/").content.decode()
    assert "窓口の職員" in form
    assert "監査担当" in form


def test_no_permission_of_any_role_is_left_in_english() -> None:
    held = Permission.objects.filter(group__isnull=False).select_related("content_type").distinct()
    with translation.override("ja"):
        words = [permission_words(one) for one in held]
    assert len(words) > 20
    left = [line for line in words if re.search(r"[A-Za-z]{3}", line.replace("PIN", ""))]
    assert left == []


def test_an_editor_sees_the_guide_and_nothing_about_anybody(client: Client) -> None:
    sign_in(client, make_staff("editor", make_office()))
    page = client.get("/admin/").content.decode()
    linked = set(re.findall(r'href="/admin/(\w+)/\w+/"', page))
    assert linked == {"guide"}


def test_an_auditor_sees_all_and_is_offered_no_button_that_acts(client: Client) -> None:
    card = make_card()
    sign_in(client, make_staff("auditor"))
    page = client.get(reverse("admin:cards_card_change", args=[card.pk])).content.decode()
    assert card.reference in page
    assert "Record a move" not in page
    for one in ("privacy/access", "accounts/user", "cards/cardevent", "guide/section"):
        answer = client.get(f"/admin/{one}/")
        assert answer.status_code == 200
        assert "addlink" not in answer.content.decode()
