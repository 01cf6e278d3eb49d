"""Entries know for which moves they were written: of the present ones, from the history."""

from django.db import migrations


def link(apps, schema_editor):
    entries = apps.get_model("cards", "AdditionalInfoEntry").objects
    events = apps.get_model("cards", "CardEvent").objects.filter(
        kind__in=["move_recorded", "card_updated"]
    )
    moves = apps.get_model("cards", "Move").objects
    used = set()
    for entry in entries.order_by("pk").iterator():
        for event in events.filter(card=entry.card_id).order_by("pk"):
            data = event.data
            if data.get("card_updated_on") != str(entry.entered_on):
                continue
            if entry.kind not in data.get("written", ()) or (event.pk, entry.kind) in used:
                continue
            used.add((event.pk, entry.kind))
            if event.kind == "move_recorded":
                found = [data["move"]]
            else:
                found = data.get("moves", []) if entry.kind == "address" else []
            entry.moves.set(moves.filter(card=entry.card_id, pk__in=found))
            break


class Migration(migrations.Migration):
    dependencies = [("cards", "0011_entries_taken_back")]
    operations = [migrations.RunPython(link, migrations.RunPython.noop)]
