"""For the desk: mails that failed, and what the last days brought.

Notifications come in the order of their moments, so an index of the pages they stand on (BRIN, on
PostgreSQL) finds the last days among millions and costs the sweep nothing.
"""

from django.db import migrations, models

FORWARDS = """
CREATE INDEX notification_by_moment ON notifications_notification USING brin (created_at)
"""


def index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FORWARDS)


def unindex(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX notification_by_moment")


class Migration(migrations.Migration):
    dependencies = [("notifications", "0006_holders_word")]
    operations = [
        migrations.AddIndex(
            "delivery",
            models.Index(
                fields=["notification"],
                name="delivery_failed",
                condition=models.Q(state="failed"),
            ),
        ),
        migrations.RunPython(index, unindex),
    ]
