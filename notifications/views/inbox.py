"""What a holder was told, newest first. Opening changes nothing; reading is said by a button."""

from datetime import date
from typing import NamedTuple

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import ClosedDays, User
from cards import wording
from cards.deadline_about import of_this_card
from cards.models import Card
from cards.overview import DeadlineView
from cards.rules.deadlines import Ending, ending_on
from cards.rules.kinds import DeadlineKind
from notifications.mail_record import record_of
from notifications.messages import headline, shown
from notifications.models import Notification
from notifications.models.notification import NotificationQuerySet
from notifications.operations import remind_choices
from portal import clock

A_PAGE = 20


class Filter(NamedTuple):
    code: str
    words: Promise | str
    here: bool


_SETTLED = Q(deadline__closed_at__isnull=False)
_SAID_DONE = Q(deadline__said_done__isnull=False)
FILTERS: dict[str, tuple[Promise, Q | None]] = {
    "all": (_("All"), Q()),
    "new": (_("New"), None),
    "open": (_("Still to do"), Q(deadline__isnull=False) & ~_SETTLED & ~_SAID_DONE),
    "done": (_("Done or settled"), Q(deadline__isnull=False) & (_SETTLED | _SAID_DONE)),
    "events": (_("What happened to the card"), Q(deadline=None)),
}


def mine(request: HttpRequest) -> NotificationQuerySet:
    """What the reader may read, with all that its words need."""
    assert isinstance(request.user, User)  # noqa: S101 - login_required came first
    return (
        Notification.objects.for_holder(request.user)
        .with_move_kind()
        .select_related(
            "card__resident__office", "deadline__said_done", "deadline__asked_reminder", "event"
        )
    )


@require_safe
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """Narrowed down by what is still to do, and by whose card."""
    assert isinstance(request.user, User)  # noqa: S101 - login_required came first
    shown_now = request.GET.get("show", "all")
    shown_now = shown_now if shown_now in FILTERS else "all"
    cards = list(Card.objects.held_by(request.user).select_related("resident"))
    whose = next((c for c in cards if c.reference == request.GET.get("card")), None)
    found = mine(request)
    condition = FILTERS[shown_now][1]
    found = found.unread() if condition is None else found.filter(condition)
    if whose:
        found = found.filter(card__resident=whose.resident)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "notifications/inbox.html",
        {
            "page": page,
            "told": [(headline(one), one) for one in page],
            "filters": [
                Filter(code, words, code == shown_now) for code, (words, _rows) in FILTERS.items()
            ],
            "show": shown_now,
            "holders": cards if len(cards) > 1 else [],
            "whose": whose,
            # For the page's neighbours: what else is asked for.
            "kept": f"show={shown_now}" + (f"&card={whose.reference}" if whose else ""),
        },
    )


@require_safe
@login_required
def notification(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(mine(request).select_related("delivery__daily_mail"), pk=pk)
    mail = getattr(found, "delivery", None)
    deadline = _as_of_today(found)
    return render(
        request,
        "notifications/notification.html",
        {
            "notification": found,
            "words": shown(found),
            "deadline": deadline,
            "said_done": deadline and getattr(found.deadline, "said_done", None),
            "reminder": deadline and getattr(found.deadline, "asked_reminder", None),
            "remind_in": remind_choices(found.deadline) if deadline and found.deadline else [],
            "mail": mail and record_of(mail),
        },
    )


def _as_of_today(found: Notification) -> DeadlineView | None:
    """The deadline that it is about as it stands now; None for an event, or once settled."""
    if not found.deadline or not found.last_day or found.deadline.closed_at:
        return None
    today, office = clock.today(), found.card.resident.office
    kind = DeadlineKind(found.kind)
    closures = ClosedDays.objects.closures([office], today=today)[office.pk]
    ending = _ending(found.card, kind, found.last_day)
    about = of_this_card(found.card, kind, ending, found.move_kind)
    return DeadlineView(
        kind=kind,
        last_day=found.last_day,
        counted_from=found.deadline.counted_from,
        days_left=(found.last_day - today).days,
        opening=wording.opening(kind, found.last_day, today, closures, about),
        about=about,
    )


def _ending(card: Card, kind: DeadlineKind, last_day: date) -> tuple[Ending, ...]:
    """The certificates that a deadline is about; no query for what is about none."""
    if kind is not DeadlineKind.CERTIFICATE_EXPIRY:
        return ()
    return ending_on([one.facts(card.expires_on) for one in card.certificates.all()], last_day)
