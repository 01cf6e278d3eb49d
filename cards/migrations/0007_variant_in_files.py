"""The variant that the files said before the counter made the card the other one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cards", "0006_in_files")]
    operations = [
        migrations.AddField(
            "card",
            "variant_in_files",
            models.CharField(
                "earlier variant, still in the office's files",
                max_length=10,
                blank=True,
                default="",
                db_default="",
                editable=False,
            ),
        ),
    ]
