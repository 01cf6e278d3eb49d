"""Every mail that was to go to a holder, and what became of it."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from notifications.mail_record import record_of
from notifications.messages.about import about
from notifications.views.inbox import A_PAGE, mine


@require_safe
@login_required
def mails(request: HttpRequest) -> HttpResponse:
    """Newest first; addresses are masked, as they were kept."""
    found = mine(request).filter(delivery__isnull=False).select_related("delivery__daily_mail")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "notifications/mails.html",
        {"page": page, "mails": [(about(one), one, record_of(one.delivery)) for one in page]},
    )
