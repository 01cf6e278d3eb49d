"""What the database says of one card, in plain values: read by SQL, past all code of the portal."""

from typing import Any

from django.db import connection

_ASKED = {
    "card": """
        SELECT c.expires_on, c.variant, c.expiry_basis = 'application_filed', c.lapses_on,
               c.suspended_at IS NOT NULL, c.replaced_at IS NOT NULL, c.name_changed_on,
               r.period_of_stay_ends_on
        FROM cards_card c JOIN accounts_resident r ON r.id = c.resident_id WHERE c.id = %s
    """,
    "events": "SELECT kind FROM cards_cardevent WHERE card_id = %s ORDER BY id",
    "deadlines": """
        SELECT kind, last_day FROM cards_deadline WHERE card_id = %s AND closed_at IS NULL
    """,
    "certificates": """
        SELECT kind, medium, ends_on, revoked_at IS NOT NULL FROM cards_certificate
        WHERE card_id = %s
    """,
    "moves": """
        SELECT kind, expected_move_out_on, moved_in_on, notified_on, card_updated_on,
               withdrawn_at IS NOT NULL FROM cards_move WHERE card_id = %s
    """,
    "told": "SELECT id FROM cards_plannedmove WHERE card_id = %s AND closed_at IS NULL",
    "tries": "SELECT kind, failed_tries FROM cards_pinslot WHERE card_id = %s AND failed_tries > 0",
    "pins": "SELECT kind FROM cards_sealedpin WHERE card_id = %s",
    "codes": "SELECT 1 FROM cards_pinhandover WHERE card_id = %s AND closed_at IS NULL",
    "applications": "SELECT state FROM cards_reissue WHERE card_id = %s AND closed_at IS NULL",
    "wishes": "SELECT 1 FROM cards_variantrequest WHERE card_id = %s AND closed_at IS NULL",
    "column": """
        SELECT kind, fills_column, withdrawn_at IS NOT NULL FROM cards_additionalinfoentry
        WHERE card_id = %s ORDER BY id
    """,
}


def seen(pk: int) -> dict[str, list[tuple[Any, ...]]]:
    """Each kind of row of this card, days as text, yes and no as truth values."""
    found = {}
    with connection.cursor() as cursor:
        for name, sql in _ASKED.items():
            cursor.execute(sql, [pk])
            found[name] = [tuple(map(_plain, row)) for row in cursor.fetchall()]
        for name in ("deadlines", "certificates", "moves", "tries", "pins"):
            found[name].sort(key=repr)
    return found


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | str | None) else str(value)
