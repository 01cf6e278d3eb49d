"""The card's page: all that is known on one screen, and what can be done."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import OfficeFilter, ReadOnlyAdmin, staff
from accounts.models import Resident
from accounts.searching import SEARCH_HELP, found_by
from cards import labels
from cards.admin.action import Action, ActionPage
from cards.admin.certificates import IssueCertificates
from cards.admin.expiry import SetExpiry
from cards.admin.filters import ExpiresFilter, StateFilter
from cards.admin.moves import CorrectMove, RecordCardUpdate, RecordMove, WithdrawMove
from cards.admin.names import CorrectNameChange, RecordNameChange
from cards.admin.pins import ResetPins
from cards.admin.reissues import REISSUE_ACTIONS
from cards.admin.suspension import LiftSuspension, Suspend
from cards.admin.variants import VARIANT_ACTIONS
from cards.chip import chip
from cards.ending import told_with_ending
from cards.models import Card, Deadline, LeadDays, Move, PinSlot, Reissue
from cards.rules.deadlines import ends_on
from cards.rules.kinds import CardVariant, PinKind
from portal import clock

EVENTS_A_PAGE = 50
ACTIONS: tuple[type[Action], ...] = (
    RecordMove,
    RecordNameChange,
    CorrectNameChange,
    RecordCardUpdate,
    SetExpiry,
    IssueCertificates,
    Suspend,
    LiftSuspension,
    ResetPins,
)
MOVE_ACTIONS: tuple[type[Action], ...] = (CorrectMove, WithdrawMove)


@admin.register(Card)
class CardAdmin(ReadOnlyAdmin):
    list_display = ["reference", "holder", "state_today", "expires_on", "lapses_on", "variant"]
    list_filter = [OfficeFilter, StateFilter, ExpiresFilter, "variant"]
    list_select_related = ["resident"]
    ordering = ["reference"]
    office = "resident__office"
    exports = True
    in_file: ClassVar[dict[str, Callable[[Any], object]]] = {
        "state_today": lambda card: labels.CARD_STATE[card.state]
    }
    # Not looked up by Django itself: see get_search_results.
    search_fields = ["reference"]
    search_help_text = SEARCH_HELP
    # What rooms above this one add to the page: (request, card) to HTML.
    extra_sections: ClassVar[list[Callable[[HttpRequest, Card], SafeString]]] = []

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        residents = Resident.objects.filter(found_by(search_term)).values("pk")
        return queryset.filter(resident__in=residents), False

    @admin.display(description=_("resident"), ordering="resident__name")
    def holder(self, card: Card) -> str:
        return card.resident.name

    @admin.display(description=_("state today"))
    def state_today(self, card: Card) -> SafeString:
        return format_html(
            '<span class="state state-{}">{}</span>', card.state, labels.CARD_STATE[card.state]
        )

    def get_urls(self) -> list[URLPattern]:
        def page(route: str, action: type[Action]) -> URLPattern:
            view = self.admin_site.admin_view(ActionPage(self, action))
            return path(route, view, name=f"cards_card_{action.slug}")

        return [
            *(
                page(f"<int:object_id>/{one.slug}/", one)
                for one in (*ACTIONS, *REISSUE_ACTIONS, *VARIANT_ACTIONS)
            ),
            *(
                page(f"<int:object_id>/moves/<int:move_id>/{one.slug}/", one)
                for one in MOVE_ACTIONS
            ),
            *super().get_urls(),
        ]

    def found(self, request: HttpRequest, object_id: Any) -> Card:
        """The card, with its resident and office; 404 for one that is not theirs to see."""
        cards = (
            self.get_queryset(request)
            .select_related("resident__office")
            .annotate(set_pins=chip().kinds_set())
        )
        try:
            card: Card | None = cards.filter(pk=object_id).first()
        except (ValueError, OverflowError):
            card = None
        if card is None or not self.has_view_permission(request, card):
            raise Http404
        return card

    def may_act(self, request: HttpRequest, card: Card) -> bool:
        """Whether this member of staff may ask for operations on this card."""
        me = staff(request)
        return me.has_perm("cards.change_card") and (
            me.is_superuser or card.resident.office in me.offices.all()
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """To look at; changes are asked for on the pages that its buttons lead to."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        card = self.found(request, object_id)
        me, today = staff(request), clock.today()
        prefetch_related_objects([me], "offices")
        acts = self.may_act(request, card)
        moves = list(card.moves.order_by("-id"))
        entries = list(card.info_entries.all())
        # Read once: the actions ask for the same rows.
        card._prefetched_objects_cache = {"moves": moves, "info_entries": entries}  # type: ignore[attr-defined]
        prefetch_related_objects([card], "reissues__new_card", "variant_requests")
        deadlines = list(card.deadlines.filter(closed_at=None))
        leads = LeadDays.objects.in_force()
        events = Paginator(card.events.select_related("by").order_by("-id"), EVENTS_A_PAGE)
        page = events.get_page(request.GET.get("page"))
        every = (*ACTIONS, *REISSUE_ACTIONS, *VARIANT_ACTIONS) if acts else ()
        possible, closed = _sorted_out([one(card, me) for one in every])
        context = {
            **self.admin_site.each_context(request),
            "title": card.resident.name,
            "subtitle": None,
            "opts": self.opts,
            "card": card,
            "state": card.state,
            "state_label": labels.CARD_STATE[card.state],
            "works_until": ends_on(card.expires_on, card.lapses_on),
            "acts": acts,
            "possible": possible,
            "closed": closed,
            "other_cards": card.resident.cards.exclude(pk=card.pk).order_by("-pk"),
            "told_move": card.planned_moves.filter(closed_at=None).first(),
            "info_entries": entries,
            "deadlines": [
                (d, (d.last_day - today).days, d.next_reminder(leads)) for d in deadlines
            ],
            "moves": [
                (move, _clocks(move, deadlines), _move_actions(card, me, move, acts))
                for move in moves
            ],
            "certificates": [
                (c, c.facts(card.expires_on).valid_until) for c in card.certificates.order_by("id")
            ],
            "pins": _pins(card),
            "page": page,
            "events": told_with_ending(card, page),
            "reissues": list(card.reissues.all()),
            "came_from": Reissue.objects.filter(new_card=card).select_related("card").first(),
            "variant_requests": list(card.variant_requests.all()),
            "extra_sections": [section(request, card) for section in self.extra_sections],
        }
        return TemplateResponse(request, "admin/cards/card.html", context)


