"""What the offices work from every day: last days that come, and suspended cards."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cards", "0004_imports")]
    operations = [
        migrations.AddIndex(
            "card",
            models.Index(
                fields=["suspended_at"],
                name="card_suspended",
                condition=models.Q(suspended_at__isnull=False),
            ),
        ),
        migrations.AddIndex(
            "deadline",
            models.Index(
                fields=["last_day"],
                name="deadline_open_by_last_day",
                condition=models.Q(closed_at=None),
            ),
        ),
    ]
