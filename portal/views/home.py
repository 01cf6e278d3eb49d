"""The first page: what the portal is, or, signed in, the cards and what to do by when."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Window
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.adulthood import under_18_if_born_after
from accounts.models import User
from cards.models import Card
from cards.models.pin_slot import LOOKED_AT_WITHIN
from cards.overview import guardianship_of, overview
from notifications.messages import headline
from notifications.models import Notification
from notifications.models.mail_trouble import HAS_ARRIVED
from notifications.news import Failing, News, account_in_trouble, holder_in_trouble
from portal import clock
from portal.prepared import PreparedQuery

UNREAD_SHOWN = 5
# How long a parent still reads here why a child's card is gone.
ENDED_SHOWN = timedelta(days=60)

# They stand in for whoever reads, on whatever day.
_ANYONE, _ANY_DAY = User(pk=-18_681_023), date(1868, 10, 23)
_ANY_MOMENT = datetime(1868, 1, 3, 12, tzinfo=clock.TOKYO)
_STAND_INS = {"user": _ANYONE.pk, "born_after": under_18_if_born_after(_ANY_DAY)}
_NEWEST = PreparedQuery(
    lambda: (
        Notification.objects.for_holder(_ANYONE, on=_ANY_DAY)
        .unread()
        .with_move_kind()
        .select_related("card__resident", "deadline", "event")
        .annotate(of=Window(Count("pk")), account_fails=account_in_trouble(_ANYONE.pk))[
            :UNREAD_SHOWN
        ]
    ),
    _STAND_INS,
)
_CARDS = PreparedQuery(
    lambda: (
        Card.objects.held_by(_ANYONE, on=_ANY_DAY)
        .with_facts(at=_ANY_MOMENT)
        .annotate(
            mailbox_is_dead=holder_in_trouble("resident", _ANY_MOMENT - HAS_ARRIVED),
            account_fails=account_in_trouble(_ANYONE.pk),
        )
    ),
    _STAND_INS
    | {
        "looked_at_by": _ANY_MOMENT - LOOKED_AT_WITHIN,
        "arrived_by": _ANY_MOMENT - HAS_ARRIVED,
        "today": clock.day_of(_ANY_MOMENT),
    },
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Two queries of its own, whatever the data."""
    if not isinstance(request.user, User):
        return render(request, "portal/welcome.html")
    today, me = clock.today(), request.user.pk
    unread = _NEWEST.rows(user=me, born_after=under_18_if_born_after(today))
    held = [
        (card, guardianship_of(card, today))
        for card in _CARDS.rows(
            user=me,
            born_after=under_18_if_born_after(today - ENDED_SHOWN),
            looked_at_by=clock.now() - LOOKED_AT_WITHIN,
            arrived_by=clock.now() - HAS_ARRIVED,
            today=today,
        )
    ]
    mine = [card for card, guarded in held if not (guarded and guarded.over)]
    return render(
        request,
        "portal/home.html",
        {
            "cards": [overview(card) for card in mine],
            "ended": [guarded for _card, guarded in held if guarded and guarded.over],
            "unread": [(headline(one), one) for one in unread],
            "news": _news(mine, unread),
        },
    )


def _news(cards: list[Any], unread: list[Any]) -> News:
    """What the two queries above tell by the way, which saves the top of the page its own."""
    return News(
        unread[0].of if unread else 0,
        tuple(
            Failing(card.resident.name, card.resident.email, card.mailbox_is_dead)
            for card in cards
            if card.mailbox_is_dead is not None
        ),
        any(row.account_fails for row in (*cards, *unread)),
    )
