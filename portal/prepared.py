"""Queries of a fixed shape, put into SQL once a process.

For the page that everyone opens first: there, building its two queries and putting them into SQL
took three times as long as running them.
"""

import copy
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.query import ModelIterable

Row = TypeVar("Row", bound=models.Model)


class PreparedQuery(Generic[Row]):
    """`PreparedQuery(build, stand_ins)`: `build()` gives the queryset, in which each of the
    `stand_ins` stands for a value that comes later, by name, to `rows`.

    Only what stands in the statement as a parameter may differ from one run to the next.
    """

    def __init__(
        self, build: Callable[[], models.QuerySet[Row]], stand_ins: dict[str, Any]
    ) -> None:
        self._build, self._stand_ins = build, stand_ins
        self._prepared: tuple[models.QuerySet[Row], Any, str, list[Any]] | None = None

    def rows(self, **values: Any) -> list[Row]:
        """What the queryset gives with these values in the places of their stand-ins."""
        connection = connections[DEFAULT_DB_ALIAS]
        queryset, compiled, sql, places = self._prepared or self._prepare()
        parameters = tuple(
            _adapted(connection, values[place.name]) if isinstance(place, _Place) else place
            for place in places
        )
        compiler = copy.copy(compiled)
        compiler.connection = connection
        compiler.as_sql = lambda *_args, **_options: (sql, parameters)
        run = queryset.all()
        run.query.get_compiler = lambda *_args, **_options: compiler  # type: ignore[method-assign]
        return list(ModelIterable(run))

    def _prepare(self) -> tuple[models.QuerySet[Row], Any, str, list[Any]]:
        connection = connections[DEFAULT_DB_ALIAS]
        queryset = self._build()
        compiled = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        sql, parameters = compiled.as_sql()
        names = {_adapted(connection, value): name for name, value in self._stand_ins.items()}
        places = [_Place(names[one]) if one in names else one for one in parameters]
        missing = set(names.values()) - {one.name for one in places if isinstance(one, _Place)}
        assert not missing, f"not in the query: {missing}"  # noqa: S101 - a programming error
        compiled.connection = None  # each thread has one of its own
        self._prepared = queryset, compiled, sql, places
        return self._prepared


class _Place:
    def __init__(self, name: str) -> None:
        self.name = name


def _adapted(connection: Any, value: Any) -> Any:
    """A day or a moment as this database's parameters have it; anything else as it is."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
