"""E-mail addresses as they may be shown and compared."""

_LONGEST = 254


def masked(email: str) -> str:
    """“l…@example.org”: enough for its owner to know it by, and too little to write to."""
    name, _at, domain = email.rpartition("@")
    return f"{name[:1]}…@{domain}"[:_LONGEST]


def same(one: str, other: str) -> bool:
    """Whether two addresses reach the same mailbox, as far as capitals go."""
    return one.strip().casefold() == other.strip().casefold()
