

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Section',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True, verbose_name='address')),
                ('position', models.PositiveSmallIntegerField(unique=True, verbose_name='position')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('title_en', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('title_ja', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('summary', models.CharField(max_length=200, verbose_name='summary')),
                ('summary_en', models.CharField(max_length=200, null=True, verbose_name='summary')),
                ('summary_ja', models.CharField(max_length=200, null=True, verbose_name='summary')),
                ('body', models.TextField(verbose_name='text')),
                ('body_en', models.TextField(null=True, verbose_name='text')),
                ('body_ja', models.TextField(null=True, verbose_name='text')),
            ],
            options={
                'verbose_name': 'section',
                'verbose_name_plural': 'sections',
                'ordering': ['position'],
            },
        ),
    ]
