"""Who signed in when, by what, from what kind of device."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import clock


class SignInWay(models.TextChoices):
    PASSWORD = "password", _("Password")
    PASSKEY = "passkey", _("Passkey")
    CODE = "code", _("Code by e-mail")
    CARD = "card", _("Card, through the Digital Authentication App")
    SIGN_UP = "sign_up", _("New account")


class SecondStep(models.TextChoices):
    APP = "totp", _("Code from the authenticator app")
    PASSKEY = "webauthn", _("Passkey")
    RECOVERY_CODE = "recovery_codes", _("Recovery code")


class SignIn(models.Model):
    """One sign-in that succeeded. The address is shortened before it is kept."""

    user = models.ForeignKey(
        "accounts.User", verbose_name=_("user"), on_delete=models.CASCADE, related_name="sign_ins"
    )
    at = models.DateTimeField(_("at"), default=clock.now)
    way = models.CharField(_("by"), max_length=10, choices=SignInWay.choices)
    second_step = models.CharField(
        _("second step"), max_length=16, choices=SecondStep.choices, blank=True
    )
    browser = models.CharField(_("browser"), max_length=20, blank=True)
    system = models.CharField(_("device"), max_length=20, blank=True)
    network = models.CharField(_("network"), max_length=45, blank=True)

    objects: ClassVar[models.Manager["SignIn"]] = models.Manager()

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        ordering = ["-id"]
        indexes = [models.Index(fields=["user", "-id"], name="sign_in_newest_of_user")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(way__in=SignInWay.values), name="sign_in_way_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_way_display()} ({self.pk})"
