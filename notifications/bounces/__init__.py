"""Mail that does not reach its reader: what a server said, and what is done about the address."""

from notifications.bounces.flagging import (
    account_came_back,
    came_back,
    mail_arrived,
    refused,
    works_again,
)
from notifications.bounces.verdict import Verdict, verdict_of

__all__ = [
    "Verdict",
    "account_came_back",
    "came_back",
    "mail_arrived",
    "refused",
    "verdict_of",
    "works_again",
]