def _sorted_out(
    actions: list[Action],
) -> tuple[list[Action], list[tuple[list[Action], str | Promise]]]:
    """What can be done now; and what cannot, together where it is for the same reason."""
    possible: list[Action] = []
    closed: dict[str, tuple[list[Action], str | Promise]] = {}
    for action in actions:
        if (why := action.why_not) is None:
            possible.append(action)
        else:
            closed.setdefault(str(why), ([], why))[0].append(action)
    return possible, list(closed.values())


def _move_actions(card: Card, me: Any, move: Move, acts: bool) -> list[Action]:
    if not acts or move.withdrawn_at is not None:
        return []
    return [one(card, me, move) for one in MOVE_ACTIONS]


def _clocks(move: Move, deadlines: list[Deadline]) -> list[Deadline]:
    """The open deadlines that this move's running clocks stand for."""
    if move.withdrawn_at is not None:
        return []
    running = {(clock.kind.value, clock.last_day) for clock in move.dates.deadlines()}
    return [d for d in deadlines if (d.kind, d.last_day) in running]


def _pins(card: Card) -> list[tuple[str | Promise, PinSlot | None]]:
    """Each PIN as it stands, None where it is not set; nothing on a photo-ID card (G9)."""
    if card.variant == CardVariant.PHOTO_ID:
        return []
    slots = {slot.kind: slot for slot in card.pin_slots.all()}
    are_set = {one["kind"] for one in card.set_pins}
    found: list[tuple[str | Promise, PinSlot | None]] = []
    for kind in PinKind:
        slot = slots.get(kind.value) or PinSlot(kind=kind.value)
        is_known = kind.value in are_set or slot.tries_left == 0
        found.append((labels.PIN_KIND[kind], slot if is_known else None))
    return found
