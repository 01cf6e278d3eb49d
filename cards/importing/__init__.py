"""Cards from the office's own system, by CSV.

`import_cards` reads a file of any length in little memory, checks every row and writes all of
them or none. Running it again changes nothing. How it goes:

`reading` finds the encoding and gives lines, `rows` makes each the facts of a card or tells what
is wrong with it, `new_cards` and `known_cards` (with `moves`) ask the rules and write, `problems`
is the report, `notes` tell what is done to each card. While the database takes one portion of
rows, the next is already being read (`portions`).

Offices also send files in at the desk: `requests` is what they ask for, `worker` (with
`heartbeat`) does it in the background.
"""

from cards.importing.database import ImportBusy, ImportOvertaken, RefusedByDatabase
from cards.importing.run import Summary, Terms, import_cards, import_file

__all__ = [
    "ImportBusy",
    "ImportOvertaken",
    "RefusedByDatabase",
    "Summary",
    "Terms",
    "import_cards",
    "import_file",
]
