"""Two municipalities that clearly do not exist: Kakuu is “imaginary”, Mihon is “specimen”."""

from accounts.models import Office

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


def create_offices() -> None:
    """The two offices, as they are from now on: what staff changed since stays."""
    for office in OFFICES:
        code, values = office["code"], {k: v for k, v in office.items() if k != "code"}
        Office.objects.get_or_create(code=code, defaults=values)
