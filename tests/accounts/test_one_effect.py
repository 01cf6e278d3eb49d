"""What ends or changes a way in, posted several times at once: one effect, the same answer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts.models import User
from notifications.models import AccountMail
from tests.builders import (
    APP_SECRET,
    PASSWORD,
    app_code,
    make_app,
    make_passkey,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db(transaction=True)
CROWD = 6
Post = tuple[str, dict[str, str]]


def removes_a_passkey(user: User, client: Client) -> Post:
    passkey = make_passkey(user)
    sign_in(client, user, just_now=True)
    return reverse("mfa_remove_webauthn", args=[passkey.pk]), {}


def removes_the_app(user: User, client: Client) -> Post:
    make_app(user)
    sign_in(client, user, just_now=True)
    return reverse("mfa_deactivate_totp"), {}


def adds_an_app(user: User, client: Client) -> Post:
    sign_in(client, user, just_now=True)
    session = client.session
    session["mfa.totp.secret"] = APP_SECRET
    session.save()
    return reverse("mfa_activate_totp"), {"code": app_code()}


def makes_recovery_codes(user: User, client: Client) -> Post:
    make_app(user)
    sign_in(client, user, just_now=True)
    return reverse("mfa_generate_recovery_codes"), {}


def changes_the_password(user: User, client: Client) -> Post:
    sign_in(client, user, just_now=True)
    new = "another tall kettle"
    typed = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    return reverse("account_change_password"), typed


def sets_a_new_password_by_mail(user: User, client: Client) -> Post:
    client.post(reverse("account_reset_password"), {"email": user.email})
    session = client.session
    session["account_password_reset_verification"] |= {"code_confirmed": True}
    session.save()
    new = "another tall kettle"
    return reverse("account_complete_password_reset"), {"password1": new, "password2": new}


def shows_the_second_step(user: User, client: Client) -> Post:
    make_app(user)
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return reverse("mfa_authenticate"), {"code": app_code()}


def ends_a_session(user: User, client: Client) -> Post:
    other = Client()
    other.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    sign_in(client, user, just_now=True)
    session = UserSession.objects.get(user=user)
    return reverse("accounts:end-session", args=[session.pk]), {}


def closes_the_account(user: User, client: Client) -> Post:
    sign_in(client, user, just_now=True)
    return reverse("privacy:close"), {"understood": "on"}


@pytest.mark.parametrize(
    ("does", "mails"),
    [
        (removes_a_passkey, 1),
        (removes_the_app, 1),
        (adds_an_app, 1),
        (makes_recovery_codes, 1),
        (changes_the_password, 1),
        (sets_a_new_password_by_mail, 1),
        (shows_the_second_step, 0),
        (ends_a_session, 0),
        (closes_the_account, 1),
    ],
)
def test_of_several_at_once_one_acts_and_all_are_answered_alike(
    does: Callable[[User, Client], Post], mails: int
) -> None:
    """Seen to fail: 400, 404, a wrong password or a second mail for the later ones."""
    client, user = Client(), make_user()
    page, typed = does(user, client)
    before = AccountMail.objects.count()
    together = Barrier(CROWD, timeout=30)

    def once() -> tuple[int, str]:
        sender = Client(raise_request_exception=False)
        sender.cookies = client.cookies
        together.wait()
        try:
            answer = sender.post(page, typed | {"csrfmiddlewaretoken": "of this page"})
            return answer.status_code, answer.get("Location", "")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CROWD) as crowd:
        answers = [one.result() for one in [crowd.submit(once) for _ in range(CROWD)]]
    assert len(set(answers)) == 1, answers
    assert answers[0][0] == 302
    assert "reauthenticate" not in answers[0][1]
    assert AccountMail.objects.count() - before == mails


def test_the_same_form_of_another_person_is_another_form() -> None:
    """A token could be anybody's: the answer kept is only for the browser that got it."""
    for _person in range(2):
        client, user = Client(), make_user()
        page, typed = removes_the_app(user, client)
        answer = client.post(page, typed | {"csrfmiddlewaretoken": "of this page"})
        assert answer.status_code == 302
        assert not Authenticator.objects.filter(user=user).exists()
