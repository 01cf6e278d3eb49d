"""Which mails come: chosen on a page, or turned off and on again by a mail's own link."""

from __future__ import annotations

from accounts.models import Resident
from notifications.kinds_of_mail import Group
from notifications.models.preference import Preference, column


def turn_off(resident: Resident | int, *groups: Group) -> None:
    """No mails of these groups from now on, also those that wait to leave. Twice is harmless."""
    _set(resident, groups, off=True)


def turn_on(resident: Resident | int, *groups: Group) -> None:
    """Mails of these groups again, from the next that falls due."""
    _set(resident, groups, off=False)


def set_preferences(
    resident: Resident,
    *,
    turned_off: frozenset[Group],
    earliest: int,
    daily: bool,
    language: str = "",
) -> Preference:
    """All of it at once. `earliest`: one of `models.preference.EARLIEST`, in days; `language`: for
    a child's card, else "". Whoever chose last counts."""
    values = {column(group): group in turned_off for group in Group}
    kept, _made = Preference.objects.update_or_create(
        resident=resident,
        defaults={**values, "earliest": earliest, "daily": daily, "language": language},
    )
    return kept


def turned_off(resident: Resident | int) -> frozenset[Group]:
    """The groups that this resident does without."""
    kept = Preference.objects.filter(resident=resident).first()
    return kept.turned_off if kept else frozenset()


def _set(resident: Resident | int, groups: tuple[Group, ...], *, off: bool) -> None:
    # One statement decides, so that two groups turned off at once do not undo each other.
    values = {column(group): off for group in groups}
    pk = resident if isinstance(resident, int) else resident.pk
    if not Preference.objects.filter(resident=pk).update(**values):
        _row, made = Preference.objects.get_or_create(resident_id=pk, defaults=values)
        if not made:
            Preference.objects.filter(resident=pk).update(**values)
