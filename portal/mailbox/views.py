"""Sent mail in the browser, while trying out. Without DEBUG none of these pages exists."""

import re
from collections.abc import Callable
from email.message import EmailMessage
from functools import wraps
from typing import Concatenate, ParamSpec

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from portal.demo.create import staff_code
from portal.mailbox.store import Kept, Store

SHOWN = 200
P = ParamSpec("P")

# A mail's own styles are inline. Nothing else of it is let in: no script, no form, nothing loaded.
MAIL_POLICY: dict[str, list[str] | None] = {
    **dict.fromkeys(settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]),  # none of the site's own
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": ["data:"],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


def _trying_out(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Never in a real installation, even if its addresses were to name the page."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not settings.DEBUG:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@never_cache
@require_safe
@_trying_out
def mailbox(request: HttpRequest) -> HttpResponse:
    """The newest mails; `?to=` keeps those to one address."""
    to = request.GET.get("to", "").strip()
    mails = Store(settings.MAILBOX_DIR).newest(SHOWN, to=to)
    shown = {"mails": mails, "to": to, "most": SHOWN, "staff_code": staff_code()}
    return render(request, "portal/mailbox.html", shown)


@never_cache
@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type] # typed for views without arguments
@_trying_out
def mail(request: HttpRequest, number: int) -> HttpResponse:
    """One mail: headers, text, HTML in a frame, and what is attached."""
    kept = _kept(number)
    return render(
        request,
        "portal/mailbox_mail.html",
        {
            "mail": kept,
            "text": _part(kept.message, "plain"),
            "has_html": _part(kept.message, "html") is not None,
            "headers": [(name, str(value)) for name, value in kept.message.items()],
            "attachments": [
                {
                    "name": part.get_filename() or "—",
                    "type": part.get_content_type(),
                    "bytes": len(part.get_payload(decode=True) or b""),
                }
                for part in kept.message.iter_attachments()
            ],
        },
    )


@never_cache
@require_safe
@xframe_options_sameorigin
@csp_replace(MAIL_POLICY)  # type: ignore[arg-type]
@_trying_out
def mail_html(request: HttpRequest, number: int) -> HttpResponse:
    """The HTML part as it was sent, for the frame; its links open beside it."""
    html = _part(_kept(number).message, "html")
    if html is None:
        raise Http404
    beside = '<base target="_blank">'
    return HttpResponse(re.sub(r"<head[^>]*>", lambda head: head[0] + beside, html, count=1))


def _kept(number: int) -> Kept:
    kept = Store(settings.MAILBOX_DIR).read(number)
    if kept is None:
        raise Http404
    return kept


def _part(message: EmailMessage, kind: str) -> str | None:
    """The text of the mail's plain or html body, or None."""
    body = message.get_body((kind,))
    return str(body.get_content()) if body is not None else None
