"""Bring the catalogues in locale/ up to the texts that stand in code and templates."""

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from portal.translatable import Text, texts_for


class Command(BaseCommand):
    help = (
        "Add new texts to every catalogue in locale/, drop those no longer used, and say what "
        "is still to be translated. What is translated stays as it is. A language of mails alone "
        "gets their texts alone."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for path in sorted(Path(settings.BASE_DIR).glob("locale/*/LC_MESSAGES/django.po")):
            catalogue = polib.pofile(str(path), wrapwidth=98)
            language = path.parts[-3]
            missing = _bring_up(catalogue, texts_for(translation.to_language(language)))
            catalogue.save(str(path))
            self.stdout.write(f"{language}: {len(catalogue)} texts, {missing} to translate")


def _bring_up(catalogue: polib.POFile, found: dict[Text, list[str]]) -> int:
    """Change the catalogue in place; how many texts have no translation yet."""
    known = {Text(e.msgid, e.msgid_plural or None, e.msgctxt): e for e in catalogue}
    forms = int(catalogue.metadata["Plural-Forms"].split("=")[1].split(";")[0])
    catalogue.clear()
    for text, files in found.items():
        entry = known.get(text) or polib.POEntry(
            msgid=text.text,
            msgid_plural=text.plural or "",
            msgctxt=text.context,
            msgstr_plural=dict.fromkeys(range(forms), "") if text.plural else {},
        )
        # Files without line numbers: a moved line is no change to a translation.
        entry.occurrences = [(name, "") for name in files]
        entry.obsolete = False
        uses_percent = "%(" in text.text
        entry.flags = ["python-format"] if uses_percent else []
        catalogue.append(entry)
    return sum(1 for entry in catalogue if not entry.translated())
