"""Every text of our code and templates that is to be translated, without gettext's programs."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation.template import templatize

# What mails are made of, file or folder, beside every folder called `email`. Languages of mails
# alone need no more than these.
MAILS = (
    "accounts/devices.py",
    "cards/deadline_about.py",
    "cards/deadline_words.py",
    "cards/reissue_words.py",
    "cards/suspended_words.py",
    "cards/within_words.py",
    "cards/wording.py",
    "notifications/calendar.py",
    "notifications/feeds.py",
    "notifications/messages/",
    "portal/settings.py",
    "templates/accounts/device.html",
    "templates/mail/",
    "templates/notifications/mail/",
)
ROOMS = ("accounts", "cards", "guide", "notifications", "portal", "privacy", "templates")

# Function → how many of its first arguments are text, and whether the first is the context.
_CALLS = {
    **dict.fromkeys(("_", "_lazy", "gettext", "gettext_lazy", "gettext_noop"), (1, False)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (2, False)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (2, True)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (3, True)),
}
_TEMPLATE_CALL = re.compile(r"\b(_|n?p?gettext)\(")
_TEMPLATE_TEXT = re.compile(r"""\s*u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s*,?""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Text:
    """What a translator is asked for. `plural` and `context` are None where there is none."""

    text: str
    plural: str | None = None
    context: str | None = None


def texts() -> dict[Text, list[str]]:
    """Every text, with the files that it stands in, in a settled order."""
    found: dict[Text, list[str]] = {}
    for room in ROOMS:
        for path in sorted((Path(settings.BASE_DIR) / room).rglob("*")):
            if path.suffix not in (".py", ".html", ".txt") or "migrations" in path.parts:
                continue
            source = path.read_text()
            reader = _in_python if path.suffix == ".py" else _in_template
            for text in reader(source):
                files = found.setdefault(text, [])
                name = path.relative_to(settings.BASE_DIR).as_posix()
                if name not in files:
                    files.append(name)
    return found


def texts_for(language: str) -> dict[Text, list[str]]:
    """What the catalogue of a language holds: every text, or those of mails.

    A language of `MAIL_LANGUAGES` that pages do not speak has a catalogue of mails alone.
    """
    found = texts()
    if language in settings.MAIL_LANGUAGES and language not in dict(settings.LANGUAGES):
        return {text: files for text, files in found.items() if _is_in_mails(files)}
    return found


def _is_in_mails(files: list[str]) -> bool:
    return any(name.startswith(MAILS) or "/email/" in name for name in files)


def _in_python(source: str) -> Iterator[Text]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name not in _CALLS:
            continue
        count, _ = _CALLS[name]
        values = [
            arg.value
            for arg in node.args[:count]
            if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        if len(values) == count:
            yield _text(name, values)


def _in_template(source: str) -> Iterator[Text]:
    code = templatize(source)
    for call in _TEMPLATE_CALL.finditer(code):
        name, at = call[1], call.end()
        values: list[str] = []
        count, _ = _CALLS[name]
        while len(values) < count and (match := _TEMPLATE_TEXT.match(code, at)):
            values.append(ast.literal_eval(match[1]))
            at = match.end()
        if len(values) == count:
            yield _text(name, values)


def _text(name: str, values: list[str]) -> Text:
    _, has_context = _CALLS[name]
    context = values.pop(0) if has_context else None
    return Text(values[0], values[1] if len(values) > 1 else None, context)
