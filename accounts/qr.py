"""QR codes as pictures that a page may show: SVG without styles, and nothing loaded."""

import qrcode
from django.utils.html import format_html
from django.utils.safestring import SafeString

_QUIET = 4  # modules of white around, as the standard asks


def qr_svg(text: str, label: str) -> SafeString:
    """`text` as a QR code; `label` is what a screen reader says of it."""
    code = qrcode.QRCode(border=_QUIET)
    code.add_data(text)
    code.make()
    rows = code.get_matrix()
    path = "".join(
        f"M{x},{y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    return format_html(
        '<svg class="qr" role="img" aria-label="{}" viewBox="0 0 {} {}" '
        'xmlns="http://www.w3.org/2000/svg"><path fill="#fff" d="M0,0h{}v{}H0z"/>'
        '<path fill="#000" d="{}"/></svg>',
        label,
        len(rows),
        len(rows),
        len(rows),
        len(rows),
        path,
    )
