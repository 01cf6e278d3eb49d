"""The people and cards that tests are about: plain functions, real defaults, any field by name.

Each makes what it needs around it: `make_card()` alone gives a working card of a resident of an
office, with its certificates and deadlines, as an import would leave it.
"""

from datetime import date
from functools import cache
from itertools import count
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import Holding, Office, Relation, Resident, User
from accounts.roles import create_roles
from accounts.spelling import search_key
from cards.chip import chip, seal, unseal
from cards.models import Card, Certificate, Move, PinSlot, SmartphonePlatform
from cards.operations.refresh import refresh_deadlines
from cards.rules import certificates as certificate_rules
from cards.rules.kinds import (
    CardVariant,
    CertificateKind,
    CertificateMedium,
    MoveKind,
    MoveSource,
    PinKind,
)
from portal import clock
from tests.passkeys import SoftPasskey

PASSWORD = "correct horse 7 battery"
AN_ADULTS, A_CHILDS = date(1994, 3, 9), date(2019, 6, 1)
APP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
_next = count(1)


def make_office(code: str = "900001", **fields: Any) -> Office:
    """The office with this code; the same one when asked again."""
    words = {
        "name_en": "Hinode City Office",
        "name_ja": "日の出市役所",
        "counter_en": "My Number Card counter, first floor",
        "counter_ja": "1階 マイナンバーカード窓口",
        "address_en": "1-1 Chuo, Hinode City",
        "address_ja": "日の出市中央1-1",
        "hours_en": "Monday to Friday, 8:30 to 17:00",
        "hours_ja": "月曜日から金曜日 8:30〜17:00",
        "phone": "03-0000-0001",
    }
    office, _ = Office.objects.get_or_create(code=code, defaults=words | fields)
    return office


def make_resident(**fields: Any) -> Resident:
    """A resident with a contact address, of the office 900001 unless another is given."""
    number = next(_next)
    fields.setdefault("office", fields.get("office") or make_office())
    plain = {
        "name": "NGUYEN THI LAN",
        "birth_date": AN_ADULTS,
        "address": "2-3-4 Minami, Hinode City",
        "residence_status": "Engineer / Specialist in Humanities / International Services",
        "period_of_stay_ends_on": date(2028, 3, 31),
        "email": f"resident{number}@example.org",
        "language": "en",
    }
    facts = plain | fields
    return Resident.objects.create(search_key=search_key(str(facts["name"])), **facts)


def make_card(resident: Resident | None = None, **fields: Any) -> Card:
    """A card with its certificates on the chip and its deadlines.

    A photo-ID card has no signature certificate; `certificates=False` leaves all out.
    """
    with_certificates = fields.pop("certificates", True)
    resident = resident or make_resident()
    plain = {
        "reference": f"CARD-{next(_next):06}",
        "variant": CardVariant.STANDARD.value,
        "issued_on": date(2025, 4, 1),
        "expires_on": resident.period_of_stay_ends_on,
    }
    card = Card.objects.create(resident=resident, **(plain | fields))
    if with_certificates:
        for kind in CertificateKind:
            if kind is CertificateKind.USER_PROOF or card.variant == CardVariant.STANDARD.value:
                make_certificate(card, kind=kind.value)
    refresh_deadlines(card)
    return card


def make_certificate(card: Card, **fields: Any) -> Certificate:
    """A certificate issued with the card; ends on the holder's fifth birthday after issue (G2)."""
    issued_on = fields.get("issued_on", card.issued_on)
    plain = {
        "kind": CertificateKind.SIGNATURE.value,
        "medium": CertificateMedium.CHIP.value,
        "issued_on": issued_on,
        "ends_on": certificate_rules.valid_until(issued_on, card.resident.birth_date, date.max),
    }
    return Certificate.objects.create(card=card, **(plain | fields))


def make_move(card: Card, **fields: Any) -> Move:
    """A move as the office's system told it, its clocks running. Give at least one day."""
    plain = {"kind": MoveKind.MOVE_IN.value, "source": MoveSource.IMPORT.value}
    move = Move.objects.create(card=card, **(plain | fields))
    refresh_deadlines(card)
    return move


