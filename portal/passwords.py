"""A password is kept as a hash, and an Individual Number may be kept in no form (G1)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cards.rules import individual_number


class IndividualNumberValidator:
    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a password that holds an Individual Number."""
        if individual_number.contains(password):
            raise ValidationError(
                _(
                    "There is an Individual Number in this password. It may not be kept: "
                    "use another."
                )
            )

    def get_help_text(self) -> str:
        return _("Do not use an Individual Number in it.")
