"""Entering PINs. Nothing that is typed here is ever shown again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cards import labels
from cards.models import Card
from cards.pin_words import PIN_WORDS, refusal
from cards.rules.kinds import PinKind
from cards.rules.pins import PinReason, PinRefused, check_format, check_guessable

# ②③④ may share one PIN; each then needs its own present one.
TOGETHER = (PinKind.USER_PROOF, PinKind.RESIDENT_REGISTRATION, PinKind.CARD_INFO_INPUT)


class PinField(forms.CharField):
    """Taken exactly as typed: nothing is trimmed or folded. Checked for format, never echoed."""

    def __init__(self, kind: PinKind, *, autocomplete: str, **options: Any) -> None:
        self.kind = kind
        signature = kind is PinKind.SIGNATURE
        widget = forms.PasswordInput(
            render_value=False,
            attrs={
                "autocomplete": autocomplete,
                "inputmode": "text" if signature else "numeric",
                "autocapitalize": "characters" if signature else "off",
                "spellcheck": "false",
                "data-pin": "signature" if signature else "digits",
            },
        )
        super().__init__(strip=False, widget=widget, **options)
        # Every character and every length is judged by `check_format`, in our own words.
        self.validators = []
        self.error_messages["required"] = _("Enter this PIN.")

    def clean(self, value: Any) -> str:
        entered: str = super().clean(value)
        try:
            check_format(self.kind, entered)
        except PinRefused as refused:
            raise forms.ValidationError(refusal(refused)) from None
        return entered


class NewPinForm(forms.Form):
    """A new PIN for `kinds`, typed twice; no easy one."""

    def __init__(self, *args: Any, card: Card, kinds: tuple[PinKind, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.card, self.kinds = card, kinds
        self.fields["new"] = PinField(
            kinds[0],
            label=_("New PIN"),
            help_text=PIN_WORDS[kinds[0]].format,
            autocomplete="new-password",
        )
        self.fields["again"] = PinField(
            kinds[0], label=_("New PIN again"), autocomplete="new-password"
        )

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if "new" in typed:
            try:
                check_guessable(typed["new"], self.card.resident.birth_date)
            except PinRefused as refused:
                self.add_error("new", forms.ValidationError(refusal(refused)))
        if "new" in typed and "again" in typed and typed["new"] != typed["again"]:
            self.add_error("again", forms.ValidationError(refusal(PinRefused(PinReason.MISMATCH))))
        return typed

    def refuse(self, field: str | None, message: Any) -> None:
        """Show a refusal that came from the card itself."""
        self.add_error(field if field in self.fields else None, message)


class ChangePinForm(NewPinForm):
    """The present PIN of each kind, and one new PIN for all of them."""

    def __init__(self, *args: Any, card: Card, kinds: tuple[PinKind, ...], **kwargs: Any) -> None:
        super().__init__(*args, card=card, kinds=kinds, **kwargs)
        for kind in kinds:
            self.fields[f"current-{kind.value}"] = PinField(
                kind,
                label=_("PIN you have now: %(pin)s") % {"pin": labels.PIN_KIND[kind]},
                autocomplete="current-password",
            )
        self.order_fields([f"current-{kind.value}" for kind in kinds])

    @property
    def current(self) -> dict[PinKind, str]:
        return {kind: self.cleaned_data[f"current-{kind.value}"] for kind in self.kinds}

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        present = [typed.get(f"current-{kind.value}") for kind in self.kinds]
        if typed.get("new") and typed["new"] in present:
            self.add_error(
                "new", forms.ValidationError(refusal(PinRefused(PinReason.SAME_AS_CURRENT)))
            )
        return typed


class KioskForm(NewPinForm):
    """At a kiosk: PIN ② opens the way to a new PIN ①."""

    def __init__(self, *args: Any, card: Card, **kwargs: Any) -> None:
        super().__init__(*args, card=card, kinds=(PinKind.SIGNATURE,), **kwargs)
        self.fields["user_proof"] = PinField(
            PinKind.USER_PROOF, label=labels.PIN_KIND[PinKind.USER_PROOF], autocomplete="off"
        )
        self.order_fields(["user_proof", "new", "again"])
