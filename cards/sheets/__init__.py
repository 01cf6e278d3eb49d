"""The sheet to show at the counter: what a holder came for, in their language and in Japanese.

Journeys stand in `journeys.py`, one declaration each; who adds an in-person journey adds one there
and links to `cards:sheet` with its slug. No Individual Number and no PIN is ever on a sheet.
"""

from cards.sheets.journeys import JOURNEYS
from cards.sheets.words import Line, Sheet, sheet

__all__ = ["JOURNEYS", "Line", "Sheet", "sheet"]
