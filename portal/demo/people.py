"""One person in every state a card can be in, findable by the card's reference."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cards.rules.kinds import CardState, CardVariant, DeadlineKind
from portal.demo.days import in_days, in_years
from portal.demo.sheet import Row


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to look at. Days are told from the day the demo is made; minus is the past."""

    reference: str
    shows: str  # what is to be seen, in a sentence
    state: CardState
    name: str
    nationality: str
    status: str
    expires_in: int
    # The deadline that this person is an example of, and its days left; negative: gone.
    deadline: DeadlineKind = DeadlineKind.CARD_EXPIRY
    days_left: int | None = None
    age: int = 31
    issued_ago: int = 400
    office: str = "900001"
    address: str = "架空市本町3番7号"
    language: str = "en"
    email: str = ""
    variant: CardVariant = CardVariant.STANDARD
    move_out_in: int | None = None
    moved_in_ago: int | None = None
    notified_ago: int | None = None
    # Set for the permanent resident, whose certificates end on this birthday.
    birthday_in: int | None = None

    def row(self, today: date) -> Row:
        """This person's line of the sheet on `today`."""

        def ago(days: int | None) -> date | None:
            return None if days is None else in_days(today, -days)

        expires_on = in_days(today, self.expires_in)
        birthday = in_days(today, -45 if self.birthday_in is None else self.birthday_in)
        return Row(
            reference=self.reference,
            office_code=self.office,
            name=self.name,
            birth_date=in_years(birthday, -self.age),
            address=self.address,
            residence_status=self.status,
            period_of_stay_ends_on=expires_on,
            variant=self.variant.value,
            issued_on=in_days(today, -self.issued_ago),
            expires_on=expires_on,
            email=self.email,
            language=self.language,
            expected_move_out_on=(
                None if self.move_out_in is None else in_days(today, self.move_out_in)
            ),
            moved_in_on=ago(self.moved_in_ago),
            notified_on=ago(self.notified_ago),
        )


