"""Languages that a resident may be written to in.

Wider than `settings.MAIL_LANGUAGES`, in which mails are complete, and `settings.LANGUAGES`, in
which pages are: an office may record that somebody reads Thai before the portal speaks it. Until
then they are written to in English.
"""

from django.conf import settings

# Each language's name in its own script.
CONTACT_LANGUAGES: dict[str, str] = {
    "en": "English",
    "ja": "日本語",
    "ja-x-easy": "やさしい日本語",
    "zh-hans": "简体中文",
    "zh-hant": "繁體中文",
    "ko": "한국어",
    "vi": "Tiếng Việt",
    "fil": "Filipino",
    "ne": "नेपाली",
    "id": "Bahasa Indonesia",
    "pt-br": "Português (Brasil)",
    "my": "မြန်မာဘာသာ",
    "si": "සිංහල",
    "th": "ไทย",
    "es": "Español",
}
DEFAULT = "en"


def spoken(language: str) -> str:
    """The language of pages for a reader of `language`: their own if complete."""
    return language if language in dict(settings.LANGUAGES) else DEFAULT


def written(language: str) -> str:
    """The language of mails to a reader of `language`: their own if mails are complete in it."""
    return language if language in settings.MAIL_LANGUAGES else DEFAULT


def complete() -> list[tuple[str, str]]:
    """The languages that the portal speaks, each with its name in its own script."""
    return [(code, CONTACT_LANGUAGES[code]) for code, _name in settings.LANGUAGES]
