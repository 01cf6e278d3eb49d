"""A page of the desk on which staff ask for one operation: form, confirmation, done.

Nothing typed is lost, whatever happens: a refusal or a card that changed meanwhile brings the
form back as it was, saying why.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.functional import Promise

from accounts.admin.base import staff
from accounts.admin.left_empty import say_what_to_do
from accounts.once import Refusal, once
from cards.admin.rehearsal import rehearse, version
from cards.history import tell
from cards.models import Card, Move
from cards.operations import OperationRefused

if TYPE_CHECKING:
    from accounts.models import User
    from cards.admin.card import CardAdmin

Words = str | Promise
CHANGED: Refusal = ("changed", "")


class ActionForm(forms.Form):
    """Field names are the operation's own, so that its refusals find their field."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    error_css_class = "has-error"
    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_what_to_do(self)


class CardChanged(Exception):
    """Somebody else changed the card since this page was opened."""


class Action(ABC):
    """One operation at the desk. Subclasses say what it asks, when it is open and what it does."""

    slug: ClassVar[str]
    title: ClassVar[Words]
    help: ClassVar[Words]
    button: ClassVar[Words]
    done: ClassVar[Words]
    form_class: ClassVar[type[ActionForm]] = ActionForm
    about_a_move: ClassVar[bool] = False

    def __init__(self, card: Card, by: User, move: Move | None = None) -> None:
        self.card, self.by, self.move = card, by, move

    def require_possible(self) -> None:  # noqa: B027 - a hook
        """Raise OperationRefused when the operation would refuse whatever is typed."""

    def initial(self) -> dict[str, object]:
        return {}

    @abstractmethod
    def operate(self, entries: dict[str, object]) -> object:
        """Ask for the operation; what it gives is for `handed_over`."""

    def handed_over(self, given: object) -> dict[str, object] | None:
        """What the desk is shown once, and never again, of what the operation gave; else None."""
        return None

    @property
    def gives_something(self) -> bool:
        """Whether the desk may be shown something once and never again."""
        return type(self).handed_over is not Action.handed_over

    def form(self, data: object = None) -> ActionForm:
        form = self.form_class(data, initial={"seen": version(self.card)} | self.initial())
        self.prepare(form)
        return form

    def prepare(self, form: ActionForm) -> None:  # noqa: B027 - a hook
        """Put this card's own days into the form's help."""

    @property
    def why_not(self) -> Words | None:
        """Why this cannot be done now, or None when it can."""
        try:
            self.require_possible()
        except OperationRefused as refused:
            return refused.message
        return None

    @property
    def instead(self) -> tuple[str, Words] | None:
        """Where to go when this cannot be done, and what is done there; None for nowhere."""
        return None

    @property
    def url(self) -> str:
        if self.move is None:
            return reverse(f"admin:cards_card_{self.slug}", args=[self.card.pk])
        return reverse(f"admin:cards_card_{self.slug}", args=[self.card.pk, self.move.pk])