PEOPLE: tuple[Person, ...] = (
    Person(
        reference="DEMO-FINE",
        shows="Nothing to do: the card works for more than two years to come.",
        state=CardState.WORKING,
        name="GURUNG SUNITA",
        nationality="Nepal",
        status="技術・人文知識・国際業務",
        expires_in=800,
        language="ne",
        email="fine@example.com",
    ),
    Person(
        reference="DEMO-EXPIRES-IN-30",
        shows="The card expires in 30 days: time to renew it.",
        state=CardState.WORKING,
        name="SULASTRI DEWI LESTARI",
        nationality="Indonesia",
        status="特定技能1号",
        expires_in=30,
        days_left=30,
        language="id",
        email="expires-in-30@example.com",
    ),
    Person(
        reference="DEMO-EXPIRES-TOMORROW",
        shows="The card expires tomorrow: today is the day to go by.",
        state=CardState.WORKING,
        name="NGUYEN THI HUONG",
        nationality="Viet Nam",
        status="技能実習2号ロ",
        expires_in=1,
        days_left=1,
        age=24,
        language="vi",
        email="expires-tomorrow@example.com",
    ),
    Person(
        reference="DEMO-EXPIRES-TODAY",
        shows="The last day of the card: it works until midnight.",
        state=CardState.WORKING,
        name="TAMANG PEMBA DORJE",
        nationality="Nepal",
        status="留学",
        expires_in=0,
        days_left=0,
        age=22,
        language="ne",
        email="expires-today@example.com",
    ),
    Person(
        reference="DEMO-EXPIRED",
        shows="Expired ten days ago: a new card has to be issued.",
        state=CardState.EXPIRED,
        name="TRAN VAN QUANG LONG",
        nationality="Viet Nam",
        status="特定技能1号",
        expires_in=-10,
        days_left=-10,
        language="vi",
        email="expired@example.com",
    ),
    Person(
        reference="DEMO-MOVE-OUT-30",
        shows="Moved out, and has not notified any office of moving in: ten days left of 30.",
        state=CardState.WORKING,
        name="SANTOS MARIA CRISTINA REYES",
        nationality="Philippines",
        status="定住者",
        expires_in=500,
        deadline=DeadlineKind.MOVE_OUT_30,
        days_left=10,
        move_out_in=-20,
        language="fil",
        email="move-out-30@example.com",
    ),
    Person(
        reference="DEMO-MOVE-OUT-30-LAPSED",
        shows="30 days passed after the expected move-out: the card has lapsed.",
        state=CardState.LAPSED,
        name="LIMA OSHIRO RODRIGO EIJI",
        nationality="Brazil",
        status="定住者",
        expires_in=500,
        deadline=DeadlineKind.MOVE_OUT_30,
        days_left=-10,
        move_out_in=-40,
        language="pt-br",
        email="move-out-30-lapsed@example.com",
    ),
    Person(
        reference="DEMO-MOVE-IN-14",
        shows="Lives at a new address and has not notified the office: six days left of 14.",
        state=CardState.WORKING,
        name="KIM SEOYEON 金瑞妍",
        nationality="Korea",
        status="技術・人文知識・国際業務",
        expires_in=900,
        deadline=DeadlineKind.MOVE_IN_14,
        days_left=6,
        moved_in_ago=8,
        language="ko",
        email="move-in-14@example.com",
    ),
    Person(
        reference="DEMO-MOVE-IN-14-LAPSED",
        shows="14 days passed after moving in: the card has lapsed.",
        state=CardState.LAPSED,
        name="AUNG KYAW MOE",
        nationality="Myanmar",
        status="特定活動",
        expires_in=200,
        deadline=DeadlineKind.MOVE_IN_14,
        days_left=-6,
        moved_in_ago=20,
        language="my",
        email="move-in-14-lapsed@example.com",
    ),
    Person(
        reference="DEMO-UPDATE-90",
        shows="Notified the office of a move, but not brought the card in: 28 days left of 90.",
        state=CardState.WORKING,
        name="CHEN XINYI 陈欣怡",
        nationality="China",
        status="高度専門職1号ロ",
        expires_in=700,
        deadline=DeadlineKind.CARD_UPDATE_90,
        days_left=28,
        moved_in_ago=66,
        notified_ago=62,
        age=34,
        email="resident@example.com",
        language="en",
    ),
    Person(
        reference="DEMO-UPDATE-90-LAPSED",
        shows="90 days passed after the notification: the card has lapsed.",
        state=CardState.LAPSED,
        name="QUISPE HIGA ROSA ELENA",
        nationality="Peru",
        status="永住者",
        expires_in=1200,
        deadline=DeadlineKind.CARD_UPDATE_90,
        days_left=-10,
        moved_in_ago=104,
        notified_ago=100,
        age=46,
        email="resident2@example.com",
        language="ja",
    ),
    Person(
        reference="DEMO-SUSPENDED",
        shows="Lost and suspended: nothing works until the office lifts it.",
        state=CardState.SUSPENDED,
        name="SRISUWANNAPHONG THANAPORN",
        nationality="Thailand",
        status="日本人の配偶者等",
        expires_in=650,
        language="th",
        email="suspended@example.com",
    ),
    Person(
        reference="DEMO-PHOTO-ID",
        shows="A card with photo identification only: no PINs, nothing that asks for one.",
        state=CardState.WORKING,
        name="SMITH ELIZABETH ANN",
        nationality="USA",
        status="永住者",
        expires_in=1500,
        age=79,
        variant=CardVariant.PHOTO_ID,
        email="photo-id@example.com",
    ),
    Person(
        reference="DEMO-PIN-LOCKED",
        shows="PIN ② is locked after three wrong tries: the office has to reset it.",
        state=CardState.WORKING,
        name="MENDOZA JOY ANGELICA TORRES",
        nationality="Philippines",
        status="家族滞在",
        expires_in=420,
        language="en",
        email="pin-locked@example.com",
    ),
    Person(
        reference="DEMO-CHILD",
        shows="A child of seven, whose mother sees the card as guardian; it expires in 60 days.",
        state=CardState.WORKING,
        name="CHEN MENGYAO 陈梦瑶",
        nationality="China",
        status="家族滞在",
        expires_in=60,
        days_left=60,
        age=7,
        email="resident@example.com",
        language="en",
    ),
    Person(
        reference="DEMO-CERTIFICATES-FIRST",
        shows="A permanent resident whose certificates end in 25 days, long before the card.",
        state=CardState.WORKING,
        name="LEE YA-TING 李雅婷",
        nationality="Taiwan",
        status="永住者",
        expires_in=1400,
        deadline=DeadlineKind.CERTIFICATE_EXPIRY,
        days_left=25,
        age=52,
        issued_ago=1760,
        birthday_in=25,
        language="zh-hant",
        email="certificates-first@example.com",
    ),
    Person(
        reference="DEMO-SECOND-VISIT",
        shows="Extended while a longer stay is applied for: a second visit within 69 days.",
        state=CardState.WORKING,
        name="GURUNG SARITA",
        nationality="Nepal",
        status="技術・人文知識・国際業務",
        expires_in=20,
        deadline=DeadlineKind.SECOND_VISIT,
        days_left=69,
        language="ne",
        email="second-visit@example.com",
    ),
    Person(
        reference="DEMO-SMARTPHONE",
        shows="Certificates on an Android smartphone beside those on the card.",
        state=CardState.WORKING,
        name="PARK MINJUN 朴民俊",
        nationality="Korea",
        status="企業内転勤",
        expires_in=820,
        language="ko",
        email="smartphone@example.com",
    ),
    Person(
        reference="DEMO-SIGNATURE-REVOKED",
        shows="Moved today and had the card updated: the signature certificate has ended.",
        state=CardState.WORKING,
        name="FERREIRA TANAKA LUCAS",
        nationality="Brazil",
        status="定住者",
        expires_in=760,
        language="pt-br",
        email="signature-revoked@example.com",
    ),
    Person(
        reference="DEMO-MOVE-TOLD",
        shows="Told the portal of a move that no office knows of yet: it only reminds.",
        state=CardState.WORKING,
        name="PHAM THI THU TRANG",
        nationality="Viet Nam",
        status="技術・人文知識・国際業務",
        expires_in=640,
        deadline=DeadlineKind.PLANNED_MOVE_IN_14,
        days_left=17,
        language="vi",
        email="move-told@example.com",
    ),
    Person(
        reference="DEMO-COLUMN-FULL",
        shows="Moved again, and the additional information column is full: a new card is needed.",
        state=CardState.WORKING,
        name="LI NA 李娜",
        nationality="China",
        status="永住者",
        expires_in=1100,
        issued_ago=900,
        deadline=DeadlineKind.CARD_UPDATE_90,
        days_left=88,
        language="zh-hans",
        email="column-full@example.com",
    ),
    Person(
        reference="DEMO-NEW-NAME",
        shows="Married: the new name is recorded and not yet written on the card.",
        state=CardState.WORKING,
        name="REYES KAROLINA",
        nationality="Philippines",
        status="日本人の配偶者等",
        expires_in=720,
        language="fil",
        email="new-name@example.com",
    ),
    Person(
        reference="DEMO-LONG-NAME",
        shows="A very long name, which fits every page and mail.",
        state=CardState.WORKING,
        name=(
            "WARNAKULASURIYA HETTIARACHCHIGE MUDIYANSELAGE ISHARA DILHANI MADHAVI SANDAMALI "
            "WICKRAMASINGHE JAYASINGHE GUNAWARDENA"
        ),
        nationality="Sri Lanka",
        status="技術・人文知識・国際業務",
        expires_in=300,
        language="si",
        office="900002",
        address="見本町若葉一丁目15番地2 コーポ見本101",
        email="long-name@example.com",
    ),
    Person(
        reference="DEMO-ONE-NAME",
        shows="A name of one part: there is no family name to ask for.",
        state=CardState.WORKING,
        name="WAHYUNI",
        nationality="Indonesia",
        status="技能実習1号ロ",
        expires_in=240,
        age=21,
        language="id",
        office="900002",
        address="見本町川端220番地",
        email="one-name@example.com",
    ),
    Person(
        reference="DEMO-NO-EMAIL",
        shows="No contact address: nothing can be sent, and the office sees that.",
        state=CardState.WORKING,
        name="WANG JIANGUO 王建国",
        nationality="China",
        status="永住者",
        expires_in=14,
        days_left=14,
        age=68,
        language="zh-hans",
        office="900002",
        address="見本町駅前5番地",
    ),
)
