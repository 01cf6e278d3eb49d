"""The demo, made through the product's own doors."""

from __future__ import annotations

from pathlib import Path

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth.models import Group
from django.db import transaction

from accounts.models import Holding, Office, Relation, Resident, User
from accounts.operations import make_linking_code
from cards.chip import chip
from cards.importing import import_cards
from cards.models import Card, SmartphonePlatform
from cards.operations import (
    apply_smartphone_certificates,
    record_move,
    set_expiry,
    suspend,
    try_pin,
)
from cards.rules.kinds import ExpiryBasis, MoveKind, PinKind
from cards.rules.moves import MoveDates
from cards.rules.pins import TRY_LIMIT
from notifications.guardians import tell_guardians
from notifications.planner import raise_alerts, tell_events
from portal import clock
from portal.demo.accounts import (
    APP_SECRET,
    DEMO_ACCOUNTS,
    PIN_OTHERS,
    PIN_SIGNATURE,
    PIN_WRONG,
    DemoAccount,
)
from portal.demo.days import in_days
from portal.demo.moves import move_and_rename
from portal.demo.offices import OFFICES, create_offices
from portal.demo.population import population
from portal.demo.sheet import write_sheet

# Whose card the newcomer's code opens.
LETTER_FOR = "DEMO-FINE"


def is_there() -> bool:
    """Whether the demo was made before; it is then left alone, whatever became of it since."""
    return Office.objects.filter(code__in=[office["code"] for office in OFFICES]).exists()


def create_demo(sheet: Path) -> None:
    """Make offices, residents, cards and accounts as of today, and raise the alerts now due.

    The residents are written to `sheet` and imported from it. All or nothing, but for the
    alerts, the locked PIN and the smartphone.
    """
    with transaction.atomic():
        create_offices()
        write_sheet((one.row for one in population(clock.today())), sheet)
        if import_cards(sheet).refused:
            raise ValueError(f"The import refused the demo's own sheet {sheet}.")
        for account in DEMO_ACCOUNTS:
            _create_account(account)
        clerk = User.objects.get(email="clerk1@example.com")
        _write_letter(sheet.with_name("linking-letter.txt"), clerk)
        _serve_at_the_counter(clerk)
        move_and_rename(clerk)
        with_pins = [
            reference
            for account in DEMO_ACCOUNTS
            for reference in (account.own, *account.guardian_of)
            if reference
        ]
        with_pins += ["DEMO-PIN-LOCKED", "DEMO-SMARTPHONE", "DEMO-SIGNATURE-REVOKED"]
        for card in Card.objects.filter(reference__in=with_pins):
            _set_pins(card)
    locked = Card.objects.get(reference="DEMO-PIN-LOCKED")
    for _try in range(TRY_LIMIT[PinKind.USER_PROOF]):
        try_pin(locked, PinKind.USER_PROOF, PIN_WRONG, by=None)
    apply_smartphone_certificates(
        Card.objects.get(reference="DEMO-SMARTPHONE"),
        platform=SmartphonePlatform.objects.get(code="android"),
        pin=PIN_SIGNATURE,
        by=None,
    )
    raise_alerts()
    tell_guardians()
    tell_events()


def _write_letter(path: Path, clerk: User) -> None:
    """A code for whoever wants to add a card as the newcomer, as a printed letter brings it."""
    resident = Resident.objects.get(cards__reference=LETTER_FOR)
    made, code = make_linking_code(resident, relation=Relation.SELF, by=clerk)
    lines = (
        "Sign in as newcomer@example.com, choose “Add a card” and enter:",
        f"  code        {code}",
        f"  birth date  {resident.birth_date}",
        f"The code works once, through {made.last_day}. For another, sign in to the desk as",
        f"{clerk.email}, find {LETTER_FOR}, open its resident and print a linking letter.",
    )
    path.write_text("\n".join(lines) + "\n")


def _serve_at_the_counter(clerk: User) -> None:
    """What no sheet tells: a loss, an extension that is applied for, a finished move."""
    today = clock.today()
    suspend(Card.objects.get(reference="DEMO-SUSPENDED"), by=clerk)
    set_expiry(
        Card.objects.get(reference="DEMO-SECOND-VISIT"),
        expires_on=in_days(today, 70),
        basis=ExpiryBasis.APPLICATION_FILED,
        by=clerk,
    )
    record_move(
        Card.objects.get(reference="DEMO-SIGNATURE-REVOKED"),
        kind=MoveKind.RELOCATE,
        dates=MoveDates(moved_in_on=today, notified_on=today, card_updated_on=today),
        by=clerk,
    )


def _create_account(account: DemoAccount) -> None:
    user = User.objects.create_user(
        account.email,
        account.password,
        language=account.language,
        is_staff=account.is_staff,
        is_superuser=account.superuser,
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if account.is_staff:
        TOTP.activate(user, APP_SECRET)
    if account.group:
        user.groups.add(Group.objects.get(name=account.group))
    if account.office:
        user.offices.add(Office.objects.get(code=account.office))
    if account.own:
        _hold(user, account.own, Relation.SELF)
    for reference in account.guardian_of:
        _hold(user, reference, Relation.GUARDIAN)


def _hold(user: User, reference: str, relation: Relation) -> None:
    resident = Resident.objects.get(cards__reference=reference)
    Holding.objects.create(user=user, resident=resident, relation=relation.value)


def _set_pins(card: Card) -> None:
    """Leave the PINs as they are when a card is handed out: set, and no news to anybody."""
    for kind in PinKind:
        pin = PIN_SIGNATURE if kind is PinKind.SIGNATURE else PIN_OTHERS
        chip().put(card, kind, chip().seal(card, kind, pin))


def staff_code() -> str:
    """What the authenticator app of the demo staff shows at this moment."""
    return str(format_hotp_value(hotp_value(APP_SECRET, int(clock.seconds()) // 30)))
