"""Words that everybody here would try first make no password longer."""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Office

# Written down here as ASVS 6.1.2 asks; beside them the portal's own name in each of its languages,
# and the names of the offices.
WORDS = (
    *("my number card", "my number", "individual number", "password"),
    *("resident card", "residence card", "zairyu card"),
    *("マイナンバーカード", "マイナンバー", "個人番号", "在留カード"),
)
# Shorter ones stand in too many other words.
_SHORTEST = 4


class OwnWordsValidator:
    """A password has its length without the portal's own words (“mynumber2026” has four)."""

    def __init__(self, min_length: int) -> None:
        self.min_length = min_length

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError where the rest is too short, whatever stands between the words."""
        left = _letters(password)
        for word in sorted(set(_words()), key=len, reverse=True):
            left = left.replace(word, "")
        rest_is_short = len(left) < self.min_length
        if rest_is_short and len(left) < len(_letters(password)):
            raise ValidationError(
                _(
                    "This password is built on words that others would try first here, such as "
                    "“mynumber” or the name of the portal or of an office. Choose other words."
                ),
                code="password_of_own_words",
            )

    def get_help_text(self) -> str:
        return _("Your password is not built on “mynumber” or the name of the portal or an office.")


def _words() -> Iterator[str]:
    for word in (*WORDS, *_names()):
        if len(letters := _letters(word)) >= _SHORTEST:
            yield letters


def _names() -> Iterable[str]:
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            yield str(settings.SITE_NAME)
    columns = [f"name_{language}" for language in ("ja", "en")]
    for names in Office.objects.values_list(*columns):
        yield from (name for name in names if name)


def _letters(text: str) -> str:
    """Letters and figures alone, full-width ones and capitals as what they stand for."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in plain if one.isalnum())
