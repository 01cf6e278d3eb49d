from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "privacy"
    verbose_name = _("Privacy")

    def ready(self) -> None:
        # Last of the rooms to be migrated: every permission is there by now.
        post_migrate.connect(_bring_roles_up, sender=self)


def _bring_roles_up(apps: Any = installed, **_signal: Any) -> None:
    """What each role may do is laid down in code, and the groups follow it at every migration."""
    from accounts.roles import create_roles

    try:
        apps.get_model("auth", "Permission")
    except LookupError:
        return  # migrated so far back that nobody has a role
    create_roles(apps)
