"""Which offices' residents a member of staff sees. Others' look exactly like not there.

An office as such, which is told each weekday what waits for it, sees its own.
"""

from typing import TypeVar

from django.db.models import Model, QuerySet

from accounts.models import Office, User
from accounts.roles import SEE_EVERY_OFFICE

Row = TypeVar("Row", bound=Model)
Viewer = User | Office


def offices_seen_by(user: User) -> QuerySet[Office]:
    """Where they work; every office for auditors, administrators and superusers."""
    if user.has_perm(SEE_EVERY_OFFICE):
        return Office.objects.all()
    return user.offices.all()


def seen_by(user: Viewer, rows: QuerySet[Row], office: str) -> QuerySet[Row]:
    """Of `rows`, those whose office, found along the lookup `office`, this user sees."""
    if isinstance(user, Office):
        return rows.filter(**{office: user})
    if user.has_perm(SEE_EVERY_OFFICE):
        return rows
    return rows.filter(**{f"{office}__in": user.offices.values("pk")})
