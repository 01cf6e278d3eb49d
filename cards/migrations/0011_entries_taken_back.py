"""What was written in the column can be taken back with the moves it was written for."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cards', '0010_new_names_corrected'),
    ]

    operations = [
        migrations.AddField(
            model_name='additionalinfoentry',
            name='moves',
            field=models.ManyToManyField(editable=False, related_name='info_entries', to='cards.move', verbose_name='moves'),
        ),
        migrations.AddField(
            model_name='additionalinfoentry',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='withdrawn'),
        ),
    ]
