"""Residents are found by their name in any spelling (accounts/spelling.py)."""

from django.db import migrations, models

from accounts.spelling import search_key

PORTION = 5_000


def fill(apps, schema_editor):
    residents = apps.get_model("accounts", "Resident").objects
    portion = []
    for resident in residents.only("pk", "name").order_by("pk").iterator(PORTION):
        resident.search_key = search_key(resident.name)
        portion.append(resident)
        if len(portion) == PORTION:
            residents.bulk_update(portion, ["search_key"])
            portion.clear()
    residents.bulk_update(portion, ["search_key"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_sign_in_history")]
    operations = [
        migrations.AddField(
            "resident",
            "search_key",
            models.TextField(db_default="", default="", editable=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
