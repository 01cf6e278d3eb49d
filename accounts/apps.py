from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from allauth.mfa.signals import authentication_failed

        authentication_failed.connect(_second_step_failed)


def _second_step_failed(request: Any, user: Any, **more: Any) -> None:
    from accounts.sign_in import log_failed

    log_failed(request, "second step", user.email)
