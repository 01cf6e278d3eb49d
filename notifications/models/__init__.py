from notifications.models.account_mail import AccountMail, digest_of_recipient
from notifications.models.calendar_link import CalendarLink
from notifications.models.delivery import Delivery, DeliveryState
from notifications.models.holders_word import AskedReminder, SaidDone
from notifications.models.mail_trouble import MailTrouble
from notifications.models.notification import Notification
from notifications.models.preference import Preference
from notifications.models.pulse import Pulse

__all__ = [
    "AccountMail",
    "AskedReminder",
    "CalendarLink",
    "Delivery",
    "DeliveryState",
    "MailTrouble",
    "Notification",
    "Preference",
    "Pulse",
    "SaidDone",
    "digest_of_recipient",
]
