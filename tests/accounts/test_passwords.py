"""Which passwords are taken: long enough, none that others would try first."""

from typing import Any

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.test import Client
from django.urls import reverse

from accounts.models import User
from portal import settings as real
from tests.builders import make_office

pytestmark = pytest.mark.django_db

OWN_WORDS = "This password is built on words that others would try first here"


def sign_up(password: str, email: str = "lan@example.org") -> Any:
    typed = {"email": email, "password1": password, "password2": password}
    return Client().post(reverse("account_signup"), typed)


@pytest.mark.parametrize(
    "password",
    [
        "k7d-wq2-zx",  # ten of any kind
        "just small letters and blanks",
        "とても長い合い言葉です",
        "🦊🐢🐙🦉🐝🐳🦔🐞🦋🐌",
        "x" + "long-passphrases-are-welcome-here-" * 3,
        "my number of sleepless nights",  # long enough without the portal's words
    ],
)
def test_any_characters_make_a_password(password: str) -> None:
    assert sign_up(password).status_code == 302
    assert User.objects.get().check_password(password)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("k7d-wq2-z", "at least 10 characters"),
        ("basketball", "too common"),
        ("lan.nguyen2026", "too similar to the"),
    ],
)
def test_short_common_and_borrowed_passwords_are_refused(password: str, why: str) -> None:
    answer = sign_up(password, "lan.nguyen2026@example.org")
    assert why in answer.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "password",
    [
        "mynumber2026",
        "My-Number-Card-1",
        "ＭｙＮｕｍｂｅｒ２０２６",
        "ResidentCardPortal!",
        "マイナンバーカード2026",
        "password-mynumber-99",
        "Sakuragaoka-2026",
    ],
)
def test_words_that_everybody_here_would_try_make_no_password(password: str) -> None:
    """Seen to fail without the validator."""
    make_office(name_en="Sakuragaoka", name_ja="桜ケ丘市")
    answer = sign_up(password)
    assert OWN_WORDS in answer.content.decode()
    assert not User.objects.exists()


def test_a_real_installation_hashes_passwords_by_argon2id(settings: Any) -> None:
    settings.PASSWORD_HASHERS = real.PASSWORD_HASHERS
    kept = make_password("k7d-wq2-zx")
    assert kept.startswith("argon2$argon2id$")
    assert check_password("k7d-wq2-zx", kept)
