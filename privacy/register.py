"""The register: every table, whose data it holds, why and how long. Pages and exports read it.

A new table joins here, in the topic that its owner would look for it under (or among those that
say nothing of anybody); a test walks all tables and fails for one that is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise
NO_FIELDS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Table:
    """A model, and the lookups that lead from a row to the resident or account it is about."""

    model: str
    resident: str = ""
    account: str = ""
    # Fields that are not handed out, and why not.
    left_out: Mapping[str, str] = field(default_factory=dict)
    # The same where the row is what the account did, perhaps to other people.
    left_out_of_deeds: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_installed(self) -> bool:
        app, name = self.model.split(".")
        return name in apps.all_models[app]


@dataclass(frozen=True, slots=True)
class Topic:
    """What a person reads about one kind of their data."""

    title: Words
    what: Words
    why: Words
    how_long: Words
    tables: tuple[Table, ...]


SEALED = "a secret, which nobody may read, not even its owner"
STAFF = "who of the staff it was; auditors know"
DERIVED = "worked out from the name, to be found by it in any spelling"
INNER = "of the machinery, and about nobody"
ITSELF = "this file"
OTHERS = "data of other people"

TOPICS: tuple[Topic, ...] = (
    Topic(
        title=_("Your account"),
        what=_("Your e-mail address, your language, when you joined and last signed in."),
        why=_("So that you can sign in, and are written to in your language."),
        how_long=_(
            "Until you close the account. One whose address was never confirmed is removed after "
            "30 days."
        ),
        tables=(
            Table("accounts.user", account="pk", left_out={"password": SEALED}),
            Table("account.emailaddress", account="user"),
            Table(
                "account.emailconfirmation",
                account="email_address__user",
                left_out={"key": SEALED},
            ),
        ),
    ),
    Topic(
        title=_("Ways to sign in"),
        what=_(
            "Your passkeys, authenticator app and connections; your sign-ins and open sessions."
        ),
        why=_("So that nobody else gets in, and you would notice."),
        how_long=_("As long as you use them; the history of sign-ins for one year."),
        tables=(
            Table("mfa.authenticator", account="user", left_out={"data": SEALED}),
            Table(
                "usersessions.usersession",
                account="user",
                left_out={"session_key": SEALED, "data": INNER},
            ),
            Table("socialaccount.socialaccount", account="user"),
            Table(
                "socialaccount.socialtoken",
                account="account__user",
                left_out={"token": SEALED, "token_secret": SEALED},
            ),
            Table("accounts.signin", account="user"),
        ),
    ),
    Topic(
        title=_("Which cards you see"),
        what=_("The link between your account and your card, or the card of a child."),
        why=_("So that you see your cards and nobody else’s."),
        how_long=_(
            "Until it is ended at the office, or you close the account; a letter with a code for "
            "90 days after it ran out."
        ),
        tables=(
            Table("accounts.holding", resident="resident", account="user"),
            Table("accounts.linkingcode", resident="resident", left_out={"code_digest": SEALED}),
        ),
    ),
    Topic(
        title=_("Your record at the office"),
        what=_(
            "Name, birth date, address, status of residence, period of stay, and where the office "
            "writes to you."
        ),
        why=_("The office keeps it by law, and the days you are reminded of come from it."),
        how_long=_("As long as the office keeps it. Closing your account does not change it."),
        tables=(Table("accounts.resident", resident="pk", left_out={"search_key": DERIVED}),),
    ),
    Topic(
        title=_("Your card and its certificates"),
        what=_("Reference, dates and state of the card and of its electronic certificates."),
        why=_("To tell you what the card can do today and what to do by when."),
        how_long=_("As long as the office keeps the card’s record."),
        tables=(
            Table("cards.card", resident="resident"),
            Table("cards.certificate", resident="card__resident"),
            Table("cards.additionalinfoentry", resident="card__resident"),
        ),
    ),
    Topic(
        title=_("Moves and last days"),
        what=_("Moves that were recorded or that you told us about, and the last days from them."),
        why=_("To remind you before the card stops working."),
        how_long=_("As long as the office keeps the card’s record."),
        tables=(
            Table("cards.move", resident="card__resident"),
            Table("cards.plannedmove", resident="card__resident"),
            Table("cards.deadline", resident="card__resident"),
        ),
    ),
    Topic(
        title=_("Applications"),
        what=_("What you applied for, what you wrote in it, and how it was decided."),
        why=_("So that the office can decide, and you can see how it stands."),
        how_long=_("As long as the office keeps the card’s record."),
        tables=(
            Table("cards.reissue", resident="card__resident"),
            Table("cards.variantrequest", resident="card__resident"),
        ),
    ),
    Topic(
        title=_("Your PINs"),
        what=_(
            "Whether a PIN is set, when it was changed, how often it was entered wrongly. The PIN "
            "itself is sealed: nobody can read it."
        ),
        why=_("So that a PIN locks when somebody guesses."),
        how_long=_(
            "As long as the card is used; what belongs to a reset at the counter for 90 days."
        ),
        tables=(
            Table("cards.pinslot", resident="card__resident", left_out={"told_tries": INNER}),
            Table("cards.sealedpin", resident="card__resident", left_out={"sealed": SEALED}),
            Table("cards.pinhandover", resident="card__resident", left_out={"code_digest": SEALED}),
        ),
    ),
    Topic(
        title=_("What happened to your card"),
        what=_("The history of the card: every event, with its day."),
        why=_("So that nothing can happen to your card unnoticed. No entry can be changed."),
        how_long=_("As long as the office keeps the card’s record."),
        tables=(
            Table("cards.cardevent", resident="card__resident"),
            Table("cards.untoldevent", resident="event__card__resident"),
        ),
    ),
    Topic(
        title=_("What you were told"),
        what=_(
            "Notifications, when you read them and what you said to them; which mails you want; "
            "whether each mail left and arrived, and whether your address takes mail; that you "
            "have a private calendar."
        ),
        why=_("So that you can read them again, and nothing is sent twice or unwanted."),
        how_long=_(
            "Mails for one year, settled notifications for two years; what you chose until you "
            "choose otherwise; the calendar until you end it or close the account."
        ),
        tables=(
            Table("notifications.notification", resident="card__resident"),
            Table(
                "notifications.delivery",
                resident="notification__card__resident",
                left_out={"lease": INNER, "leased_until": INNER},
            ),
            Table("notifications.preference", resident="resident"),
            Table("notifications.calendarlink", account="user", left_out={"secret_digest": SEALED}),
            Table("notifications.mailtrouble", resident="resident", account="user"),
            Table("notifications.saiddone", resident="deadline__card__resident"),
            Table("notifications.askedreminder", resident="deadline__card__resident"),
            Table("accounts.mailtoreconsider", resident="resident"),
        ),
    ),
    Topic(
        title=_("Who looked at your data"),
        what=_("Each time staff opened a page about you: when, which office, which role."),
        why=_("So that you can see it, and misuse is found out."),
        how_long=_("For three years."),
        tables=(
            Table("privacy.access", resident="resident", account="account", left_out={"by": STAFF}),
            Table(
                "admin.logentry",
                account="user",
                left_out_of_deeds={"object_repr": OTHERS, "change_message": OTHERS},
            ),
            Table(
                "cards.cardimport",
                account="by",
                left_out={"lease": INNER, "overtaken": INNER, "broken_by": INNER, "shown": OTHERS},
            ),
            Table("guide.historicalsection", account="history_user"),
        ),
    ),
    Topic(
        title=_("Downloads of your data"),
        what=_("When you asked for a download, and the file itself."),
        why=_("So that you can fetch it."),
        how_long=_("The file for 7 days, the note that you asked for 90 days."),
        tables=(Table("privacy.dataexport", account="user", left_out={"content": ITSELF}),),
    ),
)

# Tables that say nothing of any person, and why they do not.
NOT_PERSONAL: dict[str, str] = {
    "auth.permission": "what there is to be allowed",
    "auth.group": "the roles of staff",
    "contenttypes.contenttype": "Django's list of tables",
    "sessions.session": "sealed to the browser that holds its key; ends by itself",
    "accounts.office": "offices, their counters and hours",
    "accounts.closeddays": "days on which offices are closed",
    "cards.cardimportpart": "a file of the office's records, kept for hours, and its report",
    "cards.kiosk": "terminals",
    "cards.leaddays": "on which days reminders go out",
    "cards.reissuefee": "what a reissue costs",
    "cards.smartphoneplatform": "kinds of telephone",
    "guide.section": "the guide",
    "privacy.closedaccount": "a number and a moment, with nobody behind it any more",
    "notifications.accountmail": (
        "sealed until it has left, erased then; to whom is kept as a digest under SECRET_KEY alone"
    ),
    "notifications.pulse": "when which job was last done",
    "socialaccount.socialapp": "providers that one can sign in with",
}


def topics() -> list[Topic]:
    """The topics of which there is anything in this installation."""
    return [topic for topic in TOPICS if any(table.is_installed for table in topic.tables)]


def tables() -> list[Table]:
    """Every table of the register that is installed."""
    return [table for topic in TOPICS for table in topic.tables if table.is_installed]
