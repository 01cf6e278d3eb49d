"""Where a mail provider reports what became of mails. Off unless a secret is set."""

from typing import Any

from anymail.exceptions import AnymailConfigurationError, AnymailWebhookValidationFailure
from anymail.webhooks.base import AnymailCoreWebhookView
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.sendgrid import SendGridTrackingWebhookView
from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseForbidden,
)
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from notifications.bounces import webhook  # noqa: F401 - it listens to what these views tell

# Those that report under the Message-ID that a mail had when it came to them. By it alone is a
# reminder found: others would be believed about accounts only, and never flag a resident's address.
PROVIDERS = {
    "brevo": BrevoTrackingWebhookView,
    "mailgun": MailgunTrackingWebhookView,
    "sendgrid": SendGridTrackingWebhookView,
}
# What reading something that is no report of this provider's ends in.
_UNREADABLE = (ValueError, KeyError, IndexError, TypeError, AttributeError)


class _NoReport(Exception):
    """What came from somebody who knows the secret is no report of this provider's."""


@csrf_exempt
def report(request: HttpRequest, provider: str) -> HttpResponse:
    """One report. The secret comes by basic authentication and is compared in constant time; who
    does not know it is refused, and nothing is read of what they sent.
    """
    if not settings.ANYMAIL["WEBHOOK_SECRET"] or provider not in PROVIDERS:
        raise Http404
    if provider == "mailgun" and not settings.ANYMAIL.get("MAILGUN_WEBHOOK_SIGNING_KEY"):
        raise Http404
    try:
        answer: HttpResponse = require_POST(_careful(PROVIDERS[provider]).as_view())(request)
    except AnymailWebhookValidationFailure:
        return HttpResponseForbidden()
    except _NoReport:
        return HttpResponseBadRequest()
    return answer


def _careful(view: type[AnymailCoreWebhookView]) -> Any:
    """`view`, which says _NoReport where it would break off at what it cannot read."""

    def parse_events(self: Any, request: HttpRequest) -> Any:
        try:
            return view.parse_events(self, request)
        except (*_UNREADABLE, AnymailConfigurationError) as trouble:
            raise _NoReport from trouble

    return type(view.__name__, (view,), {"parse_events": parse_events})
