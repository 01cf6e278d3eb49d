"""Every page that can be opened, in every state worth looking at, by who opens it."""

from collections.abc import Callable
from typing import NamedTuple

from accounts.models import User
from tests.browser import walks
from tests.browser.applicants import asked_for_new_cards
from tests.browser.scenes import (
    asked_for_photo_id,
    card_of_somebody,
    empty,
    expired,
    from_a_mail,
    full,
    guardian,
    lapsed,
    looked_at,
    mail_comes_back,
    new_clerk,
    nobody,
    on_a_smartphone,
    photo_id,
    renewed_for_now,
    secured,
    suspended,
    told_move,
    turning_18,
    turning_off,
    with_a_passkey,
    with_download,
    with_pins,
    without_password,
)
from tests.browser.walks import Walk
from tests.builders import make_clerk, make_user


class Scene(NamedTuple):
    """`build()` makes the person (None: nobody is signed in); `paths` come without language.

    Somebody who signed in `just_now` is not asked once more who they are. A `walk` leads to pages
    that have no address of their own.
    """

    build: Callable[[], User | None]
    paths: tuple[str, ...] = ()
    walk: Walk | None = None
    just_now: bool = False


IF_I_MOVE = "/cards/if-i-move/?where=another&expected_move_out_on=2026-10-20&moved_in_on=2026-11-07"

# Asks first who is there.
CHANGE_PIN = "/cards/FULL/pins/user-proof/"

