"""What is said of one event: the shape that every kind fills."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    headline: str
    why: str
    what_to_do: str
    bring: tuple[str, ...] = ()
