from accounts.models.closed_days import ClosedDays
from accounts.models.holding import Holding, Relation
from accounts.models.linking import LinkingCode
from accounts.models.office import Office
from accounts.models.reconsidering import MailToReconsider
from accounts.models.resident import Resident
from accounts.models.sign_in import SecondStep, SignIn, SignInWay
from accounts.models.user import User

__all__ = [
    "ClosedDays",
    "Holding",
    "LinkingCode",
    "MailToReconsider",
    "Office",
    "Relation",
    "Resident",
    "SecondStep",
    "SignIn",
    "SignInWay",
    "User",
]
