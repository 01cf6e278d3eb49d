"""An index of the words of a search key, on PostgreSQL; and nobody without a key.

Words, not trigrams: five entries a name instead of twenty, a one-letter beginning is answered as
well, and no extension is needed. SQLite has no such index and reads through the keys.
"""

from django.db import migrations, models

FORWARDS = """
CREATE INDEX resident_by_words_of_key ON accounts_resident
    USING gin (array_to_tsvector(string_to_array(search_key, ' ')))
"""


def index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FORWARDS)


def unindex(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX resident_by_words_of_key")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_search_key")]
    operations = [
        migrations.AddConstraint(
            "resident",
            models.CheckConstraint(condition=~models.Q(search_key=""), name="resident_can_be_found"),
        ),
        migrations.RunPython(index, unindex),
    ]