SCENES = {
    "nobody": Scene(
        nobody,
        (
            "/",
            "/cards/lost/",
            "/guide/",
            "/guide/pins/",
            "/cards/new-pins/",
            "/cards/kiosk/sign-in/",
            "/cards/if-i-move/",
            IF_I_MOVE,
            "/cards/if-i-move/?where=&moved_in_on=soon",
            "/link/",
            "/accounts/login/",
            "/accounts/signup/",
            "/accounts/login/code/",
            "/accounts/signup/passkey/",
            "/accounts/password/reset/",
            "/accounts/password/reset/done/",
            "/accounts/3rdparty/login/cancelled/",
            "/accounts/3rdparty/login/error/",
            "/accounts/inactive/",
            "/privacy/closed/",
            "/not-here/",
        ),
    ),
    "from-a-mail": Scene(from_a_mail, (turning_off(7701), turning_off(7702))),
    "empty": Scene(
        empty,
        (
            "/",
            "/link/",
            "/me/",
            "/me/language/",
            "/notifications/",
            "/notifications/mails/",
            "/notifications/calendar/",
            "/guide/",
            "/accounts/email/",
            "/accounts/logout/",
            "/privacy/download/",
            "/privacy/looks/",
            "/accounts/security/",
            "/accounts/sessions/",
            "/accounts/reauthenticate/",
        ),
    ),
    "full": Scene(
        full,
        (
            "/",
            "/notifications/",
            "/notifications/2/",
            "/notifications/preferences/",
            "/notifications/preferences/1/",
            "/cards/FULL/",
            "/cards/FULL/uses/",
            "/cards/FULL/renewing/",
            "/cards/FULL/certificates/",
            "/cards/FULL/smartphone/",
            "/cards/FULL/pins/",
            CHANGE_PIN,
            "/cards/FULL/pins/user-proof/changed/",
            "/cards/FULL/suspend/",
            "/cards/FULL/new-card/apply/reason/",
            "/cards/FULL/photo-id/",
            "/cards/FULL/moving/",
            "/cards/FULL/moving/tell/",
            "/cards/FULL/moving/tell/?asked=yes",
            "/cards/FULL/moving/tell/another/",
            "/cards/FULL/moving/tell/within/",
            "/cards/FULL/sheet/moving-in/",
            "/cards/FULL/sheet/reissue/",
            "/cards/FULL/sheet/collect/",
        ),
    ),
    "on-a-smartphone": Scene(
        on_a_smartphone,
        (
            "/cards/PHONE/uses/",
            "/cards/PHONE/certificates/",
            "/cards/PHONE/smartphone/",
            "/cards/PHONE/smartphone/done/",
            "/cards/PHONE/smartphone/end/",
            # Asks first who is there.
            "/cards/PHONE/smartphone/apply/android/",
        ),
    ),
    "second-visit": Scene(renewed_for_now, ("/", "/cards/AGAIN/renewing/")),
    "mail-comes-back": Scene(mail_comes_back, ("/", "/me/")),
    "suspended": Scene(
        suspended,
        (
            "/",
            "/notifications/1/",
            "/cards/LOST/suspended/",
            "/cards/LOST/history/",
            "/cards/LOST/uses/",
            "/cards/LOST/renewing/",
            "/cards/LOST/moving/",
        ),
    ),
    "expired": Scene(
        expired,
        (
            "/",
            "/cards/OLD/",
            "/cards/OLD/uses/",
            "/cards/OLD/renewing/",
            "/cards/OLD/certificates/",
        ),
    ),
    "lapsed": Scene(lapsed, ("/", "/cards/LAPSED/renewing/", "/cards/LAPSED/moving/")),
    "told-move": Scene(
        told_move,
        (
            "/",
            "/cards/TOLD/moving/",
            "/cards/TOLD/moving/told/",
            "/cards/TOLD/moving/call-off/",
            "/cards/TOLD/sheet/name-change/",
        ),
    ),
    "new-cards": Scene(
        asked_for_new_cards,
        (
            "/cards/ACCEPTED/new-card/",
            "/cards/ACCEPTED/new-card/withdraw/",
            "/cards/ASKED/new-card/",
            "/cards/ASKED/new-card/answer/",
        ),
    ),
    "photo-id": Scene(
        photo_id,
        (
            "/",
            "/cards/PHOTO/photo-id/",
            "/cards/PHOTO/pins/",
            "/cards/PHOTO/uses/",
            "/cards/PHOTO/smartphone/",
        ),
    ),
    "guardian": Scene(guardian, ("/", "/me/", "/cards/OWN/pins/")),
    "looked-at": Scene(looked_at, ("/privacy/looks/", "/privacy/")),
    "turning-18": Scene(turning_18, ("/",)),
    "download-waiting": Scene(with_download("waiting"), ("/privacy/download/",)),
    "download-ready": Scene(with_download("ready"), ("/privacy/download/",)),
    "download-expired": Scene(with_download("expired"), ("/privacy/download/",)),
    "download-failed": Scene(with_download("failed"), ("/privacy/download/",)),
    "secured": Scene(
        secured,
        (
            "/accounts/security/",
            "/accounts/sessions/",
            "/accounts/2fa/reauthenticate/",
            "/accounts/2fa/webauthn/reauthenticate/",
        ),
    ),
    "without-password": Scene(without_password, ("/accounts/reauthenticate/mail/",)),
    "new-clerk": Scene(new_clerk, ("/accounts/security/second-factor/",)),
    # What only a step before leads to, and what asks first who is there.
    "codes-by-mail": Scene(nobody, walk=walks.codes_by_mail),
    "second-step": Scene(nobody, walk=walks.second_step),
    "kiosk": Scene(card_of_somebody, walk=walks.kiosk),
    "hand-over": Scene(card_of_somebody, walk=walks.hand_over),
    "pins": Scene(
        with_pins,
        (CHANGE_PIN, "/cards/FULL/pins/together/", "/privacy/close/", "/accounts/password/change/"),
        walk=walks.change_pin,
        just_now=True,
    ),
    "first-factor": Scene(
        make_user,
        ("/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"),
        just_now=True,
    ),
    "passkey": Scene(
        with_a_passkey,
        (
            "/accounts/2fa/recovery-codes/generate/",
            "/accounts/2fa/webauthn/keys/1/edit/",
            "/accounts/2fa/webauthn/keys/1/remove/",
        ),
        just_now=True,
    ),
    "app": Scene(
        make_clerk,
        ("/accounts/2fa/totp/deactivate/", "/accounts/2fa/recovery-codes/generate/"),
        just_now=True,
    ),
    "first-password": Scene(without_password, ("/accounts/password/set/",), just_now=True),
    "smartphone": Scene(
        on_a_smartphone, ("/cards/PHONE/smartphone/apply/android/",), just_now=True
    ),
    "phone-ended": Scene(full, ("/cards/FULL/smartphone/ended/",)),
    "asked-for-photo-id": Scene(
        asked_for_photo_id,
        ("/cards/TO-PHOTO/photo-id/",),
    ),
}
