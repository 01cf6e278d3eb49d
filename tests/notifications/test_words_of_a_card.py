"""What a mail and a page say is true of the card that they are about (G2, G4, G9)."""

import re
from datetime import date

import pytest
from django.urls import reverse

from accounts.models import ClosedDays
from cards.models import Card
from cards.operations.refresh import refresh_deadlines
from notifications.models import Notification
from notifications.outbox import send_queue
from notifications.planner import raise_alerts
from tests.builders import (
    hold,
    make_card,
    make_certificate,
    make_move,
    make_resident,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db

BORN, ISSUED, ENDS = date(1994, 3, 9), date(2022, 5, 1), date(2027, 3, 9)
DAYS = ["2027-02-07", "2027-03-09", "2027-03-10"]  # before, on and after the last day
LANGUAGES = ["en", "ja", "vi"]
PHONE = {"en": "smartphone", "ja": "スマートフォン", "vi": "điện thoại"}
STORE = {"en": "convenience store", "ja": "コンビニ", "vi": "cửa hàng tiện lợi"}
LOGGING_IN = {"en": "logging in", "ja": "ログイン", "vi": "đăng nhập"}
ONLINE = {"en": "online application", "ja": "オンライン申請", "vi": "trực tuyến"}
DOCTOR = {"en": "medical institutions", "ja": "医療機関", "vi": "cơ sở y tế"}


def a_card(language: str = "en", **fields: object) -> Card:
    resident = make_resident(birth_date=BORN, language=language)
    return make_card(resident, **({"issued_on": ISSUED, "expires_on": date(2031, 1, 31)} | fields))


def mailed(smtp_sink, day: str = "") -> str:
    """The one mail that leaves today (with this in its subject), as its reader would read it.

    Without the Japanese for the counter, on one line; Japanese without blanks.
    """
    raise_alerts()
    assert send_queue().sent
    (message,) = (one for one in smtp_sink.messages if day in one["Subject"])
    own = message.get_body("plain").get_content().split("-" * 70)[0]
    return ("" if message["Content-Language"] == "ja" else " ").join(own.split())


def on_pages(client, card: Card, title: str) -> list[str]:
    """What the front page and the notification's own say of the deadline with this title."""
    raise_alerts()
    user = make_user()
    hold(user, card.resident)
    sign_in(client, user)
    told = Notification.objects.exclude(kind__in=["second_visit", "card_update_90"]).get()
    pages = [client.get(path) for path in ("/en/", f"/en/notifications/{told.pk}/")]
    return [
        " ".join(article.split())
        for page in pages
        for article in re.findall(r'<article class="deadline.*?</article>', page.text, re.DOTALL)
        if title in article
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("day", DAYS)
def test_a_photo_id_card_is_told_of_the_doctor_and_of_nothing_that_it_never_could(
    smtp_sink, on_day, day, language
):
    on_day(day)
    a_card(language, variant="photo_id")
    said = mailed(smtp_sink)
    assert DOCTOR[language] in said
    for never in (PHONE, STORE, LOGGING_IN, ONLINE):
        assert never[language] not in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("day", DAYS)
def test_a_mail_says_which_certificate_ends_and_what_needs_it(smtp_sink, on_day, day, language):
    """Issued again after a move, the signature outlives the user proof by years."""
    card = a_card(language, certificates=False)
    make_certificate(card, kind="user_proof")
    on_day("2025-01-15")
    make_certificate(card, kind="signature", issued_on=date(2025, 1, 15))
    on_day(day)
    refresh_deadlines(card)
    said = mailed(smtp_sink)
    for needed in (STORE, LOGGING_IN, DOCTOR):
        assert needed[language] in said
    assert ONLINE[language] not in said


def test_both_certificates_are_named_where_both_end(smtp_sink, on_day):
    on_day("2027-03-10")
    a_card()
    said = mailed(smtp_sink)
    for needed in (ONLINE, STORE, LOGGING_IN, DOCTOR):
        assert needed["en"] in said
    assert "signature on the card" in said
    assert "user proof on the card" in said


def test_a_revoked_certificate_is_not_said_to_end(smtp_sink, on_day):
    on_day("2027-03-10")
    card = a_card()
    card.certificates.filter(kind="signature").update(
        revoked_at="2026-01-15T10:00+09:00", revoked_because="information_changed"
    )
    assert "signature" not in mailed(smtp_sink)


@pytest.mark.parametrize("day", DAYS)
def test_pages_say_the_same_of_a_photo_id_card(client, on_day, day):
    on_day(day)
    card = a_card(variant="photo_id")
    pages = on_pages(client, card, "Electronic certificates")
    assert len(pages) == 2
    for said in pages:
        assert "needed at medical institutions" in said
        for never in (PHONE, STORE, LOGGING_IN, ONLINE):
            assert never["en"] not in said


def test_pages_say_which_certificate_ends(client, on_day):
    on_day("2027-03-09")
    card = a_card()
    card.certificates.filter(kind="signature").update(ends_on=date(2030, 3, 9))
    pages = on_pages(client, card, "Electronic certificates")
    assert len(pages) == 2
    for said in pages:
        assert "user proof on the card" in said
        assert ONLINE["en"] not in said


COUNTED_FROM = {"en": "1 May 2022", "ja": "2022年5月1日", "vi": "ngày 1 tháng 5 năm 2022"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_says_the_day_that_is_counted_from(smtp_sink, on_day, language):
    """Each holder's own, though mails are put into words once for many."""
    on_day("2027-02-07")
    a_card(language, variant="photo_id")
    a_card(language, variant="photo_id", issued_on=date(2022, 12, 24))
    raise_alerts()
    assert send_queue().sent == 2
    mine, others = (one.get_body("plain").get_content() for one in smtp_sink.messages)
    assert "1001" not in mine + others
    assert COUNTED_FROM[language] in mine
    assert COUNTED_FROM[language] not in others
    assert "2022年12月24日" in others


def test_a_page_says_the_day_that_is_counted_from(client, on_day):
    on_day("2027-02-07")
    for said in on_pages(client, a_card(), "Electronic certificates"):
        assert said.count("Counted from its day of issue: 1 May 2022.") == 2


# --- Certificates, and what else ends or is closed beside them (G2, G5) ---------------------------
STAYS = {"en": "stays valid", "ja": "引き続き使え", "vi": "vẫn còn hiệu lực"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("variant", ["standard", "photo_id"])
@pytest.mark.parametrize("day", DAYS[:2])
def test_no_card_that_ends_sooner_is_said_to_stay_valid(smtp_sink, on_day, day, variant, language):
    """A move ends it a day before its certificates do, or with them."""
    on_day(day)
    card = a_card(language, variant=variant)
    moved = date(2026, 12, 8 if day == DAYS[0] else 9)
    make_move(card, notified_on=moved)
    card.certificates.update(revoked_at=None, revoked_because="")
    refresh_deadlines(card)
    assert STAYS[language] not in mailed(smtp_sink, CERTIFICATES[language])


def test_neither_do_pages_say_so(client, on_day):
    on_day(DAYS[0])
    card = a_card()
    make_move(card, notified_on=date(2026, 12, 8))
    refresh_deadlines(card)
    pages = on_pages(client, card, "Electronic certificates")
    assert len(pages) == 2
    for said in (*pages, client.get("/en/").text):
        assert STAYS["en"] not in said


CERTIFICATES = {"en": "Electronic cert", "ja": "電子証明書", "vi": "hứng thư"}
FIRST_OPEN_DAY = {"en": "the first day on which", "ja": "開く最初の日", "vi": "ngày đầu tiên"}
AT_THE_COUNTER = {
    "en": "put on the card at the counter",
    "ja": "窓口で、カードに新しい電子証明書を入れてもらってください",
    "vi": "Hãy đến quầy để được cấp",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("variant", ["standard", "photo_id"])
@pytest.mark.parametrize("suspended", [False, True])
def test_nobody_is_sent_for_certificates_to_a_counter_that_is_closed_until_they_end(
    smtp_sink, on_day, suspended, variant, language
):
    on_day("2027-03-02")
    card = a_card(language, variant=variant)
    if suspended:
        Card.objects.update(suspended_at="2027-02-20T10:00+09:00")
    ClosedDays.objects.create(
        office=card.resident.office,
        first_on=date(2027, 3, 1),
        last_on=date(2027, 3, 12),
        name="x",
    )
    said = mailed(smtp_sink)
    assert FIRST_OPEN_DAY[language] in said
    assert AT_THE_COUNTER[language] not in said
    assert (PHONE[language] in said) == (variant == "standard" and not suspended)


# --- A card that was extended while an application is pending (G4①) -----------------------------
EXTENDED = {
    "en": "extended because an application",
    "ja": "申請中だったため、カードの有効期限が2027年2月28日まで延長されました",
    "vi": "kéo dài thời hạn đến",
}
ENDS_WITH_THE_STAY = {"en": "period of stay: here", "ja": "在留期間の満了日", "vi": "ở đây là"}
FILED_WILL_DO = {
    "en": "was applied for",
    "ja": "申請中と書かれたもの",
    "vi": "hoặc ghi rằng đang xin gia hạn",
}


def extended(language: str = "en") -> Card:
    return make_card(
        make_resident(language=language, period_of_stay_ends_on=date(2026, 12, 28)),
        expires_on=date(2027, 2, 28),
        expiry_basis="application_filed",
        certificates=False,
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("day", ["2027-02-21", "2027-02-28"])
def test_an_extended_card_is_told_why_it_ends_and_what_the_counter_takes_then(
    smtp_sink, on_day, day, language
):
    on_day(day)
    extended(language)
    said = mailed(smtp_sink, "28")
    assert EXTENDED[language] in said
    assert ENDS_WITH_THE_STAY[language] not in said
    assert FILED_WILL_DO[language] not in said


def test_pages_say_the_same_of_an_extended_card(client, on_day):
    on_day("2027-02-21")
    card = extended()
    pages = on_pages(client, card, "Number Card expires")
    assert len(pages) == 2
    for said in pages:
        assert EXTENDED["en"] in said
        assert "The residence card that shows the new period of stay" in said
        assert FILED_WILL_DO["en"] not in said


def test_once_the_longer_stay_is_granted_the_usual_words_hold_again(smtp_sink, on_day):
    on_day("2027-02-21")
    card = extended()
    card.expiry_basis = "new_period"
    card.save()
    refresh_deadlines(card)
    said = mailed(smtp_sink, "28")
    assert ENDS_WITH_THE_STAY["en"] in said
    assert FILED_WILL_DO["en"] in said


# --- A card that does not end with the period of stay, and one that is suspended (G4, G6) ---------
OF_ITS_OWN = {
    "en": "has a last day of its own",
    "ja": "カードそのものの有効期限",
    "vi": "thời hạn riêng của thẻ",
}
EXTENSION = {"en": "new period of stay", "ja": "在留期間の更新", "vi": "thời hạn lưu trú mới"}
IDENTITY = {"en": "who you are", "ja": "本人であること", "vi": "chứng minh bạn là ai"}
SUSPENDED = {
    "en": "The card is suspended now, and only a card that works",
    "ja": "カードは現在一時停止中",
    "vi": "Thẻ hiện đang bị tạm dừng",
}


def of_a_permanent_resident(language: str = "en", **resident: object) -> Card:
    fields = {"language": language, "period_of_stay_ends_on": date(9999, 12, 31)} | resident
    return make_card(make_resident(**fields), expires_on=date(2027, 3, 31), certificates=False)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("day", ["2027-03-01", "2027-03-31", "2027-04-01"])
def test_who_may_stay_for_good_is_not_asked_for_a_longer_stay(smtp_sink, on_day, day, language):
    """Seen to fail with every card said to end with the period of stay."""
    on_day(day)
    of_a_permanent_resident(language)
    said = mailed(smtp_sink)
    assert OF_ITS_OWN[language] in said
    assert ENDS_WITH_THE_STAY[language] not in said
    assert FILED_WILL_DO[language] not in said
    assert EXTENSION[language] not in said
    assert IDENTITY[language] in said


def test_so_it_is_with_a_stay_beyond_the_tenth_birthday_and_not_with_one_that_was_extended(
    smtp_sink, on_day
):
    """Of the latter the card still has the old date; the residence card shows the new one."""
    on_day("2027-03-01")
    tenth = {"issued_on": date(2017, 3, 31), "certificates": False}
    for born in (date(1994, 3, 31), date(1994, 5, 5)):
        resident = make_resident(birth_date=born, period_of_stay_ends_on=date(2029, 3, 31))
        make_card(resident, expires_on=date(2027, 3, 31), **tenth)
    raise_alerts()
    assert send_queue().sent == 2
    own, of_the_stay = (
        " ".join(one.get_body("plain").get_content().split()) for one in smtp_sink.messages
    )
    assert OF_ITS_OWN["en"] in own
    assert OF_ITS_OWN["en"] not in of_the_stay
    assert FILED_WILL_DO["en"] in of_the_stay


def test_pages_and_the_sheet_say_the_same_to_who_may_stay_for_good(client, on_day):
    on_day("2027-03-01")
    card = of_a_permanent_resident()
    pages = on_pages(client, card, "Number Card expires")
    assert len(pages) == 2
    renewing = client.get(f"/en/cards/{card.reference}/renewing/").text
    for said in (*pages, renewing):
        assert OF_ITS_OWN["en"] in said
        assert "an extension" not in said
        assert "same last day as your period of stay" not in said
    sheet = client.get(reverse("cards:sheet", args=[card.reference, "renewal"])).text
    assert "on a last day of its own" in sheet
    assert "9999" not in sheet
    assert "My period of stay changes" not in sheet


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_suspended_card_is_told_that_it_must_work_before_it_can_be_renewed(
    smtp_sink, on_day, language
):
    """Seen to fail with nothing said of the suspension. Only while it is suspended."""
    on_day("2027-03-01")
    card = make_card(
        make_resident(language=language), expires_on=date(2027, 3, 31), certificates=False
    )
    Card.objects.update(suspended_at="2027-02-20T10:00+09:00")
    assert SUSPENDED[language] in mailed(smtp_sink)
    smtp_sink.clear()
    on_day("2027-03-17")
    Card.objects.update(suspended_at=None)
    assert SUSPENDED[language] not in mailed(smtp_sink)
    smtp_sink.clear()
    on_day("2027-04-01")
    Card.objects.filter(pk=card.pk).update(suspended_at="2027-02-20T10:00+09:00")
    assert SUSPENDED[language] not in mailed(smtp_sink), "expired: only a new card helps"


def test_so_is_a_suspended_card_before_its_second_visit_and_so_say_its_pages(client, on_day):
    on_day("2027-02-21")
    card = extended()
    Card.objects.update(suspended_at="2027-02-20T10:00+09:00")
    pages = on_pages(client, card, "Number Card expires")
    assert len(pages) == 2
    for said in pages:
        assert SUSPENDED["en"] in said
    front = client.get("/en/").text
    assert front.count(SUSPENDED["en"]) == 2, "the card's last day, and the second visit"
    assert "have this lifted at your office first" in front
