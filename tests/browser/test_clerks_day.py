"""A clerk's day at the counter, by keyboard alone, from the search to the last confirmation."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from cards.admin.card import ACTIONS, MOVE_ACTIONS
from cards.admin.reissues import REISSUE_ACTIONS
from cards.admin.variants import VARIANT_ACTIONS
from cards.models import Card, Reissue
from cards.operations import record_name_change, request_reissue, request_variant, suspend
from cards.rules.kinds import EventKind, PinKind, ReissueReason
from portal import clock
from tests.browser.applicants import asked_for_new_cards
from tests.builders import make_card, make_clerk, make_move, make_pin, make_resident

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What has the focus: its own words, those of its label, and whether it is chosen.
FOCUSED = """() => {
    const it = document.activeElement;
    const label = it.labels && it.labels.length ? it.labels[0].innerText : '';
    return (label || it.innerText || it.getAttribute('aria-label') || '').trim();
}"""
MOST_STOPS = 120


class Keyboard:
    """Somebody who has no mouse, and reads what is focused."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, words: str) -> None:
        """Tab on until something that is called so has the focus."""
        for _ in range(MOST_STOPS):
            if self.page.evaluate(FOCUSED).startswith(words):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"The keyboard does not reach “{words}”.")

    def press(self, words: str) -> None:
        """Follow the link or press the button that is called so."""
        self.to(words)
        self.enter()

    def enter(self) -> None:
        """Send the form, or follow the link, that has the focus."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def fill(self, label: str, text: str) -> None:
        self.to(label)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def tick(self, label: str) -> None:
        self.to(label)
        self.page.keyboard.press("Space")

    def choose(self, first: str, wanted: str) -> None:
        """Of a group of choices, reached at its first: down to the wanted one."""
        self.to(first)
        self.page.keyboard.press("Space")
        for _ in range(10):
            if self.page.evaluate(FOCUSED).startswith(wanted):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"There is no choice “{wanted}”.")


@pytest.fixture
def clerk() -> User:
    return make_clerk()


@pytest.fixture
def keys(
    new_page: Callable[..., Page],
    sign_in: Callable[..., None],
    on_day: Callable[..., None],
    clerk: User,
) -> Keyboard:
    on_day("2026-11-10")
    page = new_page(viewport={"width": 1280, "height": 900})
    sign_in(page, clerk)
    page.goto("/admin/")
    return Keyboard(page)


def find(keys: Keyboard, words: str, reference: str) -> None:
    """From wherever they are: the desk, the search, the card."""
    keys.page.goto("/admin/")
    keys.fill("Find a resident’s card", words)
    keys.enter()
    keys.press(reference)


def kinds(card: Card) -> set[str]:
    return set(card.events.values_list("kind", flat=True))


def test_a_clerks_day_by_keyboard_alone(keys: Keyboard, clerk: User) -> None:
    lan = make_card(make_resident(name="NGUYEN THI LAN"), reference="HINODE-1")
    make_pin(lan, PinKind.USER_PROOF, "7294", failed_tries=3)
    stolen = make_card(make_resident(name="王 小明"), reference="HINODE-2")
    suspend(stolen, by=clerk)
    request_reissue(
        stolen,
        reason=ReissueReason.LOST,
        with_certificates=True,
        police_receipt_number="2026-117",
        by=clerk,
    )
    found = make_card(make_resident(name="SATO KENJI"), reference="HINODE-3")
    suspend(found, by=clerk)

    # The desk says what waits.
    keys.page.goto("/admin/")
    waiting = keys.page.get_by_role("region", name="Waiting for the office")
    tile = waiting.get_by_role("link", name="Applications for a new card to decide")
    expect(tile).to_contain_text("1")

    # She hears “Guen” and types it in kana: a move.
    find(keys, "グエン", "HINODE-1")
    keys.press("Record a move")
    keys.choose("Moving in from another", "Moving in from another")
    keys.to("Move-in day")
    keys.page.keyboard.type("11072026")
    keys.press("Continue")
    foretold = keys.page.get_by_text("by 21 November 2026, counted from 7 November 2026")
    expect(foretold).to_be_visible()
    assert not lan.moves.exists()
    keys.press("Record the move")
    expect(keys.page.get_by_text("The move was recorded.")).to_be_visible()

    # The same holder has locked a PIN.
    about_the_card = keys.page.get_by_role("region", name="Card", exact=True)
    expect(about_the_card.get_by_text("Locked")).to_be_visible()
    keys.press("Reset PINs")
    keys.tick("② PIN")
    keys.choose("Residence card", "Residence card")
    keys.fill("Reason", "locked")
    keys.press("Continue")
    keys.press("Reset and show the code")
    expect(keys.page.get_by_text("The PINs were reset. Code for the holder:")).to_be_visible()

    # A stolen card: the application is accepted, and free.
    find(keys, "小明", "HINODE-2")
    keys.press("Accept the application")
    keys.tick("I have seen the report")
    keys.choose("Charge 1,000 yen", "Free: Theft")
    keys.fill("Note", "The police report says theft.")
    keys.press("Continue")
    expect(keys.page.get_by_role("heading", name="What will happen")).to_be_visible()
    assert Reissue.objects.get().state == "requested"
    keys.press("Accept it")
    expect(keys.page.get_by_text("The application was accepted.")).to_be_visible()
    assert (Reissue.objects.get().fee, Reissue.objects.get().waiver) == (0, "theft")

    # A lost card was found; its holder writes himself Satoh, and his card has it otherwise.
    find(keys, "satoh", "HINODE-3")
    keys.press("Lift the suspension")
    keys.choose("Residence card", "Residence card")
    keys.press("Continue")
    keys.press("Lift the suspension")
    expect(keys.page.get_by_text("The suspension was lifted.")).to_be_visible()

    assert EventKind.MOVE_RECORDED in kinds(lan)
    assert EventKind.PIN_RESET in kinds(lan)
    assert EventKind.REISSUE_ACCEPTED in kinds(stolen)
    assert EventKind.SUSPENSION_LIFTED in kinds(found)


KEY = "(e => e.name || e.innerText.trim())"
FIELDS = ", ".join(
    f"form.ask {one}" for one in ("input:not([type=hidden])", "select", "textarea", "button", "a")
)
ASKED = f"""() => [...new Set([...document.querySelectorAll('{FIELDS}')].filter(
    e => e.getClientRects().length && !e.disabled).map({KEY}))]"""
AT = f"""() => {{ const e = document.activeElement;
    return e.closest('form.ask') ? [{KEY}(e), getComputedStyle(e).outlineStyle] : null; }}"""


def test_every_action_is_reached_and_filled_in_by_keyboard(
    new_page: Callable[..., Page], sign_in: Callable[..., None]
) -> None:
    """Each page of an action, on cards on which it can be done: the way there is a link, and all
    that it asks for has the focus in its turn, and shows it."""
    asked_for_new_cards()
    clerk = User.objects.get(is_staff=True)
    moved, lost, other = (make_card(reference=name) for name in ("MOVED", "LOST", "OTHER"))
    make_move(moved, moved_in_on=clock.today(), notified_on=clock.today())
    suspend(lost, by=clerk)
    request_variant(other, by=clerk)
    renamed = make_card(reference="RENAMED")
    record_name_change(renamed, name="TRAN THI LAN", changed_on=clock.today(), by=clerk)
    plain = make_card(reference="ASKS")
    request_reissue(plain, reason=ReissueReason.DAMAGED, with_certificates=True, by=clerk)
    page = new_page(viewport={"width": 1280, "height": 900})
    sign_in(page, clerk)
    reached: set[str] = set()
    for card in Card.objects.order_by("pk"):
        page.goto(f"/admin/cards/card/{card.pk}/change/")
        links = page.locator(".possible a, section[aria-labelledby=moves-h] a").all()
        for address in [str(link.get_attribute("href")) for link in links]:
            slug = address.rstrip("/").split("/")[-1]
            slug = address.rstrip("/").split("/")[-2] if slug.isdecimal() else slug
            if slug in reached:
                continue
            reached.add(slug)
            page.goto(address)
            unseen = set(page.evaluate(ASKED))
            assert unseen, slug
            for _ in range(MOST_STOPS):
                page.keyboard.press("Tab")
                # Of a date's parts the last, the small calendar, shows its focus by itself.
                if (at := page.evaluate(AT)) and at[1] != "none":
                    unseen.discard(at[0])
                if not unseen:
                    break
            assert unseen == set(), f"{slug}: these are not reached, or do not show their focus"
    every = (*ACTIONS, *MOVE_ACTIONS, *REISSUE_ACTIONS, *VARIANT_ACTIONS)
    assert reached == {one.slug for one in every}
