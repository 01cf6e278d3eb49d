"""An impatient finger on forms that have a code mailed: one effect, and the answer of the first."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts import once
from accounts.models import User
from notifications.outbox.account_mails import send_account_mails
from tests.builders import PASSWORD, make_user, sign_in
from tests.security.test_guessing import code_in

pytestmark = pytest.mark.django_db(transaction=True)
NEW, KNOWN = "new@example.org", "known@example.org"
FORM = "what tells one page from another"
CODE_PAGE = "/en/accounts/confirm-email/"


def signs_up(client: Client, email: str, token: str = FORM) -> Any:
    typed = {"email": email, "password1": PASSWORD, "password2": PASSWORD}
    return client.post("/en/accounts/signup/", typed | {"csrfmiddlewaretoken": token})


def signs_up_by_passkey(client: Client, email: str) -> Any:
    typed = {"email": email, "csrfmiddlewaretoken": FORM}
    return client.post(reverse("account_signup_by_passkey"), typed)


@pytest.mark.parametrize("way", [signs_up, signs_up_by_passkey])
@pytest.mark.parametrize("email", [NEW, KNOWN])
def test_signing_up_twice_at_once_is_one_account_and_says_nothing_of_others(
    email: str, way: Callable[[Client, str], Any]
) -> None:
    """Seen to fail: an error page for a new address, “too often” for a known one."""
    make_user(KNOWN)
    together = Barrier(4)

    def once() -> tuple[int, str]:
        client = Client(raise_request_exception=False)
        together.wait()
        try:
            answer = way(client, email)
            return answer.status_code, answer.get("Location", "")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as crowd:
        answers = [one.result() for one in [crowd.submit(once) for _ in range(4)]]
    assert set(answers) == {(302, CODE_PAGE)}
    assert User.objects.filter(email=email).count() == 1


@pytest.mark.parametrize("email", [NEW, KNOWN])
def test_signing_up_once_more_a_moment_later_leads_to_the_code_as_well(email: str) -> None:
    make_user(KNOWN)
    client = Client()
    for _time in range(2):
        answer = signs_up(client, email)
        assert (answer.status_code, answer["Location"]) == (302, CODE_PAGE)


def test_the_code_of_the_first_mail_works_after_the_second_post(
    mailoutbox: list[EmailMessage],
) -> None:
    client = Client()
    for _time in range(2):
        signs_up(client, NEW)
    send_account_mails()
    (mail,) = mailoutbox
    client.post(CODE_PAGE, {"code": code_in(mail)})
    assert client.get(reverse("accounts:me")).status_code == 200


def test_another_form_for_the_same_address_is_told_to_wait() -> None:
    signs_up(Client(), NEW)
    assert signs_up(Client(), NEW, token="of another page").status_code == 429


def test_a_new_address_given_twice_leads_to_its_code_both_times() -> None:
    client = Client()
    sign_in(client, make_user(), just_now=True)
    typed = {"email": NEW, "action_add": "", "csrfmiddlewaretoken": FORM}
    answers = [client.post(reverse("account_email"), typed) for _time in range(2)]
    assert [(one.status_code, one["Location"]) for one in answers] == [(302, CODE_PAGE)] * 2


def test_a_flood_that_is_refused_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen to fail: three seconds each, in which a thread of the server served nobody else."""
    waited: list[float] = []
    monkeypatch.setattr(once.time, "sleep", waited.append)
    answers = [
        signs_up(Client(), f"{number}@example.org", f"page {number}").status_code
        for number in range(22)
    ]
    assert answers[-2:] == [429, 429]
    assert signs_up(Client(), "21@example.org", "page 21").status_code == 429
    assert not waited
