"""Fees and platforms are data from the start; staff keep them from here on (G2②, G8)."""

from datetime import date

from django.db import migrations

# The guide gives the prices without a date; cards have been issued since January 2016.
FIRST_FEE = {"from_on": date(2016, 1, 1), "card_only": 800, "with_certificates": 1_000}
PLATFORMS = (("android", "Android", True), ("iphone", "iPhone", False))


def fill(apps, schema_editor):
    apps.get_model("cards", "ReissueFee").objects.create(**FIRST_FEE)
    platforms = apps.get_model("cards", "SmartphonePlatform").objects
    for code, name, is_on in PLATFORMS:
        platforms.create(code=code, name=name, is_on=is_on)


class Migration(migrations.Migration):
    dependencies = [("cards", "0002_events_are_append_only")]
    # Backwards nothing is taken away: the tables go with the first migration.
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
