"""Each refusal of the forms about mails and one's own data is reached; none of any app is left out.

The tables of the other apps stand beside their tests, as `test_form_refusals.py`.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import get_language

from accounts.models import Relation
from guide.models import Section
from tests.accounts.test_form_refusals import CASES as OF_ACCOUNTS
from tests.builders import hold, make_card, make_staff, make_user, sign_in
from tests.cards.test_desk_form_refusals import CASES as OF_THE_DESK
from tests.cards.test_form_refusals import CASES as OF_CARDS
from tests.form_refusals import LANGUAGES, Case, Sent, each, require_refused, texts_of

pytestmark = pytest.mark.django_db
# What operations refuse, and what is wrong in a file, have tables of their own.
ELSEWHERE = {"operations", "importing"}


class Parent:
    """Looks after a child's card."""

    def __init__(self) -> None:
        user = make_user()
        self.client = Client()
        self.holding = hold(user, make_card().resident, Relation.GUARDIAN)
        sign_in(self.client, user, just_now=True)

    def chooses(self, **typed: Any) -> Sent:
        address = reverse("notifications:preferences-change", args=[self.holding.pk])
        plain = {"wanted": ["moves"], "earliest": "30", "rhythm": "daily", "language": "vi"}
        return Sent(self.client, address, plain | typed)


def chooses_not_how_early(p: Parent) -> Sent:
    return p.chooses(earliest="")


def chooses_not_how_often(p: Parent) -> Sent:
    return p.chooses(rhythm="")


def chooses_no_language(p: Parent) -> Sent:
    return p.chooses(language="")


def an_editor_enters(**changed: str) -> Sent:
    """In the first section of the guide."""
    editor = Client()
    sign_in(editor, make_staff("editor", language=get_language()))
    address = reverse("admin:guide_section_change", args=[Section.objects.all()[0].pk])
    form = editor.get(address).context["form"]
    typed = {name: str(form[name].value() or "") for name in form.fields}
    return Sent(editor, address, typed | changed)


def leaves_the_japanese_empty(_p: Parent) -> Sent:
    return an_editor_enters(title_ja="")


def leaves_the_address_empty(_p: Parent) -> Sent:
    return an_editor_enters(slug="")


def leaves_the_place_empty(_p: Parent) -> Sent:
    return an_editor_enters(position="")


def enters_half_a_place(_p: Parent) -> Sent:
    return an_editor_enters(position="1.5")


def closes_the_account_without_a_tick(p: Parent) -> Sent:
    return Sent(p.client, reverse("privacy:close"))


CASES: list[Case] = [
    ("Choose how early.", chooses_not_how_early),
    ("Choose how often.", chooses_not_how_often),
    ("Choose a language.", chooses_no_language),
    ("Fill this in: readers of Japanese would see nothing.", leaves_the_japanese_empty),
    ("Enter the last part of the address.", leaves_the_address_empty),
    ("Enter where it stands: 1 is first.", leaves_the_place_empty),
    ("Enter a whole number: 1 is first.", enters_half_a_place),
    ("Tick the box if you want to close your account.", closes_the_account_without_a_tick),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("words", "run"), each(CASES))
def test_each_refusal_of_a_form_is_reached_and_worded(
    words: str, run: Callable[[Parent], Sent], language: str
) -> None:
    require_refused(words, run, Parent(), language)


def test_no_refusal_of_a_form_is_left_out() -> None:
    """What code can give as an error, read from the source, has a case; and no case is of the past.

    Seen to fail with one text more, and with one that no form gives any more.
    """
    apps = {where.parent for where in settings.BASE_DIR.glob("*/apps.py")}
    assert {app.name for app in apps} >= {"accounts", "cards", "guide", "notifications", "privacy"}
    places = [
        str(one.relative_to(settings.BASE_DIR))
        for app in (*apps, settings.BASE_DIR / "portal")
        for one in app.iterdir()
        if one.suffix == ".py" or (one.is_dir() and any(one.rglob("*.py")))
        if app.name != "cards" or one.name not in ELSEWHERE
    ]
    said = texts_of(*places)
    assert len(said) > 80
    reached = {words for words, _run in (*OF_ACCOUNTS, *OF_CARDS, *OF_THE_DESK, *CASES)}
    assert {words: where for words, where in said.items() if words not in reached} == {}
    assert reached - said.keys() == set()
