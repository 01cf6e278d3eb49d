"""How mails look. The HTML of those about an account is made from their text: both say the same.

Mail programs know tables and inline styles; what is loaded from elsewhere they do not show.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.debug import sensitive_variables

BLUE = "#0017c1"
_FONT = "font-family:{}sans-serif;"
_FONTS = {
    "ja": "'Noto Sans JP','Hiragino Sans','Yu Gothic',Meiryo,",
    "": "'Noto Sans',-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,",
}
# Stands alone in a paragraph: something to type, not to read.
_CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
_FOOTER = "--"


class _Line(str):
    """One line of a paragraph."""

    @property
    def is_link(self) -> bool:
        return self.startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True)
class _Paragraph:
    lines: tuple[_Line, ...]

    @property
    def is_code(self) -> bool:
        return len(self.lines) == 1 and bool(_CODE.fullmatch(self.lines[0]))


def font(language: str) -> SafeString:
    """The style that asks for letters made for this language."""
    return mark_safe(_FONT.format(_FONTS.get(language, _FONTS[""])))


@sensitive_variables()
def with_html(mail: EmailMessage) -> EmailMultiAlternatives:
    """`mail`, whose body is text, with the same as HTML beside it."""
    language = str(mail.extra_headers.get("Content-Language") or settings.LANGUAGE_CODE)
    paragraphs = [
        _Paragraph(tuple(map(_Line, block.splitlines())))
        for block in re.split(r"\n\s*\n", str(mail.body).strip())
    ]
    footer: tuple[_Line, ...] = ()
    if paragraphs[-1].lines[0] == _FOOTER:
        footer = paragraphs.pop().lines[1:]
    with translation.override(language):
        html = render_to_string(
            "mail/account.html",
            {
                "subject": str(mail.subject),
                "paragraphs": paragraphs,
                "footer": footer,
                "language": language,
                "site": str(settings.SITE_NAME),
                "accent": BLUE,
                "font": font(language),
            },
        )
    both = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.body,
        from_email=mail.from_email,
        to=mail.to,
        headers=mail.extra_headers,
        connection=mail.connection,
    )
    both.attach_alternative(html, "text/html")
    return both
