"""Asking a worker to look now rather than at beat's next turn.

Only a hint: what is to be done stands in the database. So a broker that is gone or hung may cost
a page half a second at most, and fails nothing.
"""

from __future__ import annotations

import logging
from typing import Any

import redis
from django.conf import settings
from kombu.exceptions import OperationalError
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)

# Seconds. Celery itself asks a hung broker three times two, which no page can wait for.
PATIENCE = 0.5


def hint(task: Any) -> None:
    """Have `task` run soon, if the broker takes it at once."""
    try:
        _answers()
        task.delay()
    except (OperationalError, redis.RedisError, OSError) as trouble:
        log.warning("No hint to a worker, %s waits for its turn: %s", task.name, trouble)


def _answers() -> None:
    """Raises RedisError or OSError where the broker does not answer in time."""
    if not settings.CELERY_BROKER_URL.startswith("redis"):
        return  # nothing that could hang: the tests' own
    patience = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
    retry = Retry(NoBackoff(), 0)
    with redis.Redis.from_url(settings.REDIS_URL, retry=retry, **patience) as broker:
        broker.ping()
