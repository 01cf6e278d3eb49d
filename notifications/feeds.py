"""A private calendar of last days, by a secret address that calendar programs ask for anew."""

from __future__ import annotations

import secrets
from itertools import chain

from django.db import transaction
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts import languages
from accounts.models import User
from cards.models import Card
from cards.overview import CardOverview, DeadlineView, overview
from notifications import calendar
from notifications.messages.letter import OfficeWords
from notifications.models import CalendarLink
from portal import clock

SECRET_BYTES = 32


def make_link(user: User) -> str:
    """A new secret, told this once; the one before stops working."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        CalendarLink.objects.update_or_create(
            user=user,
            defaults={"secret_digest": _digest(secret), "made_at": clock.now(), "used_on": None},
        )
    return secret


def end_link(user: User) -> None:
    """No calendar can read it any more."""
    CalendarLink.objects.filter(user=user).delete()


def owner_of(secret: str) -> User | None:
    """Whose calendar this secret opens, today; notes the day, once a day."""
    link = (
        CalendarLink.objects.select_related("user")
        .filter(secret_digest=_digest(secret), user__is_active=True)
        .first()
    )
    if link is None:
        return None
    today = clock.today()
    if link.used_on != today:
        CalendarLink.objects.filter(pk=link.pk, secret_digest=link.secret_digest).update(
            used_on=today
        )
    return link.user


def feed(user: User) -> bytes:
    """Every last day that is open now, of the cards that this account sees.

    In the language of mails to it: an entry of a mail and the feed's with the same UID are one.
    """
    cards = [overview(card) for card in Card.objects.held_by(user).with_facts()]
    language = languages.written(user.language)
    with translation.override(language):
        entries = [
            _entry(one, deadline, language, several=len(cards) > 1)
            for one in cards
            for deadline in one.deadlines
            if deadline.days_left >= 0
        ]
        return calendar.calendar(entries, name=_("Last days of Individual Number Cards"))


def _entry(
    one: CardOverview, deadline: DeadlineView, language: str, *, several: bool
) -> calendar.Entry:
    """The name stands in it only where several cards must be told apart; the reference never."""
    card = one.card
    title = calendar.title(deadline.kind, deadline.about)
    if several:
        title = _("%(title)s (%(name)s)") % {"title": title, "name": card.resident.name}
    said = [
        deadline.by_when,
        deadline.reason,
        *chain.from_iterable(deadline.what_ends),
        deadline.first,
        deadline.what_to_do,
    ]
    if bring := deadline.what_to_bring:
        said += [pgettext("heading in a mail", "What to bring"), *(f"- {thing}" for thing in bring)]
    office = OfficeWords.of(card.resident.office, language)
    if deadline.where:
        said += [deadline.where, office.lines]
    said_at = clock.now()
    return calendar.Entry(
        uid=calendar.uid(deadline.kind, card.pk, deadline.last_day, one.works_until),
        day=calendar.day_of(deadline.kind, deadline.last_day, deadline.opening),
        said_at=said_at,
        sequence=calendar.sequence(said_at),
        summary=title,
        description="\n".join(filter(None, said)),
        location="" if deadline.where else office.place,
    )


def _digest(secret: str) -> str:
    return salted_hmac("calendar", secret, algorithm="sha256").hexdigest()
