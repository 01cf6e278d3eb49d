"""What of the guide is kept in every language."""

import simple_history
from modeltranslation.translator import TranslationOptions, register

from guide.models import Section


@register(Section)
class SectionTranslation(TranslationOptions):
    fields = ("title", "summary", "body")


# Only now does the model have its columns for every language.
simple_history.register(Section, app="guide")
