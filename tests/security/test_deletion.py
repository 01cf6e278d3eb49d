"""What can be deleted at the desk, and by whom: every list × role. A list not named here fails."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory

from tests.builders import sign_in
from tests.security.routes import World
from tests.security.table import ROLES

pytestmark = pytest.mark.django_db

# One at a time, on a page that asks first, by whom:
DELETED_BY = {
    # An account no longer sees a resident's cards; what happened stays in the card's history.
    "accounts.Holding": {"clerk", "elsewhere", "superuser"},
    # Days that were announced wrongly. No last day hangs on them, only the advice when to go.
    "accounts.ClosedDays": {"administrator", "superuser"},
    # One to come. What is or was in force is history: see below.
    "cards.ReissueFee": {"administrator", "superuser"},
    # A terminal that is gone; its screen closes at once, and no history hangs on it.
    "cards.Kiosk": {"superuser"},
    # Its versions stay, and the desk brings it back.
    "guide.Section": {"editor", "superuser"},
}
# History, facts that only an operation may change, and what others hang on: by nobody.
NEVER_DELETED = {
    "accounts.Office",
    "accounts.Resident",
    "accounts.User",
    "auth.Group",
    "cards.Card",
    "cards.CardEvent",
    "cards.CardImport",
    "cards.Certificate",
    "cards.Deadline",
    "cards.LeadDays",
    "cards.Move",
    "cards.PinSlot",
    "cards.Reissue",
    "cards.SmartphonePlatform",
    "cards.VariantRequest",
    "notifications.Delivery",
    "notifications.MailTrouble",
    "notifications.Notification",
    "privacy.Access",
}


def test_every_list_says_who_may_delete_from_it():
    listed = {model._meta.label for model in admin.site._registry}
    assert listed - DELETED_BY.keys() - NEVER_DELETED == set(), "say here who may delete of these"
    assert (DELETED_BY.keys() | NEVER_DELETED) - listed == set(), "these are no longer there"


def test_each_role_may_delete_what_the_table_says_and_nobody_by_the_handful():
    """Seen to fail for the handful without the site's own word, on a list with another action."""
    world = World()
    wrong = []
    for role in ROLES:
        if (person := world.people[role]) is None:
            continue
        request: Any = RequestFactory().get("/admin/")
        request.user = person
        for model, desk in admin.site._registry.items():
            label = model._meta.label
            may = bool(desk.has_delete_permission(request))
            if may is not (role in DELETED_BY.get(label, set())):
                wrong.append(f"{role} may {'' if may else 'not '}delete of {label}")
            if "delete_selected" in desk.get_actions(request):
                wrong.append(f"{role} deletes of {label} by the handful")
    assert wrong == []


def test_asking_for_deletion_by_the_handful_deletes_nothing():
    world = World()
    client = Client()
    person = world.people["superuser"]
    assert person
    sign_in(client, person)
    for model in admin.site._registry:
        meta = model._meta
        if meta.label not in DELETED_BY:
            continue
        rows = model._default_manager.all()
        before = set(rows.values_list("pk", flat=True))
        assert before, f"the world has none of {meta.label}"
        client.post(
            f"/admin/{meta.app_label}/{meta.model_name}/",
            {"action": "delete_selected", "_selected_action": [*before], "post": "yes"},
        )
        assert set(rows.values_list("pk", flat=True)) == before, meta.label


def test_a_page_asks_before_anything_is_deleted():
    """With the role that may; the row is there until that page was answered."""
    world = World()
    for label, roles in DELETED_BY.items():
        app, name = label.lower().split(".")
        client = Client()
        person = world.people[min(roles - {"superuser", "elsewhere"}, default="superuser")]
        assert person
        sign_in(client, person)
        address = world.address(f"admin:{app}_{name}_delete", ("object_id",))
        model = next(one for one in admin.site._registry if one._meta.label == label)
        before = model._default_manager.count()
        if label == "cards.ReissueFee":
            assert client.get(address).status_code == 403, "what is in force is history"
            continue
        assert client.get(address).status_code == 200, label
        assert model._default_manager.count() == before, label
