"""A card finds its way into an account: the office's one-time code, and the birth date.

Which codes exist cannot be found out: unknown, used, replaced, too old, guessed at too often and a
wrong birth date are refused in the same words, after the same work.
"""

import secrets
import unicodedata
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from hmac import compare_digest
from hmac import new as hmac

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from accounts import languages
from accounts.adulthood import turns_18_on
from accounts.models import Holding, LinkingCode, Relation, Resident, User
from accounts.models.linking import TRIES
from accounts.operations.errors import LinkRefused
from portal import clock

# Whole days: the letter says the last one, and the code works until it ends.
VALID_FOR = timedelta(days=30)
# No letters or digits that are mistaken for each other when read out or copied.
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_LENGTH = 12
_GROUP = 4
_NOBODYS = date(1, 1, 1)

_OPENS_NOTHING = _(
    "This code and this birth date do not open anything. One of them may be mistyped, or the code "
    "was used already, replaced by a newer letter, or is too old. Check both. If it still does "
    "not work, ask the counter of your municipal office for a new letter."
)
_TAKEN = _(
    "Another account shows this card as its own already. If it is not yours, or you cannot sign in "
    "to it any more, ask the counter of your municipal office."
)


@transaction.atomic
def make_linking_code(
    resident: Resident, *, relation: Relation, by: User
) -> tuple[LinkingCode, str]:
    """A new one-time code for this resident's cards, and the code itself, in groups of four.

    The code is known only to the caller and kept as a keyed digest. It works once, through its
    `last_day`: 30 days, for a guardian at most until the child turns 18. An earlier
    open code for the same person and purpose stops working. Raises LinkRefused for another
    office's clerk, for a guardian of an adult, and where another account is the resident's own.
    """
    # Not the full lock: a code that is used at this moment holds on to its resident, too.
    resident = Resident.objects.select_for_update(of=("self",), no_key=True).get(pk=resident.pk)
    require_can_be_linked(resident, relation, by)
    now = clock.now()
    still_open = resident.linking_codes.filter(relation=relation, used_at=None, closed_at=None)
    still_open.update(closed_at=now)
    code = "".join(secrets.choice(_ALPHABET) for _place in range(_LENGTH))
    made = LinkingCode.objects.create(
        resident=resident,
        relation=relation,
        code_digest=_digest(code),
        made_by=by,
        expires_at=_expiry(resident, relation),
    )
    groups = (code[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))
    return made, "-".join(groups)


def require_can_be_linked(resident: Resident, relation: Relation, by: User) -> None:
    """Raise LinkRefused where `by` may not make a code, or no account could use it."""
    if not by.is_superuser and not by.offices.filter(pk=resident.office_id).exists():
        raise LinkRefused(
            _("Only staff of the office that keeps the residence record can do this.")
        )
    if relation == Relation.GUARDIAN and not _is_a_child(resident):
        raise LinkRefused(
            _(
                "This resident is 18 or older and has no parent or guardian here. Print the letter "
                "for their own card."
            )
        )
    if relation == Relation.SELF and resident.holdings.filter(relation=Relation.SELF).exists():
        raise LinkRefused(_("Another account is the resident's own already. Unlink it first."))


def close_linking_code(made: LinkingCode) -> None:
    """Take a letter back that was lost or sent astray. Doing it twice, or too late, is harmless."""
    LinkingCode.objects.filter(pk=made.pk, used_at=None, closed_at=None).update(
        closed_at=clock.now()
    )


@sensitive_variables("code")
def check_linking_code(code: str, *, birth_date: date, user: User) -> LinkingCode:
    """The code that would be used by `redeem_linking_code`, with its resident; nothing is used.

    Counts a wrong try as `redeem_linking_code` does, and raises the same LinkRefused.
    """
    return _judged(code, birth_date, user, use=False)


@sensitive_variables("code")
def redeem_linking_code(code: str, *, birth_date: date, user: User) -> Holding:
    """Let this account see the cards that the code is for; gives the link.

    `code` as typed: blanks, hyphens, small and full-width letters do not matter; `birth_date` is
    the card holder's. Used once, whoever asks at the same moment; asked again by the same account
    while the link stands, it gives the same answer. Five wrong birth dates end the code. Raises
    LinkRefused, in the same words for whatever is wrong with the code or the birth date; only
    who has both is told of an account that cannot take the card.
    """
    try:
        used = _judged(code, birth_date, user, use=True)
    except IntegrityError:
        # The office linked the same card by hand at this very moment.
        raise LinkRefused(_TAKEN) from None
    return Holding.objects.select_related("resident").get(user=user, resident=used.resident)