def make_user(email: str | None = None, **fields: Any) -> User:
    """An account that can sign in with PASSWORD, its address verified."""
    from allauth.account.models import EmailAddress

    user = User.objects.create_user(
        email or f"user{next(_next)}@example.org", fields.pop("password", PASSWORD), **fields
    )
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def make_app(user: User, secret: str = APP_SECRET) -> Authenticator:
    """An authenticator app; `app_code()` gives what it shows now."""
    return TOTP.activate(user, secret).instance


def make_passkey(user: User, name: str = "Android") -> Authenticator:
    """A passkey of this account, as its device and the portal agreed on it."""
    options = {"publicKey": {"challenge": "c29tZXRoaW5n", "user": {"id": "MQ"}}}
    return WebAuthn.add(user, name, SoftPasskey().create(options)).instance


def app_code(secret: str = APP_SECRET) -> str:
    """What the authenticator app of `make_app` shows at this moment."""
    return str(format_hotp_value(hotp_value(secret, int(clock.seconds()) // 30)))


def sign_in(client: Client, user: User, *, just_now: bool = False) -> None:
    """As after signing in with all that is asked of `user`: staff have shown their second factor.

    Staff from `make_staff` have one; others are signed in as with a password alone, long enough
    ago that what matters asks once more who is there, unless `just_now`.
    """
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    shown = Authenticator.objects.filter(user=user).first()
    if shown is not None:
        method = {"method": "mfa", "at": clock.seconds(), "id": shown.pk, "type": shown.type}
    elif just_now:
        method = {"method": "password", "at": clock.seconds(), "email": user.email}
    else:
        return
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [method | {"reauthenticated": just_now}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


def make_staff(role: str, office: Office | None = None, **fields: Any) -> User:
    """A member of staff with this role (see accounts/roles.py), perhaps of an office.

    With an authenticator app, without which no page of the desk opens.
    """
    if not Group.objects.filter(name=role).exists():  # a browser test emptied the tables
        create_roles(apps)
    member = make_user(is_staff=True, **fields)
    member.groups.add(Group.objects.get(name=role))
    make_app(member)
    if office is not None:
        member.offices.add(office)
    return member


def make_clerk(office: Office | None = None, **fields: Any) -> User:
    """A clerk of the office (900001 unless another is given)."""
    return make_staff("clerk", office or make_office(), **fields)


def hold(user: User, resident: Resident, relation: Relation = Relation.SELF) -> Holding:
    """Let this account see this resident's cards. Who was given no birth date and has a guardian
    is a child."""
    if relation is Relation.GUARDIAN and resident.birth_date == AN_ADULTS:
        resident.birth_date = A_CHILDS
        resident.save(update_fields=["birth_date"])
    return Holding.objects.create(user=user, resident=resident, relation=relation.value)


def make_pin(card: Card, kind: PinKind, pin: str, *, failed_tries: int = 0) -> PinSlot:
    """A PIN that is set on the card, with so many wrong tries behind it."""
    chip().put(card, kind, seal(_hashed(pin), card.pk, kind))
    slot, _ = PinSlot.objects.update_or_create(
        card=card, kind=kind.value, defaults={"failed_tries": failed_tries}
    )
    return slot


@cache
def _hashed(pin: str) -> str:
    """The chip's own hash, which takes 20 ms: every card with this PIN has the same salt in it."""
    somebodys = Card(pk=0)
    return unseal(chip().seal(somebodys, PinKind.SIGNATURE, pin), 0, PinKind.SIGNATURE)


def set_pins(card: Card) -> Card:
    """All four PINs are set, as on a card that was handed out; nobody is going to enter one."""
    for kind in PinKind:
        chip().put(card, kind, "nothing opens this")
    return card


def make_platform(code: str = "android", *, is_on: bool = True) -> SmartphonePlatform:
    """The kind of smartphone with this code, switched on or off."""
    platform, _ = SmartphonePlatform.objects.update_or_create(
        code=code, defaults={"name": {"iphone": "iPhone"}.get(code, "Android"), "is_on": is_on}
    )
    return platform
