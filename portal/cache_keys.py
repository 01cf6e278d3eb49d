"""What stands in a key of the cache for something typed is not found out by trying all of it."""

import re
from functools import lru_cache

from django.utils.crypto import salted_hmac

# As allauth writes whose tries it counts: SHA-256 of an address, which holds twelve digits for as
# long as somebody's computer needs to try them all.
_DIGEST = re.compile(r"(?<![0-9a-z])[0-9a-f]{64}(?![0-9a-z])")


def cache_key(key: str, prefix: str, version: int) -> str:
    """The key as the server gets it: each plain digest in it made one under SECRET_KEY.

    Named by KEY_FUNCTION of the cache.
    """
    return f"{prefix}:{version}:{_DIGEST.sub(lambda found: _keyed(found[0]), key)}"


@lru_cache(maxsize=1024)
def _keyed(digest: str) -> str:
    return salted_hmac("cache key", digest, algorithm="sha256").hexdigest()
