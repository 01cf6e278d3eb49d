"""What a page can look like: a person and their cards, made for `pages`."""

from collections.abc import Callable
from datetime import date, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from accounts.models import Relation, SignInWay, User
from accounts.sessions import SessionStore
from cards.models import PinSlot
from cards.operations import (
    Written,
    record_move,
    record_name_change,
    request_variant,
    tell_move,
)
from cards.operations.record import record
from cards.operations.refresh import refresh_deadlines
from cards.operations.suspend import suspend
from cards.rules.kinds import CardVariant, CertificateKind, EventKind, InfoKind, MoveKind, PinKind
from cards.rules.moves import MoveDates
from cards.rules.pins import TRY_LIMIT
from guide.models import Section
from notifications.kinds_of_mail import Group
from notifications.models import MailTrouble, Notification
from notifications.preferences import turn_off
from notifications.unsubscribing import address
from portal import clock
from privacy.models import Access, DataExport
from tests.builders import (
    hold,
    make_app,
    make_card,
    make_certificate,
    make_clerk,
    make_move,
    make_passkey,
    make_pin,
    make_platform,
    make_resident,
    make_user,
)


def _in(days: int) -> date:
    return clock.today() + timedelta(days=days)


def _a_resident(**card: object) -> User:
    user = make_user()
    resident = make_resident(period_of_stay_ends_on=card.get("expires_on") or _in(500))
    hold(user, resident)
    make_card(resident, issued_on=date(2025, 4, 1), **card)
    return user


def nobody() -> None:
    Section.objects.all().delete()
    Section.objects.create(
        slug="pins",
        position=1,
        title_en="The four PINs",
        title_ja="4つの暗証番号",
        summary_en="What each is for, and what to do when one is locked.",
        summary_ja="それぞれの使い道と、ロックされたときにすること。",
        body_en="## Which PIN for what\n\nThere are **four**.\n\n- one\n- two\n\n[The card](https://www.kojinbango-card.go.jp/en/)",
        body_ja="## 使い道\n\n**4つ**あります。\n\n- 1\n- 2",
    )


def empty() -> User:
    return make_user()


def full() -> User:
    """Many deadlines, a locked PIN, notifications read and unread."""
    user = _a_resident(expires_on=_in(20), reference="FULL")
    user.holdings.update(id=1)
    card = user.holdings.get().resident.cards.get()
    make_move(card, expected_move_out_on=_in(-20), moved_in_on=_in(-11))
    make_pin(card, PinKind.SIGNATURE, "KEY7294X", failed_tries=TRY_LIMIT[PinKind.SIGNATURE])
    make_pin(card, PinKind.USER_PROOF, "7294", failed_tries=1)
    for number, deadline in enumerate(card.deadlines.filter(closed_at=None)):
        Notification.objects.create(
            pk=number + 1,
            card=card,
            kind=deadline.kind,
            deadline=deadline,
            last_day=deadline.last_day,
            lead=14,
            read_at=clock.now() if number == 0 else None,
        )
    card = user.holdings.get().resident.cards.get()
    record(card, EventKind.PIN_CHANGED, by=user, pins=["user_proof"])  # a moment ago
    return user


def mail_comes_back() -> User:
    """Neither the contact address nor the account's takes mail."""
    user = _a_resident()
    resident = user.holdings.get().resident
    for reader, whose in ((resident, "resident"), (user, "user")):
        MailTrouble.objects.create(
            address=reader.email, hard=True, failing_since=clock.now(), **{whose: reader}
        )
    return user


def on_a_smartphone() -> User:
    """Certificates on a smartphone beside those on the card; an earlier one was issued again."""
    user = _a_resident(reference="PHONE")
    card = user.holdings.get().resident.cards.get()
    make_pin(card, PinKind.SIGNATURE, "KEY7294X")
    make_platform("iphone", is_on=False)
    for kind in CertificateKind:
        make_certificate(
            card,
            kind=kind.value,
            medium="smartphone",
            platform=make_platform(),
            revoked_at=clock.now(),
            revoked_because="reissued",
        )
        make_certificate(card, kind=kind.value, medium="smartphone", platform=make_platform())
    record(card, EventKind.CERTIFICATE_ISSUED, by=user)  # a moment ago
    return user


def renewed_for_now() -> User:
    """The second visit waits."""
    user = _a_resident(expires_on=_in(60), reference="AGAIN")
    user.holdings.get().resident.cards.update(expiry_basis="application_filed")
    refresh_deadlines(user.holdings.get().resident.cards.get())
    return user


def told_move() -> User:
    """A told move, a new name that waits for the card, and a column that is full."""
    user = _a_resident(reference="TOLD")
    card, clerk = user.holdings.get().resident.cards.get(), make_clerk()
    record_move(
        card,
        kind=MoveKind.RELOCATE,
        dates=MoveDates(notified_on=_in(-40), card_updated_on=_in(-40)),
        by=clerk,
        written=[Written(InfoKind.ADDRESS, "日の出市北3-1")],
        column_full=True,
    )
    record_name_change(card, name="NGUYEN THI LAN ANH", changed_on=_in(-3), by=clerk)
    dates = MoveDates(expected_move_out_on=_in(-2), moved_in_on=_in(2))
    tell_move(card, kind=MoveKind.MOVE_OUT, dates=dates, by=user)
    return user


