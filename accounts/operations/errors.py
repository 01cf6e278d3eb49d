"""Why a link between an account and a resident was refused."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class LinkRefused(Exception):
    """Nothing was linked. `message` says why and what to do instead, translated on reading."""

    def __init__(self, message: "_StrPromise | str") -> None:
        super().__init__(message)
        self.message = message
