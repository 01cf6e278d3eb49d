"""What each language of a section still needs: texts that are missing or older than the source."""

from collections.abc import Iterable
from enum import Enum

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from guide.models import Section

# What a section says in each language.
TEXTS = ("title", "summary", "body")
# The language that the others follow.
SOURCE: str = settings.MODELTRANSLATION_DEFAULT_LANGUAGE


class Standing(Enum):
    COMPLETE = "complete"
    MISSING = "missing"
    OLDER = "older"

    @property
    def words(self) -> object:
        return _WORDS[self]


_WORDS = {
    Standing.COMPLETE: _("complete"),
    Standing.MISSING: _("something is missing"),
    Standing.OLDER: _("older than the Japanese"),
}


def languages() -> list[tuple[str, str]]:
    """Code and name of every language, the source first."""
    known = dict(settings.LANGUAGES)
    return [(SOURCE, known.pop(SOURCE)), *known.items()]


def columns(language: str) -> list[str]:
    """The names of the fields that hold this language's texts."""
    return [f"{text}_{language.replace('-', '_')}" for text in TEXTS]


def standing(section: Section, language: str) -> Standing:
    """How this language of the section stands beside the source."""
    if not all(getattr(section, name) for name in columns(language)):
        return Standing.MISSING
    since, source = (section.as_of.get(one, "") for one in (language, SOURCE))
    return Standing.OLDER if since < source else Standing.COMPLETE


def waiting(section: Section) -> Iterable[tuple[str, str, Standing]]:
    """The languages that need something: code, name, what."""
    for code, name in languages():
        if (stands := standing(section, code)) is not Standing.COMPLETE:
            yield code, name, stands
