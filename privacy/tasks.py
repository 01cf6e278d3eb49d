"""What beat starts. Each is safe to run late, twice or in parallel; the rows decide."""

from __future__ import annotations

import logging

from celery import shared_task

from portal.hints import hint
from privacy import exports, retention

log = logging.getLogger(__name__)


@shared_task  # type: ignore[untyped-decorator]
def make_downloads() -> None:
    """Make the downloads that were asked for."""
    made = exports.make_waiting()
    if made:
        log.info("%d downloads made", made)


@shared_task  # type: ignore[untyped-decorator]
def remove_old_data() -> None:
    """Remove what is over its time."""
    for done in retention.remove_old():
        if done.rows:
            log.info("%d rows removed: %s", done.rows, done.rule.name)


def hint_maker() -> None:
    """Ask for downloads to be made now rather than at beat's next turn. Only a hint."""
    hint(make_downloads)