class ActionPage:
    """The view: GET shows, POST checks and, confirmed, acts."""

    def __init__(self, admin: CardAdmin, action_class: type[Action]) -> None:
        self.admin, self.action_class = admin, action_class

    def __call__(
        self, request: HttpRequest, object_id: int, move_id: int | None = None
    ) -> HttpResponse:
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        card = self.admin.found(request, object_id)
        if not self.admin.may_act(request, card):
            raise PermissionDenied
        move = None
        if move_id is not None and (move := card.moves.filter(pk=move_id).first()) is None:
            raise Http404
        action = self.action_class(card, staff(request), move)
        if request.method == "POST":
            return self.posted(request, action)
        if action.why_not is None and not self.asks_something(action):
            return self.confirm(request, action, self.checked(action))
        return self.show(request, action, action.form())

    def posted(self, request: HttpRequest, action: Action) -> HttpResponse:
        form = action.form(request.POST)
        if "back" in request.POST:
            return self.show(request, action, _untouched(action, request))
        if not form.is_valid():
            return self.show(request, action, form)
        if "confirmed" not in request.POST:
            try:
                return self.confirm(request, action, form)
            except OperationRefused as refused:
                return self.show_refused(request, action, form, refused.field, refused.message)
            except CardChanged:
                return self.show_changed(request, action, form.cleaned_data["seen"])
        return self.acted(request, action, form)

    def acted(self, request: HttpRequest, action: Action, form: ActionForm) -> HttpResponse:
        """Do it. Sent several times at once, it is done once and answered alike; only what is
        shown to nobody twice, a code, is for the first alone."""
        given: object = None

        def act() -> Refusal:
            nonlocal given
            try:
                with transaction.atomic():
                    card = Card.objects.locked(action.card)
                    if version(card) != form.cleaned_data["seen"]:
                        return CHANGED
                    given = action.operate(_entries(form))
            except OperationRefused as refused:
                return refused.field, str(refused.message)
            self.admin.log_change(request, action.card, str(action.title))
            return None

        refusal = act() if action.gives_something else once(request, act)
        if refusal == CHANGED:
            return self.show_changed(request, action, form.cleaned_data["seen"])
        if refusal is not None:
            return self.show_refused(request, action, form, *refusal)
        if (shown := action.handed_over(given)) is not None:
            response = self.page(request, action, "admin/cards/handed_over.html", shown)
            patch_cache_control(response, no_store=True, private=True)
            return response
        messages.success(request, str(action.done))
        return redirect("admin:cards_card_change", action.card.pk)

    def show_refused(
        self, request: HttpRequest, action: Action, form: ActionForm, field: str, message: Words
    ) -> HttpResponse:
        form.add_error(field if field in form.fields else None, str(message))
        return self.show(request, action, form)

    def asks_something(self, action: Action) -> bool:
        return len(action.form_class.base_fields) > 1

    def checked(self, action: Action) -> ActionForm:
        form = action.form({"seen": version(action.card)})
        form.full_clean()
        return form

    def confirm(self, request: HttpRequest, action: Action, form: ActionForm) -> HttpResponse:
        """What will happen, in plain words, and the button that makes it happen."""
        if version(action.card) != form.cleaned_data["seen"]:
            raise CardChanged
        outcome = rehearse(action.card, lambda: action.operate(_entries(form)))
        return self.page(
            request,
            action,
            "admin/cards/confirm.html",
            {"form": form, "outcome": outcome, "asks": self.asks_something(action)},
        )

    def show(
        self,
        request: HttpRequest,
        action: Action,
        form: ActionForm,
        changes: Sequence[object] = (),
    ) -> HttpResponse:
        return self.page(
            request, action, "admin/cards/action.html", {"form": form, "changes": changes}
        )

    def show_changed(self, request: HttpRequest, action: Action, seen: int) -> HttpResponse:
        """Say what changed; what was typed stays, now for the card as it is."""
        events = action.card.events.filter(pk__gt=seen).select_related("by")
        action.card.refresh_from_db()
        form = _untouched(action, request)
        return self.show(request, action, form, [tell(event) for event in events])

    def page(
        self, request: HttpRequest, action: Action, template: str, context: dict[str, object]
    ) -> HttpResponse:
        return TemplateResponse(
            request,
            template,
            {
                **self.admin.admin_site.each_context(request),
                "title": action.title,
                "opts": self.admin.opts,
                "card": action.card,
                "action": action,
                **context,
            },
        )


def _entries(form: ActionForm) -> dict[str, object]:
    return {name: value for name, value in form.cleaned_data.items() if name != "seen"}


def _untouched(action: Action, request: HttpRequest) -> ActionForm:
    """What was typed, shown again without judging it, for the card as it is now."""
    form = action.form()
    typed = {
        name: field.widget.value_from_datadict(request.POST, {}, name) or ""
        for name, field in form.fields.items()
        if name != "seen"
    }
    form.initial.update(typed)
    return form
