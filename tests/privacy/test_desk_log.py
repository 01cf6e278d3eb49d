"""What Django's own log of the desk keeps of people: who did what to which row, and no names."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client

from accounts.models import User
from privacy.archive import archive
from privacy.closing import close_account
from tests.builders import hold, make_clerk, make_resident, make_staff, make_user, sign_in

pytestmark = pytest.mark.django_db


def logged() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT object_repr, change_message FROM django_admin_log")
        return repr(cursor.fetchall())


def test_the_log_names_nobody_and_says_which_row_was_changed_in_what() -> None:
    resident = make_resident(name="NGUYEN THI CANARY", email="before@example.org")
    hold(make_user("canary@example.org"), resident)
    desk = Client()
    sign_in(desk, make_clerk(resident.office))
    url = f"/admin/accounts/resident/{resident.pk}/change/"
    desk.post(url, {"email": "after@example.org", "language": "en"})
    desk.post(f"/admin/accounts/holding/{resident.holdings.get().pk}/delete/", {"post": "yes"})
    entry = LogEntry.objects.order_by("pk")[0]
    assert entry.object_repr == f"accounts.resident {entry.object_id}"
    assert entry.object_id == str(resident.pk)
    assert "Contact e-mail" in entry.get_change_message()
    assert "after@example.org" not in logged()
    assert "canary" not in logged().casefold()


def test_staff_who_download_their_data_do_not_take_other_peoples_along() -> None:
    """Seen to fail: an administrator's download held whose accounts they had changed."""
    administrator, lan = make_staff("administrator"), make_user("lan@example.org")
    desk = Client()
    sign_in(desk, administrator)
    desk.post(f"/admin/accounts/user/{lan.pk}/change/", {"language": "ja", "is_active": "on"})
    assert LogEntry.objects.exists()
    with ZipFile(BytesIO(archive(administrator, "en"))) as bundle:
        told = "".join(bundle.read(name).decode() for name in bundle.namelist())
    assert "admin.logentry" in told
    assert "lan@example.org" not in told


def test_a_closed_account_leaves_no_address_in_the_log() -> None:
    lan = make_user("lan@example.org")
    desk = Client()
    sign_in(desk, make_staff("administrator", is_superuser=True))
    desk.post(f"/admin/accounts/user/{lan.pk}/change/", {"language": "ja", "is_active": "on"})
    assert LogEntry.objects.exists()
    close_account(lan)
    assert not User.objects.filter(email="lan@example.org").exists()
    assert "lan@example.org" not in logged()
