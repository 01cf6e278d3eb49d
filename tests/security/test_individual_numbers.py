"""No form of the desk keeps an Individual Number (G1), whichever field it is typed into."""

from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from guide.models import Section
from tests.builders import sign_in
from tests.security.routes import World

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
