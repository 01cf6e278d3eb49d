"""Text that mail programs need not break themselves, and telephone numbers that can be called."""

import re
import unicodedata
from collections.abc import Iterator

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

WIDTH = 72
# A wide character may be followed by a line end, unless the next may not begin a line (kinsoku).
_MAY_NOT_BEGIN = "、。，．・：；？！）」』】〕〉》ー々ゃゅょっぁぃぅぇぉャュョッァィゥェォ%)"
_PHONE = re.compile(r"\b0\d{1,3}-\d{2,4}-\d{2,4}\b")
_LINK = r'<a href="tel:\g<0>" class="link" style="color:#00118f;white-space:nowrap;">\g<0></a>'
_WORDS = re.compile(r"[\u0021-\u1fff\u200b-\u2dff\ua000-\uabff\ufb00-\ufeff]+|.", re.DOTALL)


@register.filter
def wrap(text: str, indent: int = 0) -> str:
    """`text` in lines of at most 72 columns; from the second on, indented by `indent` blanks.

    Wide characters count two columns and may be parted anywhere; words of other scripts not.
    """
    lines, line, width = [], "", indent
    for piece in _pieces(" ".join(text.split())):
        columns = _columns(piece)
        if line and width + columns > WIDTH and piece[0] not in _MAY_NOT_BEGIN:
            lines.append(line.rstrip())
            line, width = "", indent
        if piece == " " and not line:
            continue
        line += piece
        width += columns
    return ("\n" + " " * indent).join([*lines, line.rstrip()])


@register.filter
def calls(text: str) -> SafeString:
    """`text` as HTML whose telephone numbers are links, each kept on one line."""
    return mark_safe(_PHONE.sub(_LINK, conditional_escape(text)))


def _pieces(text: str) -> Iterator[str]:
    return (match[0] for match in _WORDS.finditer(text))


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
