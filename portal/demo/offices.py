"""Two municipalities that clearly do not exist: Kakuu is “imaginary”, Mihon is “specimen”."""

from datetime import date

from accounts.models import ClosedDays, Office
from portal import clock

# Numbers that answer nowhere: no area code begins with 000.
OFFICES = (
    {
        "code": "900001",
        "name_en": "Kakuu City Office",
        "name_ja": "架空市役所",
        "counter_en": "Citizens' Section, counter 5 (Individual Number Card)",
        "counter_ja": "市民課 5番窓口（マイナンバーカード）",
        "address_en": "1-1 Honcho, Kakuu City",
        "address_ja": "架空市本町1番1号",
        "hours_en": "Monday to Friday 8:30–17:15, second Saturday 9:00–12:00; closed on holidays",
        "hours_ja": "月曜日から金曜日 8時30分〜17時15分、第2土曜日 9時〜12時（祝日は休み）",
        "phone": "000-000-0001",
        "closed_weekdays": "67",
        "staff_email": "card-counter@kakuu.example",
    },
    {
        "code": "900002",
        "name_en": "Mihon Town Hall",
        "name_ja": "見本町役場",
        "counter_en": "Residents' Section, counter 2",
        "counter_ja": "住民課 2番窓口",
        "address_en": "20 Ekimae, Mihon Town",
        "address_ja": "見本町駅前20番地",
        "hours_en": "Monday to Friday 8:30–17:00, Wednesday until 19:00; closed on holidays",
        "hours_ja": "月曜日から金曜日 8時30分〜17時（水曜日は19時まで、祝日は休み）",
        "phone": "000-000-0002",
        "closed_weekdays": "67",
        "staff_email": "residents@mihon.example",
    },
)


# Days that are closed in every municipality: the turn of the year, and the holidays that have a
# date of their own. Those that move each year are left out: no demonstration hangs on them.
_TURN_OF_THE_YEAR = ("Turn of the year", "年末年始", (12, 29), (1, 3))
_HOLIDAYS = (
    ("National Foundation Day", "建国記念の日", 2, 11),
    ("The Emperor's Birthday", "天皇誕生日", 2, 23),
    ("Showa Day", "昭和の日", 4, 29),
    ("Constitution Memorial Day", "憲法記念日", 5, 3),
    ("Greenery Day", "みどりの日", 5, 4),
    ("Children's Day", "こどもの日", 5, 5),
    ("Mountain Day", "山の日", 8, 11),
    ("Culture Day", "文化の日", 11, 3),
    ("Labour Thanksgiving Day", "勤労感謝の日", 11, 23),
)
# How far ahead last days of the demonstration lie, and a little more.
_YEARS = 3


def create_offices() -> None:
    """The two offices, as they are from now on: what staff changed since stays."""
    if not Office.objects.exists() and not ClosedDays.objects.exists():
        _close_on_holidays(clock.today().year - 1)
    for office in OFFICES:
        code, values = office["code"], {k: v for k, v in office.items() if k != "code"}
        Office.objects.get_or_create(code=code, defaults=values)


def _close_on_holidays(first_year: int) -> None:
    english, japanese, begins, ends = _TURN_OF_THE_YEAR
    for year in range(first_year, first_year + _YEARS + 1):
        ClosedDays.objects.create(
            first_on=date(year, *begins),
            last_on=date(year + 1, *ends),
            name_en=english,
            name_ja=japanese,
        )
        for name_en, name_ja, month, day in _HOLIDAYS:
            on = date(year, month, day)
            ClosedDays.objects.create(first_on=on, last_on=on, name_en=name_en, name_ja=name_ja)