def suspended() -> User:
    user = _a_resident(reference="LOST")
    card = user.holdings.get().resident.cards.get()
    event = suspend(card, by=user)
    Notification.objects.create(pk=1, card=card, kind=event.kind, event=event)
    return user


def expired() -> User:
    return _a_resident(expires_on=_in(-3), reference="OLD")


def lapsed() -> User:
    user = _a_resident(reference="LAPSED")
    make_move(user.holdings.get().resident.cards.get(), moved_in_on=_in(-40))
    return user


def photo_id() -> User:
    return _a_resident(variant=CardVariant.PHOTO_ID.value, reference="PHOTO")


def guardian() -> User:
    """Their own card and two children's, one of which expires tomorrow."""
    user = _a_resident(reference="OWN")
    for name, days in (("NGUYEN VAN MINH", 1), ("NGUYEN THI HOA ฮวา", 80)):
        child = make_resident(name=name, birth_date=date(2020, 6, 1))
        hold(user, child, Relation.GUARDIAN)
        make_card(child, expires_on=_in(days), variant=CardVariant.PHOTO_ID.value)
    return user


def looked_at() -> User:
    """Staff opened pages about them, about their child and about their account."""
    user = guardian()
    clerk = make_clerk()
    for number, holding in enumerate(user.holdings.all()):
        for action, page in (("looked", "accounts.resident"), ("changed", "cards.card")):
            Access.objects.create(
                by=clerk,
                role="clerk" if number else "auditor",
                office=clerk.offices.get() if number else None,
                action=action,
                page=page,
                resident=holding.resident,
            )
    Access.objects.create(
        by=clerk, role="administrator", action="looked", page="accounts.user", account=user
    )
    return user


def turning_18() -> User:
    """A child with a very long name turns 18 next week; another did last week."""
    user = make_user()
    for name, days in (("WARNAKULASURIYA" * 4, 7), ("NGUYEN VAN MINH", -7)):
        birthday = _in(days)
        child = make_resident(name=name, birth_date=birthday.replace(year=birthday.year - 18))
        hold(user, child, Relation.GUARDIAN)
        make_card(child)
    return user


def with_download(state: str) -> Callable[[], User]:
    def build() -> User:
        user = _a_resident()
        ready = state == "ready"
        DataExport.objects.create(
            user=user,
            language="en",
            state=state,
            content=b"PK" if ready else None,
            expires_at=clock.now() + timedelta(days=7) if ready else None,
        )
        return user

    return build


def secured() -> User:
    """Every way in, two sessions, and sign-ins to look back at."""
    user = make_user()
    make_app(user)
    for name in ("iPhone", "A key with quite a long name that somebody gave it one day"):
        make_passkey(user, name)
    for way in SignInWay:
        user.sign_ins.create(
            way=way, second_step="totp", browser="Chrome", system="Android", network="203.0.113.…"
        )
    for number in range(2):
        store = SessionStore()
        store[SESSION_KEY] = str(user.pk)
        store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        store[HASH_SESSION_KEY] = user.get_session_auth_hash()
        store.save()
        UserSession.objects.create(
            user=user, ip=f"203.0.113.{number}", session_key=store.session_key
        )
    return user


def without_password() -> User:
    user = make_user()
    user.set_unusable_password()
    user.save()
    return user


def new_clerk() -> User:
    return make_user(is_staff=True)


def with_pins() -> User:
    """A card with all its PINs; PIN ② is 7294."""
    user = full()
    card = user.holdings.get().resident.cards.get()
    for kind in (PinKind.USER_PROOF, PinKind.RESIDENT_REGISTRATION, PinKind.CARD_INFO_INPUT):
        PinSlot.objects.filter(card=card, kind=kind.value).delete()
        make_pin(card, kind, "7294")
    PinSlot.objects.filter(card=card).update(failed_tries=0)
    return user


def card_of_somebody() -> None:
    """Nobody is signed in; the card FULL is there."""
    with_pins()


def with_a_passkey() -> User:
    user = make_user()
    make_passkey(user).__class__.objects.update(id=1)
    return user


def asked_for_photo_id() -> User:
    user = _a_resident(reference="TO-PHOTO")
    request_variant(user.holdings.get().resident.cards.get(), by=user)
    return user


def from_a_mail() -> None:
    """Nobody signed in; one has turned early reminders off, the other not."""
    turn_off(make_resident(pk=7701), Group.EXPIRY)
    make_resident(pk=7702)


def turning_off(resident: int) -> str:
    return address(resident, Group.EXPIRY, "en").partition("/en")[2]
