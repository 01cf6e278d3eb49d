"""What of the cards stands on the desk: applications, last days, locked PINs."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import desk
from accounts.desk import Group, Plot, Tile
from accounts.models import User
from accounts.plots import Bars, Row
from accounts.scope import Viewer, seen_by
from cards.admin.filters import MOVE_CLOCKS, in_state
from cards.models import (
    Card,
    CardImport,
    Deadline,
    ImportState,
    PinSlot,
    Reissue,
    VariantRequest,
)
from cards.models.pin_slot import locked
from cards.rules.days import days_from
from cards.rules.kinds import CardState, ReissueState
from portal import clock

EXPIRE_WITHIN, LAPSE_WITHIN = 30, 14
OF_CARD = "card__resident__office"
# How long applications have waited: from so many days on, and what that is called.
AGES = (
    (0, _("today or yesterday")),
    (2, _("2 to 6 days")),
    (7, _("1 week")),
    (14, _("2 to 4 weeks")),
    (30, _("longer")),
)


def _to_decide(user: Viewer) -> QuerySet[Any]:
    rows = Reissue.objects.filter(closed_at=None, state=ReissueState.REQUESTED.value)
    return seen_by(user, rows, OF_CARD)


def _to_hand_out(user: Viewer) -> QuerySet[Any]:
    rows = Reissue.objects.filter(closed_at=None, state=ReissueState.ACCEPTED.value)
    return seen_by(user, rows, OF_CARD)


def _variants(user: Viewer) -> QuerySet[Any]:
    return seen_by(user, VariantRequest.objects.filter(closed_at=None), OF_CARD)


def _ends_today(user: Viewer) -> QuerySet[Any]:
    return seen_by(user, Deadline.objects.filter(closed_at=None, last_day=clock.today()), OF_CARD)


def _about_to_lapse(user: Viewer) -> QuerySet[Any]:
    last = days_from(clock.today(), LAPSE_WITHIN)
    rows = Deadline.objects.filter(
        closed_at=None, kind__in=MOVE_CLOCKS, last_day__range=(clock.today(), last)
    )
    return seen_by(user, rows, OF_CARD)


def _about_to_expire(user: Viewer) -> QuerySet[Any]:
    last = days_from(clock.today(), EXPIRE_WITHIN)
    rows = Card.objects.filter(expires_on__range=(clock.today(), last), replaced_at=None)
    return seen_by(user, rows, "resident__office")


def _locked(user: Viewer) -> QuerySet[Any]:
    return seen_by(user, PinSlot.objects.filter(locked()), OF_CARD)


def _suspended(user: Viewer) -> QuerySet[Any]:
    return seen_by(user, Card.objects.filter(in_state(CardState.SUSPENDED)), "resident__office")


def _imports(state: ImportState) -> Callable[[Viewer], QuerySet[Any]]:
    def rows(user: Viewer) -> QuerySet[Any]:
        return seen_by(user, CardImport.objects.filter(state=state), "office")

    return rows


desk.tiles += [
    Tile(
        Group.WAITING,
        _("Applications for a new card to decide"),
        "admin:cards_reissue_changelist",
        {"open": "yes", "state__exact": "requested"},
        "cards.view_reissue",
        _to_decide,
        told=True,
    ),
    Tile(
        Group.WAITING,
        _("New cards to hand out"),
        "admin:cards_reissue_changelist",
        {"open": "yes", "state__exact": "accepted"},
        "cards.view_reissue",
        _to_hand_out,
    ),
    Tile(
        Group.WAITING,
        _("Requests for the other variant of the card"),
        "admin:cards_variantrequest_changelist",
        {"open": "yes"},
        "cards.view_variantrequest",
        _variants,
        told=True,
    ),
    Tile(
        Group.WAITING,
        _("Checked files of cards that wait for a yes"),
        "admin:cards_cardimport_changelist",
        {"state__exact": ImportState.CHECKED.value},
        "cards.view_cardimport",
        _imports(ImportState.CHECKED),
    ),
    Tile(
        Group.DAYS,
        _("Last days that are today"),
        "admin:cards_deadline_changelist",
        {"open": "yes", "when": "today"},
        "cards.view_deadline",
        _ends_today,
        told=True,
    ),
    Tile(
        Group.DAYS,
        _("Cards that lapse within 14 days unless a move is completed"),
        "admin:cards_deadline_changelist",
        {"open": "yes", "when": str(LAPSE_WITHIN), "about": "moves"},
        "cards.view_deadline",
        _about_to_lapse,
        told=True,
    ),
    Tile(
        Group.DAYS,
        _("Cards that expire within 30 days"),
        "admin:cards_card_changelist",
        {"expires": str(EXPIRE_WITHIN)},
        "cards.view_card",
        _about_to_expire,
    ),
    Tile(
        Group.TROUBLE,
        _("Locked PINs"),
        "admin:cards_pinslot_changelist",
        {"locked": "yes"},
        "cards.view_pinslot",
        _locked,
    ),
    Tile(
        Group.TROUBLE,
        _("Suspended cards"),
        "admin:cards_card_changelist",
        {"state": "suspended"},
        "cards.view_card",
        _suspended,
    ),
    Tile(
        Group.TROUBLE,
        _("Imports of cards that broke off"),
        "admin:cards_cardimport_changelist",
        {"state__exact": ImportState.FAILED.value},
        "cards.view_cardimport",
        _imports(ImportState.FAILED),
    ),
]


def applications_by_age(user: User) -> Bars:
    """How long the open applications have waited, of both kinds."""
    offices = desk.offices_of(user)
    found = desk.kept("ages", offices, lambda: _ages(offices))
    return Bars(
        slug="ages",
        title=_("Open applications by how long they have waited"),
        axis=_("waiting"),
        series=[_("New card"), _("Other variant of the card")],
        rows=[
            Row(name, (new, other)) for (_from, name), new, other in zip(AGES, *found, strict=True)
        ],
    )


def _ages(offices: list[int] | None) -> list[list[int]]:
    now = clock.now()
    ends = [*(now - timedelta(days=since) for since, _name in AGES), None]
    found = []
    for model in (Reissue, VariantRequest):
        rows = model.objects.filter(closed_at=None)
        if offices is not None:
            rows = rows.filter(card__resident__office__in=offices)
        ages = {}
        for at, (end, start) in enumerate(pairwise(ends)):
            here = Q(requested_at__lte=end) & (Q(requested_at__gt=start) if start else Q())
            ages[f"age_{at}"] = Count("pk", filter=here)
        found.append(list(rows.aggregate(**ages).values()))
    return found


desk.plots.append(Plot("cards.view_reissue", applications_by_age))
