"""Second factors: how allauth keeps and shows them here, and whether this session proved one."""

from collections.abc import Iterator
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.devices import system_of
from accounts.models import User
from accounts.qr import qr_svg
from accounts.sealing import seal, unseal

# What makes a second step by itself; recovery codes only stand in for one of these.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_PURPOSE = "second factor"
_SEALED_FIELDS = ("secret", "seed")


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This is not right, or it was used already. Try again."),
        "cannot_generate_recovery_codes": _(
            "Recovery codes stand in for a passkey or an authenticator app. Add one of these first."
        ),
        "unverified_email": _("Confirm your e-mail address first."),
    }

    def encrypt(self, text: str) -> str:
        return seal(_PURPOSE, text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(_PURPOSE, encrypted_text)

    def get_totp_issuer(self) -> str:
        return str(settings.SITE_NAME)

    def build_totp_svg(self, url: str) -> str:
        return qr_svg(url, gettext("QR code for your authenticator app"))

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """Named after the device that it is made on; people tell their keys apart by that."""
        system = system_of(self.request.META.get("HTTP_USER_AGENT", "")) or gettext("Passkey")
        taken = {str(key) for key in passkeys_of(user)}
        names = (system if n == 1 else f"{system} {n}" for n in range(1, len(taken) + 2))
        return next(name for name in names if name not in taken)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": str(settings.SITE_NAME)}


def passkeys_of(user: User) -> list[Authenticator]:
    """In the order they were added."""
    keys = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    return list(keys.order_by("pk"))


def has_factor(user: User) -> bool:
    """Whether this account can do a second step."""
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def proved(request: HttpRequest) -> bool:
    """Whether a second factor that the account still has was shown in this very session."""
    if not isinstance(request.user, User):
        return False
    known: bool | None = getattr(request, "_factor_proved", None)
    if known is None:
        records = get_authentication_records(request, request.user)
        shown = [record["id"] for record in records if record["method"] == "mfa"]
        kept = Authenticator.objects.filter(user=request.user, pk__in=shown)
        known = bool(shown) and kept.exists()
        request._factor_proved = known  # type: ignore[attr-defined]
    return known


def seal_anew() -> Iterator[int]:
    """Move what an older key sealed to the first of `PIN_KEYS`; gives how many so far.

    Each is a transaction by itself. Raises KeyError for a row whose key is missing.
    """
    current = next(iter(settings.PIN_KEYS))
    moved = 0
    for pk in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().filter(pk=pk).first()
            old = {
                field: row.data[field]
                for field in _SEALED_FIELDS
                if row and field in row.data and not row.data[field].startswith(f"{current}:")
            }
            if row is None or not old:
                continue
            row.data |= {name: seal(_PURPOSE, unseal(_PURPOSE, old[name])) for name in old}
            row.save(update_fields=["data"])
        moved += 1
        yield moved
