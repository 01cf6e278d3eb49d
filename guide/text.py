"""Markdown as staff write it, to HTML that is safe to show."""

from typing import Any

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

# “js-default” refuses raw HTML and dangerous links.
_MARKDOWN = MarkdownIt("js-default")


def as_html(text: str) -> SafeString:
    """HTML of a Markdown text; tags typed into it are shown as text."""
    html: str = _MARKDOWN.render(text)
    return mark_safe(html)


def _table_open(*_: Any) -> str:
    # On a telephone a wide table scrolls by itself, also by keyboard; the page does not.
    return '<div class="table-scroll" tabindex="0" role="group"><table>\n'


def _table_close(*_: Any) -> str:
    return "</table></div>\n"


_MARKDOWN.add_render_rule("table_open", _table_open)
_MARKDOWN.add_render_rule("table_close", _table_close)