@sensitive_variables("code")
def _judged(code: str, birth_date: date, user: User, *, use: bool) -> LinkingCode:
    refused = None
    # Committed by itself, also when it ends in a refusal: no later failure gives a try back.
    with transaction.atomic(durable=True):
        found = (
            LinkingCode.objects.select_for_update(of=("self",))
            .select_related("resident__office")
            .filter(code_digest=_digest(code))
            .first()
        )
        holders = found.resident.birth_date if found else _NOBODYS
        right = compare_digest(holders.isoformat(), birth_date.isoformat())
        if found is None or not right or not _opens(found, user):
            # The same two statements whatever is wrong, so that the time tells nothing either.
            LinkingCode.objects.filter(pk=found.pk if found else 0, failed_tries__lt=TRIES).update(
                failed_tries=F("failed_tries") + 1
            )
            refused = LinkRefused(_OPENS_NOTHING)
        else:
            try:
                _require_can_take(found, user)
                if use:
                    _link(found, user)
            except LinkRefused as why:
                refused = why
    if refused or found is None:
        raise refused or LinkRefused(_OPENS_NOTHING)
    return found


def _opens(found: LinkingCode, user: User) -> bool:
    """Whether the code can be used now, or is asked again by the account that has just used it."""
    if found.is_closed_by_tries or found.closed_at is not None:
        return False
    if found.relation == Relation.GUARDIAN and not _is_a_child(found.resident):
        return False
    if found.used_at is not None:
        return (
            found.used_by_id == user.pk
            and user.holdings.filter(resident=found.resident, since=found.used_at).exists()
        )
    return clock.now() < found.expires_at


def _require_can_take(found: LinkingCode, user: User) -> None:
    """Raise LinkRefused where this account cannot have the card in this way."""
    if found.used_at is not None:
        return
    if user.holdings.filter(resident=found.resident).in_force().exists():
        raise LinkRefused(_("This account shows this card already. There is nothing more to do."))
    if found.relation != Relation.SELF:
        return
    if found.resident.holdings.filter(relation=Relation.SELF).exists():
        raise LinkRefused(_TAKEN)
    if _has_an_own_card(user):
        raise LinkRefused(
            _(
                "This letter is for somebody's own card, and this account has an own card already. "
                "The card's holder uses an account of their own; for a child, ask the counter for "
                "the letter for parents and guardians."
            )
        )


def _link(found: LinkingCode, user: User) -> None:
    if found.used_at is not None:
        return
    now = clock.now()
    # One account at a time: the rules on what an account may have are asked under this lock.
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    _require_can_take(found, user)
    Holding.objects.update_or_create(
        user=user,
        resident=found.resident,
        defaults={"relation": found.relation, "since": now},
    )
    found.used_at, found.used_by = now, user
    found.save(update_fields=["used_at", "used_by"])
    _keep_language(found, user)


def _keep_language(found: LinkingCode, user: User) -> None:
    """Who reads a language that the portal is yet to speak gets it as soon as it does."""
    known = found.resident.language
    if found.relation == Relation.SELF and languages.spoken(known) != known:
        User.objects.filter(pk=user.pk, language=languages.DEFAULT).update(language=known)


def _has_an_own_card(user: User) -> bool:
    return user.holdings.filter(relation=Relation.SELF).exists()


def _is_a_child(resident: Resident) -> bool:
    return clock.today() < turns_18_on(resident.birth_date)


def _expiry(resident: Resident, relation: Relation) -> datetime:
    first_day_without = clock.today() + VALID_FOR + timedelta(days=1)
    if relation == Relation.GUARDIAN:
        first_day_without = min(first_day_without, turns_18_on(resident.birth_date))
    return datetime.combine(first_day_without, time.min, clock.TOKYO)


@sensitive_variables("code", "tidy")
def _digest(code: str) -> str:
    letters = unicodedata.normalize("NFKC", code).upper()
    tidy = "".join(one for one in letters if one.isalnum())
    return hmac(settings.SECRET_KEY.encode(), b"linking:" + tidy.encode(), sha256).hexdigest()
