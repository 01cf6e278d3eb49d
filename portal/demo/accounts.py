"""The accounts that a newcomer signs in with."""

from __future__ import annotations

from dataclasses import dataclass

# One for all of them: it stands in this file, and guards nothing but invented people.
PASSWORD = "tsubame-garden-7"  # noqa: S105

# The second step of all demo staff: what an authenticator app would keep. /mailbox/ shows the code.
APP_SECRET = "KRSXG5BANFXCA5DIMUQGOYLSMRSW4IDP"  # noqa: S105

# The PINs of the demo residents' cards: ①, then ②③④; and one that is wrong.
PIN_SIGNATURE = "HANA7294KX"
PIN_OTHERS = "7294"
PIN_WRONG = "8163"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Who signs in with what, and what they then see."""

    role: str
    email: str
    password: str
    sees: str
    language: str = "en"
    # References of cards: the account's own, and those of children it is guardian for.
    own: str = ""
    guardian_of: tuple[str, ...] = ()
    # Staff: the office's code, and the name of the group that holds the permissions.
    office: str = ""
    group: str = ""
    superuser: bool = False

    @property
    def is_staff(self) -> bool:
        return bool(self.group) or self.superuser


DEMO_ACCOUNTS: tuple[DemoAccount, ...] = (
    DemoAccount(
        role="Resident",
        email="resident@example.com",
        password=PASSWORD,
        sees="a card that must be brought in after a move, and a child's card",
        own="DEMO-UPDATE-90",
        guardian_of=("DEMO-CHILD",),
    ),
    DemoAccount(
        role="Resident in distress",
        email="resident2@example.com",
        password=PASSWORD,
        sees="a card that has lapsed, and what to do now",
        own="DEMO-UPDATE-90-LAPSED",
        language="ja",
    ),
    DemoAccount(
        role="Newcomer",
        email="newcomer@example.com",
        password=PASSWORD,
        sees="no card yet; a code to add one is in var/demo/linking-letter.txt",
    ),
    DemoAccount(
        role="Clerk of Kakuu City",
        email="clerk1@example.com",
        password=PASSWORD,
        sees="the residents of office 900001, their cards and deadlines, in the admin",
        office="900001",
        group="clerk",
        language="ja",
    ),
    DemoAccount(
        role="Clerk of Mihon Town",
        email="clerk2@example.com",
        password=PASSWORD,
        sees="the residents of office 900002, and none of the other's",
        office="900002",
        group="clerk",
        language="ja",
    ),
    DemoAccount(
        role="Editor",
        email="editor@example.com",
        password=PASSWORD,
        sees="the guide's texts, in the admin",
        group="editor",
    ),
    DemoAccount(
        role="Auditor",
        email="auditor@example.com",
        password=PASSWORD,
        sees="what happened to which card and who did it, read only",
        group="auditor",
    ),
    DemoAccount(
        role="Administrator",
        email="admin@example.com",
        password=PASSWORD,
        sees="everything, in the admin",
        superuser=True,
    ),
)
