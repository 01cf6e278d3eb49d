"""Pages that no address leads to, only a step before: each walk yields where one stands open.

A walk knows buttons and fields by their place and name, so that it goes through every language.
"""

from collections.abc import Callable, Iterator

from django.core import mail
from playwright.sync_api import Page

from accounts.models import User
from cards.models import Card, Kiosk
from cards.operations import reset_pins
from cards.operations.kiosks import renew_kiosk_key
from cards.rules.kinds import PinKind
from notifications.outbox.account_mails import send_account_mails
from tests.builders import PASSWORD, make_clerk

Walk = Callable[[Page, str], Iterator[None]]


def _send(page: Page, form: str = "main form", **typed: str) -> None:
    """Fill in the first form of the page and send it off."""
    where = page.locator(form).first
    for name, text in typed.items():
        where.locator(f"[name={name.replace('__', '-')}]").fill(text)
    where.locator("button[type=submit]").first.click()
    page.wait_for_load_state()


def _code() -> str:
    """The code in the newest mail: the one line that is nothing else."""
    send_account_mails()
    alone = [line.strip() for line in str(mail.outbox[-1].body).splitlines()]
    return next(one for one in alone if one.isupper() and one.replace("-", "").isalnum())


def codes_by_mail(page: Page, language: str) -> Iterator[None]:
    """The pages that ask for a code: of a new account, of a sign-in, of a new password."""
    address = f"new.{language}.{page.viewport_size['width']}@example.org"  # type: ignore[index]
    page.goto(f"/{language}/accounts/signup/")
    _send(page, email=address, password1=PASSWORD, password2=PASSWORD)
    yield
    _send(page, code="WRONG")
    yield
    _send(page, code=_code())
    page.context.clear_cookies()

    page.goto(f"/{language}/accounts/login/code/")
    _send(page, email=address)
    yield
    page.context.clear_cookies()

    page.goto(f"/{language}/accounts/password/reset/")
    _send(page, email=address)
    yield
    _send(page, code=_code())
    yield  # the new password
    _send(page, password1=PASSWORD[::-1], password2=PASSWORD[::-1])
    yield
    page.context.clear_cookies()


def second_step(page: Page, language: str) -> Iterator[None]:
    """Password first, then the app or a passkey."""
    clerk = User.objects.filter(is_staff=True).first() or make_clerk()
    page.goto(f"/{language}/accounts/login/")
    _send(page, 'main form:has([name="password"])', login=clerk.email, password=PASSWORD)
    yield
    page.context.clear_cookies()


def kiosk(page: Page, language: str) -> Iterator[None]:
    """A terminal: which card, its PINs, a refusal, done."""
    page.goto(f"/{language}/cards/kiosk/sign-in/")
    _send(page, key=renew_kiosk_key(Kiosk.objects.get_or_create(name="Shop 1")[0]))
    yield
    _send(page, reference="FULL")
    yield
    new = f"KEY6038{language.upper()}"
    _send(page, user_proof="1", new=new, again="OTHER1")
    yield
    _send(page, user_proof="7294", new=new, again=new)
    yield


def hand_over(page: Page, language: str) -> Iterator[None]:
    """After a reset at the counter: the code, PIN ①, then one for the rest, done."""
    card = Card.objects.get(reference="FULL")
    clerk = User.objects.filter(is_staff=True).first() or make_clerk(card.resident.office)
    both = [PinKind.SIGNATURE, PinKind.USER_PROOF]
    code = reset_pins(card, kinds=both, identity_proof="passport", reason="forgotten", by=clerk)
    page.goto(f"/{language}/cards/new-pins/")
    _send(page, code="AAAA-AAAA-AAAA")
    yield
    _send(page, code=code)
    yield
    _send(page, new="SEA6038TREE", again="SEA6038TREE")
    yield
    _send(page, new="7294", again="7294")
    yield


def change_pin(page: Page, language: str) -> Iterator[None]:
    """A refusal, and that it is changed."""
    page.goto(f"/{language}/cards/FULL/pins/user-proof/")
    old, new = ("7294", "6038") if language == "en" else ("6038", "7294")
    _send(page, current__user_proof=old, new=new, again=old)
    yield
    _send(page, current__user_proof=old, new=new, again=new)
    yield
