from django.contrib.auth.management import create_permissions
from django.db import migrations

from accounts.roles import ROLES, create_roles


def create(apps, schema_editor):
    # Permissions are made after migrating; the groups need them now.
    for label in ("accounts", "auth", "cards", "guide", "notifications"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0, using=schema_editor.connection.alias)
        config.models_module = None
    create_roles(apps)


def remove(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("cards", "0001_initial"),
        ("guide", "0001_initial"),
        ("notifications", "0001_initial"),
    ]
    operations = [
        migrations.AlterModelOptions(
            name="office",
            options={
                "ordering": ["code"],
                "permissions": [("see_every_office", "Can see the residents of every office")],
                "verbose_name": "office",
                "verbose_name_plural": "offices",
            },
        ),
        migrations.RunPython(create, remove),
    ]
