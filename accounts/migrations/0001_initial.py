

import django.db.models.deletion
import django.db.models.functions.text
import portal.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Office',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(help_text='Six digits.', max_length=6, unique=True, verbose_name='municipality code')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('name_en', models.CharField(max_length=120, null=True, verbose_name='name')),
                ('name_ja', models.CharField(max_length=120, null=True, verbose_name='name')),
                ('counter', models.CharField(max_length=120, verbose_name='counter')),
                ('counter_en', models.CharField(max_length=120, null=True, verbose_name='counter')),
                ('counter_ja', models.CharField(max_length=120, null=True, verbose_name='counter')),
                ('address', models.CharField(max_length=200, verbose_name='address')),
                ('address_en', models.CharField(max_length=200, null=True, verbose_name='address')),
                ('address_ja', models.CharField(max_length=200, null=True, verbose_name='address')),
                ('hours', models.CharField(max_length=200, verbose_name='opening hours')),
                ('hours_en', models.CharField(max_length=200, null=True, verbose_name='opening hours')),
                ('hours_ja', models.CharField(max_length=200, null=True, verbose_name='opening hours')),
                ('phone', models.CharField(max_length=20, verbose_name='telephone')),
            ],
            options={
                'verbose_name': 'office',
                'verbose_name_plural': 'offices',
                'ordering': ['code'],
                'constraints': [models.CheckConstraint(condition=models.Q(('code__regex', '^[0-9]{6}$')), name='office_code_is_six_digits')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail address')),
                ('language', models.CharField(choices=[('en', 'English'), ('ja', '日本語'), ('ja-x-easy', 'やさしい日本語'), ('zh-hans', '简体中文'), ('zh-hant', '繁體中文'), ('ko', '한국어'), ('vi', 'Tiếng Việt'), ('fil', 'Filipino'), ('ne', 'नेपाली'), ('id', 'Bahasa Indonesia'), ('pt-br', 'Português (Brasil)'), ('my', 'မြန်မာဘာသာ'), ('si', 'සිංහල'), ('th', 'ไทย'), ('es', 'Español')], default='en', max_length=12, verbose_name='language')),
                ('is_active', models.BooleanField(default=True, verbose_name='may sign in')),
                ('is_staff', models.BooleanField(default=False, verbose_name='works at an office or for the portal')),
                ('date_joined', models.DateTimeField(default=portal.clock.now, editable=False, verbose_name='joined')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('offices', models.ManyToManyField(blank=True, related_name='clerks', to='accounts.office', verbose_name='works at')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
            },
        ),
        migrations.CreateModel(
            name='Resident',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='One part or many, any script.', max_length=200, verbose_name='name as on the card')),
                ('birth_date', models.DateField(verbose_name='birth date')),
                ('address', models.CharField(max_length=300, verbose_name='address')),
                ('residence_status', models.CharField(max_length=100, verbose_name='status of residence')),
                ('period_of_stay_ends_on', models.DateField(verbose_name='period of stay ends on')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='contact e-mail')),
                ('language', models.CharField(choices=[('en', 'English'), ('ja', '日本語'), ('ja-x-easy', 'やさしい日本語'), ('zh-hans', '简体中文'), ('zh-hant', '繁體中文'), ('ko', '한국어'), ('vi', 'Tiếng Việt'), ('fil', 'Filipino'), ('ne', 'नेपाली'), ('id', 'Bahasa Indonesia'), ('pt-br', 'Português (Brasil)'), ('my', 'မြန်မာဘာသာ'), ('si', 'සිංහල'), ('th', 'ไทย'), ('es', 'Español')], default='en', max_length=12, verbose_name='language')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='residents', to='accounts.office', verbose_name='office')),
            ],
            options={
                'verbose_name': 'resident',
                'verbose_name_plural': 'residents',
            },
        ),
        migrations.CreateModel(
            name='Holding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('relation', models.CharField(choices=[('self', 'the resident themselves'), ('guardian', 'parent or guardian')], max_length=8, verbose_name='relation')),
                ('since', models.DateTimeField(default=portal.clock.now, editable=False, verbose_name='since')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holdings', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('resident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holdings', to='accounts.resident', verbose_name='resident')),
            ],
            options={
                'verbose_name': 'holding',
                'verbose_name_plural': 'holdings',
            },
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='user_email_is_lower_case'),
        ),
        migrations.AddIndex(
            model_name='resident',
            index=models.Index(fields=['office', 'name'], name='resident_by_office_and_name'),
        ),
        migrations.AddIndex(
            model_name='resident',
            index=models.Index(fields=['birth_date'], name='resident_by_birth_date'),
        ),
        migrations.AddConstraint(
            model_name='resident',
            constraint=models.CheckConstraint(condition=models.Q(('language__in', ['en', 'ja', 'ja-x-easy', 'zh-hans', 'zh-hant', 'ko', 'vi', 'fil', 'ne', 'id', 'pt-br', 'my', 'si', 'th', 'es'])), name='resident_language_is_known'),
        ),
        migrations.AddConstraint(
            model_name='holding',
            constraint=models.UniqueConstraint(fields=('user', 'resident'), name='one_holding_per_pair'),
        ),
        migrations.AddConstraint(
            model_name='holding',
            constraint=models.UniqueConstraint(condition=models.Q(('relation', 'self')), fields=('resident',), name='a_resident_is_one_account'),
        ),
        migrations.AddConstraint(
            model_name='holding',
            constraint=models.CheckConstraint(condition=models.Q(('relation__in', ['self', 'guardian'])), name='holding_relation_is_known'),
        ),
    ]
