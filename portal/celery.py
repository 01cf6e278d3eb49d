"""The Celery app. Tasks carry ids only; what is due lives in the database."""

import os
from typing import Any

from celery import Celery
from kombu.transport import redis

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

_parameters = redis.Channel._connparams


def _of_a_living_connection(self: Any, *args: Any, **options: Any) -> Any:
    """A worker whose broker went away acknowledges what it finished since then on a channel that
    has no connection any more; kombu 5.7 trips over that, and the worker ends. Said as what it
    is, it is only logged, and the task comes again, which does no harm."""
    if self.connection is None or self.connection.client is None:
        raise ConnectionError("The connection to the broker was lost.")
    return _parameters(self, *args, **options)  # type: ignore[no-untyped-call]


redis.Channel._connparams = _of_a_living_connection  # type: ignore[method-assign]
