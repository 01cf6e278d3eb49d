"""What forms refuse: every text that code can give as an error, and one post that reaches it.

Each app has its table of cases (`test_form_refusals.py`); what stands in no table is found by
reading the source.
"""

import ast
import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.test import Client
from django.utils import translation

_GETTEXT = {"_", "gettext", "gettext_lazy"}
_PLURAL = {"ngettext", "ngettext_lazy"}
_GIVE = {"add_error", "ValidationError", "OperationRefused", "LinkRefused"}
_TABLES = {"error_messages", "violation_error_message"}
# What words a refusal of the rules or of an operation.
_WORDS = {"refusal", "refusal_at_kiosk", "wrong", "wrong_at_kiosk"}
_APPS = ("accounts", "cards", "guide", "notifications", "privacy")
# Kept on purpose: wrong tries, and who looked.
_COUNTS = {"cards.PinSlot", "accounts.LinkingCode", "privacy.Access"}


@dataclass
class Sent:
    """What is sent to a page. `counts`: the try itself is kept, as an event.

    `secret`: names of what is typed and never shown again.
    """

    client: Client
    address: str
    typed: dict[str, Any] = field(default_factory=dict)
    method: str = "post"
    follow: bool = False
    counts: bool = False
    secret: frozenset[str] = frozenset()


Case = tuple[str, Callable[[Any], Sent]]
LANGUAGES = ("en", "ja")


def each(cases: list[Case]) -> list[Any]:
    """The cases as pytest's parameters, named by what does it and the beginning of the words."""
    import pytest

    return [pytest.param(words, run, id=f"{run.__name__}: {words[:40]}") for words, run in cases]


def require_refused(words: str, run: Callable[[Any], Sent], place: Any, language: str) -> None:
    """The page answers in these words, in that language; nothing is changed, nothing is lost."""
    with translation.override(language):
        expected = str(translation.gettext(words))
        sent = run(place)
    before = _everything() if not sent.counts else None
    answer = getattr(sent.client, sent.method)(
        sent.address,
        sent.typed,
        follow=sent.follow,
        headers={"accept-language": language},
    )
    assert answer.status_code in (200, 422, 429), answer.status_code
    page = _alerts(answer)
    assert re.search(_pattern(expected), page), f"{expected!r} is not read out: {page}"
    if language == "ja":
        assert expected != words, "not translated"
        assert re.search("[぀-ヿ]", expected)
    else:
        assert expected == words
    assert before is None or _everything() == before, "something was changed"
    kept = html.unescape(answer.content.decode()).replace("\r\n", "\n")
    for name, value in sent.typed.items():
        if isinstance(value, str) and value and name not in sent.secret:
            there = f'value="{value}"' in kept or f"{value}</textarea>" in kept
            assert there, f"{name} is lost"


def _pattern(text: str) -> str:
    """Its words, whatever stands in for its placeholders."""
    pieces = re.split(r"%\(\w+\)[sd]", " ".join(text.split()))
    return ".+".join(re.escape(piece) for piece in pieces)


def _alerts(answer: Any) -> str:
    """What the page says at once to who cannot see it, on one line, and what comes after it."""
    page = answer.content.decode()
    said = 'role="alert"(?![^>]* hidden)|class="errornote"|class="messages"'
    found = re.search(f"<[^>]*({said})[^>]*>", page)
    after = page[found.start() :] if found else ""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", after)).split())


def _everything() -> dict[str, list[Any]]:
    """Every row of the portal's own tables."""
    with translation.override("en"):  # names of offices differ by language
        return {
            model._meta.label: list(model._default_manager.order_by("pk").values())
            for app in _APPS
            for model in apps.get_app_config(app).get_models()
            if model._meta.label not in _COUNTS
        }


# --- Read from the source ------------------------------------------------------------------------
def texts_of(*places: str) -> dict[str, str]:
    """Each text that stands as an error in these folders or files, with the file it stands in.

    Of a text with a plural the singular.
    """
    found: dict[str, str] = {}
    for place in places:
        path = settings.BASE_DIR / place
        files = [path] if path.is_file() else sorted(path.rglob("*.py"))
        assert files, place
        for file in files:
            found |= dict.fromkeys(_texts(file), str(file.relative_to(settings.BASE_DIR)))
    return found


def _texts(file: Path) -> Iterator[str]:
    tree = ast.parse(file.read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    within = {id(node): function for function in functions for node in ast.walk(function)}
    for given in _given(tree):
        here = within.get(id(given))
        # What the same function names, and what stands outside of any.
        named = {
            name: value
            for name, value, at in _named(tree)
            if name.startswith(".") or within.get(id(at)) in (None, here)
        }
        yield from _said(given, named)


def _given(tree: ast.AST) -> Iterator[ast.AST]:
    """Whatever is handed to a form, or to somebody who hands it to a form."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if (called := _name(node.func)) in _GIVE:
                yield from node.args[1:] if called == "add_error" else node.args
            yield from (one.value for one in node.keywords if one.arg in _TABLES)
        elif isinstance(node, ast.Assign) and _name(node.targets[0]) in _TABLES:
            yield node.value
        elif isinstance(node, ast.FunctionDef) and (
            node.name in _WORDS or _name(node.returns) == "Refusal"
        ):
            yield from (one for one in ast.walk(node) if isinstance(one, ast.Return))


def _named(tree: ast.AST) -> Iterator[tuple[str, ast.AST, ast.AST]]:
    """Each name with what it is given, and where: `x`, or `.x` for an attribute."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                yield _key(target), node.value, node


def _key(node: ast.AST) -> str:
    return f".{node.attr}" if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _name(node: ast.AST | None) -> str:
    """The last name of `a.b[c]`: b."""
    if isinstance(node, ast.Subscript):
        return _name(node.value)
    return getattr(node, "attr", "") or getattr(node, "id", "")


def _said(node: ast.AST, named: dict[str, ast.AST], deep: int = 3) -> Iterator[str]:
    """The texts in it, and in what it names in the same file."""
    for one in ast.walk(node):
        if isinstance(one, ast.Call) and _name(one.func) in _GETTEXT | _PLURAL:
            yield from (str(text.value) for text in one.args[:1] if isinstance(text, ast.Constant))
        elif isinstance(one, (ast.Name, ast.Attribute)) and deep and _key(one) in named:
            yield from _said(named[_key(one)], named, deep - 1)
