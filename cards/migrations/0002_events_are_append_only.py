"""PostgreSQL itself refuses to change or remove history.

SQLite has no such guard: there the model refuses (cards/models/event.py). A purge that the law
asks for says so first, in its own transaction: SET LOCAL portal.purging = 'on'.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION cards_refuse_changed_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('portal.purging', true) = 'on' THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    RAISE EXCEPTION 'the history of a card is append-only';
END $$;
CREATE TRIGGER cards_history_is_append_only
    BEFORE UPDATE OR DELETE ON cards_cardevent
    FOR EACH ROW EXECUTE FUNCTION cards_refuse_changed_history();
"""
BACKWARDS = """
DROP TRIGGER cards_history_is_append_only ON cards_cardevent;
DROP FUNCTION cards_refuse_changed_history();
"""


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FORWARDS)


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BACKWARDS)


class Migration(migrations.Migration):
    dependencies = [("cards", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
