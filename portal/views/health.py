"""For load balancers: is the process alive, and can it serve. For people on duty: is all well."""

from collections.abc import Callable

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notifications import watching


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when database and cache answer, otherwise 503; says which does not."""
    checks = {"database": _answers(_database), "cache": _answers(_cache)}
    fine = all(checks.values())
    return JsonResponse(
        {"status": "ok" if fine else "failing", **checks}, status=200 if fine else 503
    )


@never_cache
@require_safe
def deep(request: HttpRequest) -> JsonResponse:
    """200 when mail and reminders flow as well, otherwise 503; says which does not, and why."""
    checks = {"database": _answers(_database), "cache": _answers(_cache)}
    why: list[str] = [f"The {name} does not answer." for name, fine in checks.items() if not fine]
    if checks["database"]:
        for name, words in watching.troubles().items():
            checks[name] = not words
            why += words
    status = {"status": "failing" if why else "ok", **checks, "why": why}
    return JsonResponse(status, status=503 if why else 200)


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _cache() -> None:
    cache.get("health")


def _answers(check: Callable[[], None]) -> bool:
    try:
        check()
    except Exception:  # whatever it is, the answer is “not ready”
        return False
    return True
