"""What beat starts. Safe to run late, twice or in parallel; the rows decide."""

from __future__ import annotations

import logging

from celery import shared_task

from cards.importing import worker
from portal.hints import hint

log = logging.getLogger(__name__)


@shared_task  # type: ignore[untyped-decorator]
def run_imports() -> None:
    """Check and import the files that offices sent in."""
    done = worker.run_waiting()
    if done:
        log.info("%d imports came a step further", done)


def hint_importer() -> None:
    """Ask for imports to be run now rather than at beat's next turn. Only a hint."""
    hint(run_imports)
