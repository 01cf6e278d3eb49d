from django.db import migrations

from guide import content


def fill(apps, schema_editor):
    content.fill(apps.get_model("guide", "Section").objects.using(schema_editor.connection.alias))


class Migration(migrations.Migration):
    dependencies = [("guide", "0001_initial")]
    # Backwards nothing is taken away: the table goes with the migration before.
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
