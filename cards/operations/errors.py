"""Why an operation was refused, in words for whoever asked."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class OperationRefused(Exception):
    """The rules forbid it. Nothing was changed.

    `message` says what is wrong and what to do instead, translated on reading; `field` names the
    entry it is about, or is empty when it is about the card as a whole.
    """

    def __init__(self, message: "_StrPromise | str", *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
