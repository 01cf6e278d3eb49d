"""What ended an import that broke off, and how often others overtook it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cards", "0008_lead_days")]
    operations = [
        migrations.AddField(
            "cardimport",
            "overtaken",
            models.PositiveSmallIntegerField(null=True, editable=False),
        ),
        migrations.AddField(
            "cardimport",
            "broken_by",
            models.PositiveSmallIntegerField(
                choices=[(1, "rule"), (2, "taken")], null=True, editable=False
            ),
        ),
    ]
