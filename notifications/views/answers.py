"""What a reader says to a notification. Each is a button; GET shows nothing here."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from cards.models import Deadline
from notifications import operations
from notifications.models import Notification
from notifications.views.inbox import mine

Answer = Callable[[HttpRequest, User, Deadline], bool]


@require_POST
@login_required
def mark_read(request: HttpRequest, pk: int) -> HttpResponse:
    operations.mark_read(_mine(request, pk))
    return redirect("notifications:inbox")


@require_POST
@login_required
def mark_unread(request: HttpRequest, pk: int) -> HttpResponse:
    operations.mark_unread(_mine(request, pk))
    return redirect("notifications:inbox")


@require_POST
@login_required
def mark_all_read(request: HttpRequest) -> HttpResponse:
    operations.mark_all_read(_me(request))
    messages.success(request, _("All notifications are marked as read."))
    return redirect("notifications:inbox")


@require_POST
@login_required
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """“I have done this”. It was read, too."""

    def answer(request: HttpRequest, me: User, deadline: Deadline) -> bool:
        if not operations.say_done(deadline, by=me):
            return False
        messages.success(
            request,
            _("Early reminders of this last day are off. It stands until the office records it."),
        )
        return True

    return _about_its_deadline(request, pk, answer, read=True)


@require_POST
@login_required
def not_done(request: HttpRequest, pk: int) -> HttpResponse:
    def answer(request: HttpRequest, me: User, deadline: Deadline) -> bool:
        operations.take_back_done(deadline)
        messages.success(request, _("You get reminders of this last day again."))
        return True

    return _about_its_deadline(request, pk, answer)


@require_POST
@login_required
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """“Remind me again in … days”."""

    def answer(request: HttpRequest, me: User, deadline: Deadline) -> bool:
        days = request.POST.get("days", "")
        number = int(days) if days.isascii() and days.isdecimal() and len(days) < 4 else 0
        if not operations.remind_again(deadline, number, by=me):
            return False
        messages.success(request, _("You are reminded again."))
        return True

    return _about_its_deadline(request, pk, answer, read=True)


@require_POST
@login_required
def no_reminder(request: HttpRequest, pk: int) -> HttpResponse:
    def answer(request: HttpRequest, me: User, deadline: Deadline) -> bool:
        operations.drop_reminder(deadline)
        messages.success(request, _("You are not reminded again on that day."))
        return True

    return _about_its_deadline(request, pk, answer)


def _about_its_deadline(
    request: HttpRequest, pk: int, answer: Answer, *, read: bool = False
) -> HttpResponse:
    """Back to the notification, saying what came of it."""
    found = _mine(request, pk)
    if found.deadline is None or not answer(request, _me(request), found.deadline):
        messages.warning(request, _("Nothing was changed: this is settled, or the day is over."))
    elif read:
        operations.mark_read(found)
    return redirect("notifications:notification", found.pk)


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - login_required came first
    return request.user


def _mine(request: HttpRequest, pk: int) -> Notification:
    return get_object_or_404(mine(request), pk=pk)
