"""Nothing keeps an Individual Number (G1): no form of the desk, no text that allauth keeps."""

import re
from typing import Any

import pytest
from allauth.core import context
from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string

from accounts.models import User
from guide.models import Section
from notifications.outbox.server import MailServer, Refused
from portal import cache_keys
from tests.builders import PASSWORD, make_passkey, make_user, sign_in
from tests.security.routes import World
from tests.servers.smtp import SmtpSink

pytestmark = pytest.mark.django_db
NUMBER = "123456789018"
PAGES = ("add", "change")


def _texts(form: Any) -> list[str]:
    """The fields of this form into which people type."""
    return [
        name
        for name, field in form.fields.items()
        if isinstance(field, forms.CharField) and not field.widget.is_hidden and not field.disabled
    ]


def _form(page: Any) -> Any:
    found = page.context.get("adminform") or page.context.get("form")
    return getattr(found, "form", found)


def _typed(form: Any) -> dict[str, Any]:
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)}


def test_an_individual_number_is_refused_in_every_text_of_every_form() -> None:
    world = World()
    client = Client()
    boss = world.people["superuser"]
    assert boss
    sign_in(client, boss)
    kept, tried = [], 0
    for model in admin.site._registry:
        for page in PAGES:
            route = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
            address = world.address(route, ("object_id",) if page == "change" else ())
            shown = client.get(address)
            if shown.status_code != 200 or (form := _form(shown)) is None:
                continue
            for name in _texts(form):
                value = "1234-5678-9018"
                if isinstance(form.fields[name], forms.EmailField):
                    value = f"{NUMBER}@example.org"
                answer = client.post(address, _typed(form) | {name: value})
                tried += 1
                assert answer.context is not None, (route, name, answer.status_code)
                if answer.status_code == 302 or not _form(answer).errors.get(name):
                    kept.append(f"{route}: {name}")
    assert kept == []
    assert tried > 30


def test_the_form_says_what_to_leave_out() -> None:
    world = World()
    client = Client()
    boss = world.people["superuser"]
    assert boss
    sign_in(client, boss)
    page = reverse("admin:guide_section_change", args=[world.section.pk])
    typed = _typed(_form(client.get(page)))
    answer = client.post(page, typed | {"body_en": f"call {NUMBER}"}).content.decode()
    assert "There is an Individual Number in this text." in answer
    assert not Section.objects.filter(body_en__contains=NUMBER).exists()
    page = reverse("admin:accounts_resident_change", args=[world.card.resident_id])
    typed = _typed(_form(client.get(page)))
    answer = client.post(page, typed | {"email": f"{NUMBER}@example.org"}).content.decode()
    assert "There is an Individual Number in this text." in answer


SPELLINGS = (NUMBER, "1234-5678-9018", "１２３４５６７８９０１８")
REFUSED = "There is an Individual Number in this"


def test_what_a_browser_calls_itself_is_masked_before_it_is_kept() -> None:
    """Seen to fail: it stood in the list of open sessions."""
    client = Client(HTTP_USER_AGENT=f"Mozilla/5.0 ({NUMBER}) Firefox/140")
    user = make_user()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    kept = UserSession.objects.get(user=user).user_agent
    assert kept == "Mozilla/5.0 (************) Firefox/140"


@pytest.mark.parametrize("name", SPELLINGS)
def test_no_passkey_is_renamed_to_one(name: str) -> None:
    """Seen to fail: the name was kept."""
    user, client = make_user(), Client()
    passkey = make_passkey(user)
    sign_in(client, user, just_now=True)
    answer = client.post(reverse("mfa_edit_webauthn", args=[passkey.pk]), {"name": name})
    assert REFUSED in answer.content.decode()
    passkey.refresh_from_db()
    assert passkey.wrap().name == "Android"


@pytest.mark.parametrize("form", ["add_webauthn", "signup_webauthn"])
def test_no_passkey_is_named_by_one_when_it_is_made(form: str, rf: Any) -> None:
    made = import_string(settings.MFA_FORMS[form])
    with context.request_context(rf.get("/")):
        filled = made({"name": NUMBER}, user=make_user())
        assert REFUSED in str(filled.errors.get("name"))
        unnamed = made({"name": ""}, user=make_user())
        assert "name" not in unnamed.errors


@pytest.mark.parametrize("known", [True, False])
def test_a_code_is_sent_to_no_address_with_one_whoever_has_it(known: bool) -> None:
    """Seen to fail: the address waited in the session. Known or not, the answer is the same."""
    email = f"a{NUMBER}@example.org"
    if known:  # from before such addresses were refused
        make_user(email)
    client = Client()
    answer = client.post(reverse("account_request_login_code"), {"email": email})
    assert answer.status_code == 200
    assert REFUSED in answer.content.decode()
    assert NUMBER not in repr([one.get_decoded() for one in Session.objects.all()])


def test_nobody_becomes_an_administrator_under_one() -> None:
    """Seen to fail: the address was kept."""
    with pytest.raises(CommandError, match="There is an Individual Number in this address"):
        call_command("createsuperuser", email=f"a{NUMBER}@example.org", interactive=False)
    assert not User.objects.filter(is_superuser=True).exists()
    call_command("createsuperuser", email="a@example.org", interactive=False)
    assert User.objects.get(is_superuser=True).email == "a@example.org"


def test_whose_tries_are_counted_cannot_be_found_out_without_the_key(settings: Any) -> None:
    """Seen to fail: a plain SHA-256 of what was typed, of which twelve digits are soon tried."""
    digests = []
    for key in ("one key", "another key"):
        settings.SECRET_KEY = key
        cache_keys._keyed.cache_clear()
        cache.clear()
        typed = {"login": f"a{NUMBER}@example.org", "password": "no matter"}
        Client().post(reverse("account_login"), typed)
        digests.append(set(re.findall(r"[0-9a-f]{64}", " ".join(cache._cache))))
    cache_keys._keyed.cache_clear()
    assert digests[0]
    assert digests[0].isdisjoint(digests[1])


def test_what_a_mail_server_says_is_masked_before_it_is_kept(smtp_sink: SmtpSink) -> None:
    """Seen to fail: its words were kept as they came."""
    smtp_sink.behave("5xx with a number")
    with MailServer() as server, pytest.raises(Refused) as refused:
        server.send("a@example.org", b"", before=lambda: None, during=lambda: None)
    assert str(refused.value) == "550 5.1.1 No such mailbox: ************"
