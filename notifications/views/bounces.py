"""Where a mail provider reports what became of mails. Off unless a secret is set."""

import logging
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

log = logging.getLogger(__name__)

# Those that report under the Message-ID that a mail had when it came to them. By it alone is a
# reminder found: others would be believed about accounts only, and never flag a resident's address.
PROVIDERS = {
    "brevo": BrevoTrackingWebhookView,
    "mailgun": MailgunTrackingWebhookView,
    "sendgrid": SendGridTrackingWebhookView,
}
# What reading something that is no report of this provider's ends in.
_UNREADABLE = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    OSError,
    RecursionError,
    AnymailConfigurationError,
)


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
    """`view`, which says _NoReport where it would break off at what it cannot read; of several
    events it leaves out those that it cannot, so that the others are noted."""

    def run_validators(self: Any, request: HttpRequest) -> None:
        try:
            view.run_validators(self, request)
        except _UNREADABLE as trouble:
            raise _NoReport from trouble

    def parse_events(self: Any, request: HttpRequest) -> list[Any]:
        try:
            events = view.parse_events(self, request)
        except _UNREADABLE as trouble:
            raise _NoReport from trouble
        readable = [event for event in events if event is not None]
        if events and not readable:
            raise _NoReport
        return readable

    def esp_to_anymail_event(self: Any, esp_event: Any) -> Any:
        try:
            return view.esp_to_anymail_event(self, esp_event)
        except _UNREADABLE:
            log.warning("An event of %s cannot be read", self.esp_name, exc_info=True)
            return None

    careful = run_validators, parse_events, esp_to_anymail_event
    return type(view.__name__, (view,), {method.__name__: method for method in careful})
