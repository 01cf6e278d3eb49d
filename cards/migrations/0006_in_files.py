"""The expiry date that the files said before the counter set another."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cards", "0005_worked_from")]
    operations = [
        migrations.AddField(
            "card",
            "expiry_in_files",
            models.DateField(
                "earlier expiry date, still in the office's files",
                null=True,
                blank=True,
                editable=False,
            ),
        ),
    ]
