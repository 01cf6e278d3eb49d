"""Rows of a related table as one JSON column, so that a page needs one query."""

from typing import Any

from django.db.models import JSONField, Subquery


class JsonRows(Subquery):
    """`JsonRows(queryset.values(row=JSONObject(…)))` gives a list of objects, in its order."""

    template = (
        """(SELECT COALESCE(jsonb_agg(listed."row"), '[]'::jsonb) FROM (%(subquery)s) listed)"""
    )
    output_field = JSONField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = """(SELECT json_group_array(json(listed."row")) FROM (%(subquery)s) listed)"""
        return self.as_sql(compiler, connection, template=template, **extra)
