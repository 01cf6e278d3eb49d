"""What the guide says out of the box: every section, both languages, the right figures."""

import re

import pytest
from django.apps import apps

from cards.rules.fees import reissue_fee
from cards.rules.kinds import DeadlineKind, PinKind, ReissueReason
from cards.rules.moves import CLOCK_DAYS
from cards.rules.pins import TRY_LIMIT
from guide import content
from guide.models import Section
from guide.text import as_html

EVERY = [(slug, language) for slug in content.SLUGS for language in content.LANGUAGES]
BOTH = pytest.mark.parametrize("language", content.LANGUAGES)


@pytest.mark.parametrize(("slug", "language"), EVERY)
def test_every_section_is_told_in_every_language(slug: str, language: str) -> None:
    text = content.read(slug, language)
    assert 0 < len(text.title) <= 120
    assert "\n" not in text.summary
    assert 0 < len(text.summary) <= 200
    assert len(text.body) > 100
    japanese = re.search(r"[\u3040-\u30ff]", text.title + text.summary + text.body)
    assert bool(japanese) == (language == "ja")


@pytest.mark.parametrize(("slug", "language"), EVERY)
def test_headings_follow_the_title_of_the_page(slug: str, language: str) -> None:
    levels = [int(level) for level in re.findall(r"<h(\d)", html(slug, language))]
    assert levels[0] == 2
    assert set(levels) <= {2, 3}


@pytest.mark.parametrize(("slug", "language"), EVERY)
def test_links_lead_somewhere(slug: str, language: str) -> None:
    for address in re.findall(r'href="([^"]*)"', html(slug, language)):
        if address.startswith("../../"):
            assert address == "../../cards/lost/"
        elif address.startswith("../"):
            assert address.removeprefix("../").removesuffix("/") in content.SLUGS
        else:
            assert re.match(r"https://[a-z.-]+\.jp/|tel:0120\d+$", address), address


@pytest.mark.parametrize(("slug", "language"), EVERY)
def test_nothing_is_left_as_markdown(slug: str, language: str) -> None:
    # Links that are refused, and bold beside Japanese punctuation, stay as they were typed.
    assert not re.search(r"\]\(|\*\*|^\||`|##", html(slug, language), re.MULTILINE)


@pytest.mark.parametrize("slug", content.SLUGS)
def test_both_languages_have_the_same_parts(slug: str) -> None:
    one, other = (html(slug, language) for language in content.LANGUAGES)
    for tag in ("<h2", "<li", "<tr", "<a "):
        assert one.count(tag) == other.count(tag), tag


@BOTH
@pytest.mark.parametrize("slug", ["lost", "more"])
def test_both_telephone_numbers_can_be_called(slug: str, language: str) -> None:
    page = html(slug, language)
    assert '<a href="tel:0120017827">0120-0178-27</a>' in page
    assert '<a href="tel:0120950178">0120-95-0178</a>' in page


def test_tries_are_those_of_the_rules() -> None:
    for language, written in (("en", "{} wrong tries in a row"), ("ja", "続けて{}回")):
        parts = re.split("^### [①②③④] ", content.read("pins", language).body, flags=re.MULTILINE)
        for part, kind in zip(parts[1:], PinKind, strict=True):
            assert written.format(TRY_LIMIT[kind]) in part


@BOTH
def test_limits_of_a_move_are_those_of_the_rules(language: str) -> None:
    days = "{} days" if language == "en" else "{}日 |"
    rows = [row for row in content.read("moving", language).body.splitlines() if row[:1] == "|"]
    kinds = (DeadlineKind.MOVE_OUT_30, DeadlineKind.MOVE_IN_14, DeadlineKind.CARD_UPDATE_90)
    for row, kind in zip(rows[2:], kinds, strict=True):
        assert days.format(CLOCK_DAYS[kind]) in row


@BOTH
def test_fees_are_those_of_the_rules(language: str) -> None:
    unit = " yen" if language == "en" else "円"
    for with_certificates in (False, True):
        fee = reissue_fee(ReissueReason.LOST, with_certificates=with_certificates)
        assert f"**{fee:,}{unit}**" in content.read("reissue", language).body


@BOTH
def test_official_pages_are_named(language: str) -> None:
    everything = "".join(content.read(slug, language).body for slug in content.SLUGS)
    for address in (
        "https://www.jpki.go.jp/prepare/pdf/nfclist.pdf",
        "https://www.jpki.go.jp/",
        "https://myna.go.jp/",
        "https://img.myna.go.jp/manual/03-09/0145.html",
        "https://img.myna.go.jp/manual/03-09/0146.html",
        "https://www.soumu.go.jp/kojinbango_card/",
        "https://www.kojinbango-card.go.jp/en/",
    ):
        assert f"]({address})" in everything


@pytest.mark.django_db
def test_the_guide_is_there_after_migrating() -> None:
    assert list(Section.objects.values_list("slug", flat=True)) == list(content.SLUGS)
    for slug, language in EVERY:
        section = Section.objects.get(slug=slug)
        told = tuple(getattr(section, f"{field}_{language}") for field in content.Text._fields)
        assert told == content.read(slug, language)


@pytest.mark.django_db
def test_what_editors_wrote_is_never_overwritten() -> None:
    Section.objects.filter(slug="pins").update(title_en="Our own words")
    Section.objects.filter(slug="care").delete()
    content.fill(apps.get_model("guide", "Section").objects)
    assert Section.objects.get(slug="pins").title_en == "Our own words"
    assert not Section.objects.filter(slug="care").exists()


def html(slug: str, language: str) -> str:
    return as_html(content.read(slug, language).body)
