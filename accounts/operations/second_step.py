"""Somebody lost device and recovery codes, and has shown at the counter who they are."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.models import User
from accounts.staff import forget_sessions


@transaction.atomic
def take_second_step_away(user: User) -> bool:
    """End every passkey, app and recovery code, and every open session; whether there were any.

    Password, card and a code by mail open the account as before. Whoever does this has seen who
    the person is: the office, or an administrator for staff. Asking twice is harmless.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    gone, _rows = Authenticator.objects.filter(user=user).delete()
    forget_sessions(user)
    return bool(gone)
