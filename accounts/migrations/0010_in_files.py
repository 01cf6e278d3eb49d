"""What the files said before the counter changed it (`Resident.name_in_files`)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_office_staff_mail")]
    operations = [
        migrations.AddField(
            "resident",
            "name_in_files",
            models.CharField(
                "earlier name, still in the office's files",
                max_length=200,
                blank=True,
                default="",
                db_default="",
                editable=False,
            ),
        ),
        migrations.AddField(
            "resident",
            "stay_in_files",
            models.DateField(
                "earlier end of stay, still in the office's files",
                null=True,
                blank=True,
                editable=False,
            ),
        ),
    ]
