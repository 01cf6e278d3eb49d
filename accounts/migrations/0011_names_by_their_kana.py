"""More names are found by their kana (accounts/spelling.py, accounts/surnames.py): new keys."""

from django.db import migrations

from accounts.spelling import search_key

PORTION = 5_000


def refill(apps, schema_editor):
    residents = apps.get_model("accounts", "Resident").objects
    portion = []
    for resident in residents.only("pk", "name", "search_key").order_by("pk").iterator(PORTION):
        key = search_key(resident.name)
        if key != resident.search_key:
            resident.search_key = key
            portion.append(resident)
        if len(portion) == PORTION:
            residents.bulk_update(portion, ["search_key"])
            portion.clear()
    residents.bulk_update(portion, ["search_key"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_in_files")]
    operations = [migrations.RunPython(refill, migrations.RunPython.noop)]
