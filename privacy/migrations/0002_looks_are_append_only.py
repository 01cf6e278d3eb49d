"""PostgreSQL itself refuses to change or remove what was written down about looks.

SQLite has no such guard: there the model refuses (privacy/models/access.py). Removing rows whose
time is over says so first, in its own transaction: SET LOCAL portal.purging = 'on'. Even then
nothing can be changed.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION privacy_refuse_changed_looks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('portal.purging', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'looks at personal data are append-only';
END $$;
CREATE TRIGGER privacy_looks_are_append_only
    BEFORE UPDATE OR DELETE ON privacy_access
    FOR EACH ROW EXECUTE FUNCTION privacy_refuse_changed_looks();
"""
BACKWARDS = """
DROP TRIGGER privacy_looks_are_append_only ON privacy_access;
DROP FUNCTION privacy_refuse_changed_looks();
"""


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FORWARDS)


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BACKWARDS)


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
