"""The desk's first page: what waits, what ends, what is not as it should be; and its plots.

Each room adds its own tiles and plots here, as it adds its lists. A tile is a list and how many
stand in it, counted no further than anybody would work off in a day, so that the page costs the
same with a thousand cards and with millions.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.cache import cache
from django.db.models import IntegerChoices, Model, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.numberformat import format as format_number
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from accounts.models import User
from accounts.plots import Bars
from accounts.roles import SEE_EVERY_OFFICE
from accounts.scope import Viewer, offices_seen_by

Words = str | Promise
Kept = TypeVar("Kept")

COUNTED_AT_MOST = 1_000
# What plots are drawn from is worked out so often at most, in seconds.
PLOTS_KEPT = 600
logger = logging.getLogger(__name__)


class Group(IntegerChoices):
    """Where on the page a tile stands, in this order."""

    WAITING = 1, _("Waiting for the office")
    DAYS = 2, _("Days that come")
    TROUBLE = 3, _("Not as it should be")


@dataclass(frozen=True, slots=True)
class Count:
    """So many, or more than anybody needs to know."""

    number: int
    more: bool = False

    def __str__(self) -> str:
        written = format_number(self.number, ".", grouping=3, thousand_sep=",", force_grouping=True)
        return f"{written}+" if self.more else written


@dataclass(frozen=True, slots=True)
class Tile:
    """A list that staff work from. `rows` gives what stands in it for this member of staff."""

    group: Group
    title: Words
    # The list's address: its route and what is asked of it.
    route: str
    asked: dict[str, str]
    permission: str
    rows: Callable[[Viewer], QuerySet[Any]]
    # Whether the offices are told of it by mail on weekdays as well.
    told: bool = False

    @property
    def url(self) -> str:
        return reverse(self.route, query=self.asked)


@dataclass(frozen=True, slots=True)
class Plot:
    """Something drawn on the first page, of what this member of staff sees."""

    permission: str
    draw: Callable[[User], Bars]


tiles: list[Tile] = []
plots: list[Plot] = []


def counted(rows: QuerySet[Model], at_most: int = COUNTED_AT_MOST) -> Count:
    """How many there are, looking at one more than `at_most` of them and no further."""
    found = rows.order_by()[: at_most + 1].count()
    return Count(min(found, at_most), more=found > at_most)


def on_the_desk(user: User) -> dict[str, Any]:
    """What the first page shows this member of staff."""
    mine = [tile for tile in tiles if user.has_perm(tile.permission)]
    groups = []
    for group in Group:
        of_group = [(tile, counted(tile.rows(user))) for tile in mine if tile.group is group]
        if of_group:
            groups.append((group.label, of_group))
    drawn = [plot.draw(user) for plot in plots if user.has_perm(plot.permission)]
    return {"tile_groups": groups, "plots": drawn}


def offices_of(user: User) -> list[int] | None:
    """The offices whose residents this member of staff sees; None for every office."""
    if user.has_perm(SEE_EVERY_OFFICE):
        return None
    return list(offices_seen_by(user).order_by("pk").values_list("pk", flat=True))


def kept(what: str, offices: list[int] | None, work: Callable[[], Kept]) -> Kept:
    """`work()`, as it was some minutes ago if somebody who sees the same offices has asked then.

    Without the cache it is worked out anew, each time.
    """
    whose = "all" if offices is None else "-".join(map(str, offices))
    key = f"desk:{what}:{whose}"
    try:
        found: Kept | None = cache.get(key)
        if found is None:
            found = work()
            cache.set(key, found, PLOTS_KEPT)
    except RedisError:
        logger.warning("The cache does not answer; %s is worked out anew.", what)
        found = work()
    return found
