"""The guide as it is delivered: one Markdown file a section and language.

A file's first line is the title, the paragraph after it the summary, the rest the text. Only a
guide that is still empty is filled from here; from then on it belongs to the editors.
"""

from pathlib import Path
from typing import Any, NamedTuple

LANGUAGES = ("en", "ja")
# In the order of the contents page.
SLUGS = (
    "card",
    "certificates",
    "pins",
    "expiry",
    "moving",
    "lost",
    "care",
    "reissue",
    "photo-id",
    "more",
)
_HERE = Path(__file__).parent


class Text(NamedTuple):
    """One section in one language; `body` is Markdown whose headings start at the second level."""

    title: str
    summary: str
    body: str


def read(slug: str, language: str) -> Text:
    """A section as delivered. FileNotFoundError for one that is not."""
    whole = (_HERE / language / f"{slug}.md").read_text(encoding="utf-8")
    title, summary, body = whole.split("\n\n", 2)
    return Text(title.removeprefix("# "), summary, body)


def fill(sections: Any) -> None:
    """Make every section through `sections`, the model's manager, unless there are any already."""
    if sections.exists():
        return
    for position, slug in enumerate(SLUGS, start=1):
        texts = {language: read(slug, language)._asdict() for language in LANGUAGES}
        fields = {
            f"{field}_{language}": words
            for language, text in texts.items()
            for field, words in text.items()
        }
        # The plain columns hold the default language.
        sections.create(slug=slug, position=position, **texts["ja"], **fields)
