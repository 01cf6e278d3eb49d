"""What happens to the accounts of staff."""

from typing import Any

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User

# Beside a password: passkeys, codes of an app, recovery codes, a provider that vouches.
OTHER_WAYS_IN = ("mfa.authenticator", "socialaccount.socialaccount")


@transaction.atomic
def leave_today(user: User) -> User:
    """Somebody no longer works here: from this moment they are signed in nowhere.

    Their account stays, because the history names it, and so do their e-mail address and what
    they did; roles, offices, password and every other way to sign in go. Asking twice is
    harmless. If they come back, an administrator lets them sign in again and gives them a role.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active = user.is_superuser = False
    user.save(update_fields=["is_active", "is_superuser"])
    user.groups.clear()
    user.offices.clear()
    user.user_permissions.clear()
    end_sign_in(user)
    return user


@transaction.atomic
def end_sign_in(user: User) -> None:
    """End every open session of this account for good, and every way to sign in but a new password.

    A session carries a digest of the password: with another one in its place, no session of
    before is ever taken again, not even after the account may sign in again.
    """
    user.set_unusable_password()
    user.save(update_fields=["password"])
    for label in OTHER_WAYS_IN:
        if (rows := _rows_of(user, label)) is not None:
            rows.delete()
    forget_sessions(user)


def forget_sessions(user: User) -> None:
    """Remove the rows of this account's sessions, as far as it is known which they are."""
    if (known := _rows_of(user, "usersessions.usersession")) is not None:
        keys = list(known.values_list("session_key", flat=True))
        Session.objects.filter(pk__in=keys).delete()
        known.delete()


def _rows_of(user: User, label: str) -> QuerySet[Any] | None:
    """An account's rows of one of allauth's models; None where that part is not installed."""
    app, model = label.split(".")
    if model not in apps.all_models[app]:
        return None
    rows: QuerySet[Any] = apps.get_model(app, model)._default_manager.filter(user=user)
    return rows
