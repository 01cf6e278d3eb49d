"""Each refusal of the forms about accounts and offices is reached, in English and in Japanese.

Posted to the real page, by residents and by staff. Nothing is changed by it, and what was typed is
still there, passwords and codes excepted.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.core.internal import ratelimit
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from accounts.models import Relation, Resident, User
from accounts.operations import make_linking_code
from tests.accounts.test_linking import entries
from tests.accounts.test_offices import office_form
from tests.accounts.test_two_at_once import opened
from tests.builders import (
    PASSWORD,
    hold,
    make_app,
    make_card,
    make_clerk,
    make_passkey,
    make_resident,
    make_staff,
    make_user,
    sign_in,
)
from tests.form_refusals import LANGUAGES, Case, Sent, each, require_refused

pytestmark = pytest.mark.django_db
NEVER_SHOWN = frozenset({"password", "password1", "password2", "oldpassword", "code", "action"})
BORN = date(1994, 3, 9)


class House:
    """Lan, who has an account, and her office."""

    def __init__(self, patch: pytest.MonkeyPatch, language: str) -> None:
        self.patch, self.language = patch, language
        self.client = Client()
        self.user: User = make_user("lan@example.org")
        self.resident: Resident = make_resident(name="NGUYEN THI LAN", birth_date=BORN)
        make_card(self.resident)
        patch.setattr("accounts.views.linking.REFUSAL_TAKES", 0)

    def signed_in(self, *, just_now: bool = False) -> "House":
        sign_in(self.client, self.user, just_now=just_now)
        return self

    def sends(self, name: str, /, **typed: Any) -> Sent:
        """To a page of this name."""
        return Sent(self.client, reverse(name), typed, secret=NEVER_SHOWN)

    def letter(self, relation: Relation = Relation.SELF) -> str:
        by = make_clerk(self.resident.office)
        return make_linking_code(self.resident, relation=relation, by=by)[1]

    def enters(self, code: str, born: date = BORN, **more: str) -> Sent:
        typed = {name: str(value) for name, value in (entries(code, born) | more).items()}
        return self.signed_in().sends("accounts:link", **typed)

    def as_staff(self, role: str = "clerk") -> "House":
        office = self.resident.office if role == "clerk" else None
        sign_in(self.client, make_staff(role, office, language=self.language))
        return self

    def prints_a_letter(self, relation: str) -> Sent:
        self.as_staff()
        address = reverse("admin:accounts_resident_linking-letter", args=[self.resident.pk])
        return Sent(self.client, address, {"relation": relation} if relation else {})

    def tried_too_often(self, action: str) -> None:
        """As after many tries: the limits themselves have tests of their own."""
        real = ratelimit.consume

        def consume(request: HttpRequest, **of: Any) -> Any:
            return None if of["action"] == action else real(request, **of)

        self.patch.setattr(ratelimit, "consume", consume)


# --- Signing up and in ----------------------------------------------------------------------------
def signs_in(**typed: str) -> Callable[[House], Sent]:
    def signs_in_with_it(h: House) -> Sent:
        plain = {"login": "lan@example.org", "password": "wrong horse 7 battery"}
        return h.sends("account_login", **(plain | typed))

    return signs_in_with_it


def signs_in_after_many_tries(h: House) -> Sent:
    h.tried_too_often("login_failed")
    return signs_in()(h)


def signs_up(**typed: str) -> Callable[[House], Sent]:
    def signs_up_with_it(h: House) -> Sent:
        plain = {"email": "minh@example.org", "password1": PASSWORD, "password2": PASSWORD}
        return h.sends("account_signup", **(plain | typed))

    return signs_up_with_it


def types_code_from_the_mail(code: str) -> Callable[[House], Sent]:
    def types_it(h: House) -> Sent:
        new = {"email": "minh@example.org", "password1": PASSWORD, "password2": PASSWORD}
        h.client.post(reverse("account_signup"), new)
        return h.sends("account_email_verification_sent", code=code)

    return types_it


def asks_for_a_new_password_for_no_address(h: House) -> Sent:
    return h.sends("account_reset_password", email="")


# --- Of an account --------------------------------------------------------------------------------
def changes_the_password(old: str) -> Callable[[House], Sent]:
    def changes_it(h: House) -> Sent:
        new = {"oldpassword": old} | dict.fromkeys(("password1", "password2"), "other horse 8 lamp")
        return h.signed_in(just_now=True).sends("account_change_password", **new)

    return changes_it


def shows_a_wrong_password(h: House) -> Sent:
    return h.signed_in().sends("account_reauthenticate", password="wrong")


def changes_to_the_same_address(h: House) -> Sent:
    return h.signed_in(just_now=True).sends("account_email", email="lan@example.org", action_add="")


def without_a_password(h: House) -> House:
    h.user.set_unusable_password()
    h.user.save()
    return h.signed_in()


def waits_too_long_with_the_code(h: House) -> Sent:
    return without_a_password(h).sends("accounts:reauthenticate-by-mail", code="ABCDEF")


def with_an_app(h: House) -> House:
    make_app(h.user)
    return h.signed_in()


def shows_a_wrong_code(h: House) -> Sent:
    return with_an_app(h).sends("mfa_reauthenticate", code="000000")


def shows_no_code(h: House) -> Sent:
    return with_an_app(h).sends("mfa_reauthenticate", code="")


def adds_an_app_after_many_tries(h: House) -> Sent:
    h.signed_in(just_now=True)
    h.client.get(reverse("mfa_activate_totp"))
    h.tried_too_often("login_failed")
    return h.sends("mfa_activate_totp", code="000000")


def makes_recovery_codes_for_nothing(h: House) -> Sent:
    return h.signed_in(just_now=True).sends("mfa_generate_recovery_codes")


def adds_an_app_before_the_address_is_confirmed(h: House) -> Sent:
    h.signed_in(just_now=True)
    EmailAddress.objects.create(user=h.user, email="new@example.org", verified=False)
    sent = h.sends("mfa_activate_totp", code="000000")
    sent.follow = True
    return sent


def names_a_passkey(name: str) -> Callable[[House], Sent]:
    def names_it(h: House) -> Sent:
        passkey = make_passkey(h.user)
        sign_in(h.client, h.user, just_now=True)
        return Sent(h.client, reverse("mfa_edit_webauthn", args=[passkey.pk]), {"name": name})

    return names_it


def chooses_no_language(h: House) -> Sent:
    return h.signed_in().sends("accounts:language")


# --- The letter from the office -------------------------------------------------------------------
def types_no_birth_date(h: House) -> Sent:
    none = {f"birth_date_{at}": "" for at in range(3)}
    return h.enters("AAAA-AAAA-AAAA", **none)


def types_a_day_that_is_none(h: House) -> Sent:
    return h.enters("AAAA-AAAA-AAAA", birth_date_1="2", birth_date_2="30")


def guesses_codes(h: House) -> Sent:
    h.tried_too_often("link_card")
    return h.enters("AAAA-AAAA-AAAA")


def has_the_card_already(h: House) -> Sent:
    h.resident.birth_date = date(2019, 6, 1)
    h.resident.save()
    hold(h.user, h.resident, Relation.GUARDIAN)
    return h.enters(h.letter(Relation.GUARDIAN), h.resident.birth_date)


def comes_second(h: House) -> Sent:
    code = h.letter()
    hold(make_user(), h.resident)
    return h.enters(code)


def has_another_card(h: House) -> Sent:
    hold(h.user, make_resident())
    return h.enters(h.letter())


def left_the_office_while_the_page_was_open(h: House) -> Sent:
    sent = h.prints_a_letter("self")
    h.patch.setattr("accounts.admin.linking.found_to_link", lambda *_asked: h.resident)
    User.objects.get(is_staff=True).offices.clear()
    return sent


def prints_a_guardians_letter_for_an_adult(h: House) -> Sent:
    return h.prints_a_letter("guardian")


def prints_a_letter_for_who_has_an_account(h: House) -> Sent:
    hold(h.user, h.resident)
    return h.prints_a_letter("self")


def prints_a_letter_for_nobody(h: House) -> Sent:
    return h.prints_a_letter("")


# --- Offices --------------------------------------------------------------------------------------
def adds_an_office(**typed: Any) -> Callable[[House], Sent]:
    def adds_it(h: House) -> Sent:
        h.as_staff("administrator")
        return h.sends("admin:accounts_office_add", **office_form(**typed))

    return adds_it


def closes(first: str, last: str) -> Callable[[House], Sent]:
    def closes_from_to(h: House) -> Sent:
        h.as_staff("administrator")
        days = {"first_on": first, "last_on": last, "name_ja": "年末年始"}
        return h.sends("admin:accounts_closeddays_add", **days)

    return closes_from_to


def changes_what_a_colleague_changed(h: House) -> Sent:
    h.as_staff()
    address = reverse("admin:accounts_resident_change", args=[h.resident.pk])
    mine = opened(h.client, address)
    Resident.objects.filter(pk=h.resident.pk).update(email="first@example.org")
    return Sent(h.client, address, mine | {"language": "ne"}, secret=frozenset({"seen"}))


CASES: list[Case] = [
    (
        "E-mail address and password do not match. Try again, or sign in by another way below.",
        signs_in(),
    ),
    (
        "That was tried too often. Wait five minutes, then try again, or set a new password.",
        signs_in_after_many_tries,
    ),
    ("Enter your e-mail address.", signs_in(login="")),
    ("Enter your e-mail address.", signs_up(email="")),
    ("Enter your e-mail address.", asks_for_a_new_password_for_no_address),
    ("Enter your password.", signs_in(password="")),
    ("Enter a password.", signs_up(password1="")),
    ("Enter the password once more.", signs_up(password2="")),
    (
        "This password is built on words that others would try first here, such as “mynumber” or "
        "the name of the portal or of an office. Choose other words.",
        signs_up(password1="mynumbercard2026", password2="mynumbercard2026"),
    ),
    (
        "There is an Individual Number in this password. It may not be kept: use another.",
        signs_up(password1="1234-5678-9018 ok", password2="1234-5678-9018 ok"),
    ),
    (
        "There is an Individual Number in this address. It may not be kept: use another.",
        signs_up(email="a123456789018@example.org"),
    ),
    ("This is not the code. Look at the newest mail.", types_code_from_the_mail("AAAAAA")),
    ("Enter the code from the mail.", types_code_from_the_mail("")),
    ("Enter the password that you use now.", changes_the_password("")),
    ("This is not your password. Try again.", shows_a_wrong_password),
    ("This is not your password. Try again.", changes_the_password("wrong")),
    ("This is your address already. Enter the new one.", changes_to_the_same_address),
    ("This code is too old. Have a new one sent.", waits_too_long_with_the_code),
    ("This is not right, or it was used already. Try again.", shows_a_wrong_code),
    ("Enter the code.", shows_no_code),
    ("That was too often. Wait a minute, then try again.", adds_an_app_after_many_tries),
    (
        "Recovery codes stand in for a passkey or an authenticator app. Add one of these first.",
        makes_recovery_codes_for_nothing,
    ),
    ("Confirm your e-mail address first.", adds_an_app_before_the_address_is_confirmed),
    ("Enter a name.", names_a_passkey("")),
    (
        "There is an Individual Number in this name. It may not be kept: use another.",
        names_a_passkey("1234-5678-9018"),
    ),
    ("Choose a language.", chooses_no_language),
    ("Enter the code from the letter.", lambda h: h.enters("")),
    ("Enter the birth date: year, month and day.", types_no_birth_date),
    ("This is not a day. Enter year, month and day in figures.", types_a_day_that_is_none),
    ("Too many tries. Wait an hour and try again.", guesses_codes),
    (
        "This code and this birth date do not open anything. One of them may be mistyped, or the "
        "code was used already, replaced by a newer letter, or is too old. Check both. If it still "
        "does not work, ask the counter of your municipal office for a new letter.",
        lambda h: h.enters("AAAA-AAAA-AAAA"),
    ),
    ("This account shows this card already. There is nothing more to do.", has_the_card_already),
    (
        "Another account shows this card as its own already. If it is not yours, or you cannot "
        "sign in to it any more, ask the counter of your municipal office.",
        comes_second,
    ),
    (
        "This letter is for somebody's own card, and this account has an own card already. The "
        "card's holder uses an account of their own; for a child, ask the counter for the letter "
        "for parents and guardians.",
        has_another_card,
    ),
    (
        "Only staff of the office that keeps the residence record can do this.",
        left_the_office_while_the_page_was_open,
    ),
    (
        "This resident is 18 or older and has no parent or guardian here. Print the letter for "
        "their own card.",
        prints_a_guardians_letter_for_an_adult,
    ),
    (
        "Another account is the resident's own already. Unlink it first.",
        prints_a_letter_for_who_has_an_account,
    ),
    ("Choose who gets the letter.", prints_a_letter_for_nobody),
    ("Enter the six digits of the municipality.", adds_an_office(code="90003")),
    ("Enter the six digits of the municipality.", adds_an_office(code="９００００３")),
    (
        "An office is open on some day of the week: leave at least one unticked.",
        adds_an_office(closed_weekdays=[str(day) for day in range(1, 8)]),
    ),
    ("Fill this in.", adds_an_office(phone="")),
    ("Choose one of these.", adds_an_office(staff_language="")),
    ("Enter the day.", closes("", "2026-12-28")),
    ("Enter a day that there is, like 2026-11-07.", closes("2026-02-30", "2026-12-28")),
    ("The last closed day is before the first.", closes("2026-12-29", "2026-12-28")),
    (
        "No longer than 60 days at a time: add the days after that separately.",
        closes("2026-12-29", "2027-03-29"),
    ),
    (
        "Somebody else changed this while the page was open. Nothing was saved; what you typed is "
        "still here. Look at what changed, then save again or go back.",
        changes_what_a_colleague_changed,
    ),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("words", "run"), each(CASES))
def test_each_refusal_of_a_form_is_reached_and_worded(
    words: str, run: Callable[[House], Sent], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_refused(words, run, House(monkeypatch, language), language)
