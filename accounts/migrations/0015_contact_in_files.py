"""What the files said of address and language before the counter changed them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0014_mail_to_reconsider")]
    operations = [
        migrations.AddField(
            "resident",
            "email_in_files",
            models.EmailField(
                "earlier contact e-mail, still in the office's files",
                max_length=254,
                null=True,
                blank=True,
                editable=False,
            ),
        ),
        migrations.AddField(
            "resident",
            "language_in_files",
            models.CharField(
                "earlier language, still in the office's files",
                max_length=12,
                null=True,
                blank=True,
                editable=False,
            ),
        ),
    ]
