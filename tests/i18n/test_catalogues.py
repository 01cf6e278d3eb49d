"""Every text is there in every language, and says the same."""

import re
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from portal.translatable import Text, _in_python, _in_template, texts_for

LANGUAGES = sorted({*dict(settings.LANGUAGES), *settings.MAIL_LANGUAGES} - {"en"})
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def catalogue(language: str) -> polib.POFile:
    locale = translation.to_locale(language)
    path = Path(settings.BASE_DIR) / "locale" / locale / "LC_MESSAGES" / "django.po"
    return polib.pofile(str(path))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_and_nothing_is_left_over(language):
    found = {Text(e.msgid, e.msgid_plural or None, e.msgctxt) for e in catalogue(language)}
    wanted = set(texts_for(language))
    assert wanted - found == set(), "not in the catalogue: make messages"
    assert found - wanted == set(), "no longer used: make messages"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_empty_or_fuzzy(language):
    unfinished = [e.msgid for e in catalogue(language) if not e.translated() or e.fuzzy]
    assert unfinished == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_those_of_the_original(language):
    for entry in catalogue(language):
        wanted = sorted(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        for said in entry.msgstr_plural.values() or [entry.msgstr]:
            assert sorted(PLACEHOLDER.findall(said)) == wanted, entry.msgid


def test_texts_are_found_where_they_can_stand():
    code = """
gettext("one" " piece"); _("lazy"); ngettext_lazy("%(n)d day", "%(n)d days", "n")
pgettext("a verb", "Open"); gettext(name); other("not this")
"""
    assert list(_in_python(code)) == [
        Text("one piece"),
        Text("lazy"),
        Text("%(n)d day", "%(n)d days"),
        Text("Open", context="a verb"),
    ]
    template = """{% translate "It's" %}{% translate 'Open' context "a verb" %}
{% blocktranslate trimmed with a=b %}
  Dear {{ a }},
  good day
{% endblocktranslate %}
{% blocktranslate count n=n %}{{ n }} card{% plural %}{{ n }} cards{% endblocktranslate %}
{{ x|default:_("nothing") }}"""
    assert set(_in_template(template)) == {
        Text("It's"),
        Text("Open", context="a verb"),
        Text("Dear %(a)s, good day"),
        Text("%(n)s card", "%(n)s cards"),
        Text("nothing"),
    }


def test_a_page_is_really_shown_in_japanese():
    with translation.override("ja"):
        assert "本文へ" in render_to_string("404.html")
