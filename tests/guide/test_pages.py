"""The guide as anybody reads it, signed in or not."""

import pytest
from django.test import Client

from guide import content
from guide.models import Section
from guide.text import as_html

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("language", content.LANGUAGES)


@BOTH
def test_the_contents_lead_to_every_section(client: Client, language: str) -> None:
    page = client.get(f"/{language}/guide/").content.decode()
    for slug in content.SLUGS:
        assert f'href="/{language}/guide/{slug}/"' in page
        assert content.read(slug, language).title in page


@BOTH
@pytest.mark.parametrize("slug", content.SLUGS)
def test_a_section_has_a_page_in_each_language(client: Client, slug: str, language: str) -> None:
    answer = client.get(f"/{language}/guide/{slug}/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert answer["Content-Language"] == language
    assert f'<html lang="{language}"' in page
    assert content.read(slug, language).title in page
    assert as_html(content.read(slug, language).body).strip() in page
    assert page.count("<h1") == 1


def test_a_section_names_its_page_in_the_other_language(client: Client) -> None:
    page = client.get("/en/guide/lost/").content.decode()
    for language in content.LANGUAGES:
        assert f'hreflang="{language}"' in page
        assert f"/{language}/guide/lost/" in page


def test_a_section_that_is_not_there_is_not_found(client: Client) -> None:
    assert client.get("/en/guide/nothing/").status_code == 404


def test_html_that_an_editor_types_is_shown_as_text(client: Client) -> None:
    Section.objects.filter(slug="care").update(
        title_en="<b>Care</b>",
        body_en='<script>alert(1)</script>\n\n<img src=x onerror="alert(1)"> '
        "[here](javascript:alert(1)) [there](data:text/html,hello)",
    )
    page = client.get("/en/guide/care/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<img src=x" not in page
    assert "<b>Care" not in page
    assert 'href="javascript:' not in page
    assert 'href="data:' not in page
