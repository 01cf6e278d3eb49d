"""The roles of staff, as groups with permissions. Which residents they see is told by office."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SEE_EVERY_OFFICE = "accounts.see_every_office"
EXPORT_LISTS = "accounts.export_lists"

_OF_A_RESIDENT = (
    "accounts.resident",
    "accounts.holding",
    "cards.card",
    "cards.certificate",
    "cards.move",
    "cards.deadline",
    "cards.cardevent",
    "cards.pinslot",
    "cards.reissue",
    "cards.variantrequest",
    "notifications.notification",
    "notifications.delivery",
    "notifications.mailtrouble",
)


# What a role is called: by staff, and by residents who read who looked at their data.
ROLE_NAMES: dict[str, str | Promise] = {
    "clerk": _("Clerk at the counter"),
    "editor": _("Editor of the guide"),
    "auditor": _("Auditor"),
    "administrator": _("Administrator of staff accounts"),
    "superuser": _("Technical administrator"),
    "none": _("Staff without a role"),
}


def role_name(group: str) -> str | Promise:
    """What the role kept as the group `group` is called."""
    return ROLE_NAMES.get(group, group)


def _may(action: str, *models: str) -> list[str]:
    return [f"{app}.{action}_{name}" for app, name in (model.split(".") for model in models)]


ROLES: dict[str, list[str]] = {
    # At the counter: residents and cards of their own offices.
    "clerk": [
        *_may("view", "accounts.office", "accounts.closeddays", "cards.reissuefee"),
        *_may("view", *_OF_A_RESIDENT, "cards.leaddays"),
        *_may("change", "accounts.resident", "cards.card"),
        *_may("add", "accounts.holding"),
        *_may("delete", "accounts.holding"),
        # Files of cards from the office's own system.
        *_may("view", "cards.cardimport"),
        *_may("add", "cards.cardimport"),
        EXPORT_LISTS,
    ],
    # The guide, and nothing about anybody.
    "editor": [
        permission
        for action in ("view", "add", "change", "delete")
        for permission in _may(action, "guide.section")
    ],
    # Sees everything, changes nothing.
    "auditor": [
        *_may("view", "accounts.user", "accounts.office", "auth.group", "guide.section"),
        *_may("view", *_OF_A_RESIDENT, "cards.reissuefee", "privacy.access"),
        *_may("view", "cards.smartphoneplatform", "cards.cardimport", "accounts.closeddays"),
        *_may("view", "cards.leaddays"),
        SEE_EVERY_OFFICE,
        EXPORT_LISTS,
    ],
    # Staff accounts and offices; what happens to cards is for the clerks.
    "administrator": [
        *_may("view", "accounts.user", "accounts.office", "auth.group", *_OF_A_RESIDENT),
        # Prices, which smartphones can carry certificates, and on which days reminders go out are
        # switches of the whole portal.
        *_may("view", "cards.reissuefee", "cards.smartphoneplatform", "accounts.closeddays"),
        *_may("add", "accounts.user", "accounts.office", "accounts.closeddays"),
        *_may("add", "cards.reissuefee", "cards.smartphoneplatform"),
        *_may("change", "accounts.user", "accounts.office", "accounts.closeddays"),
        *_may("change", "cards.reissuefee", "cards.smartphoneplatform", "cards.leaddays"),
        *_may("view", "cards.leaddays"),
        *_may("delete", "cards.reissuefee", "accounts.closeddays"),
        # Mails that were set aside are sent again, or left; nothing else of a mail changes.
        *_may("change", "notifications.delivery"),
        SEE_EVERY_OFFICE,
    ],
}


def create_roles(apps: Any) -> None:
    """Make the groups, and give each exactly the permissions that stand here.

    Half-way through the migrations of an empty database some permissions are not there yet; at
    their end this is asked for again (privacy/apps.py).
    """
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    known = {
        f"{app}.{codename}": pk
        for app, codename, pk in permission_model.objects.values_list(
            "content_type__app_label", "codename", "pk"
        )
    }
    for role, permissions in ROLES.items():
        group, _created = group_model.objects.get_or_create(name=role)
        group.permissions.set([known[one] for one in permissions if one in known])
