"""No form can break this rule of offices, so it has no words of its own. The table stays."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0012_an_account_is_one_resident'),
    ]

    operations = [
        migrations.AlterConstraint(
            model_name='office',
            name='office_has_a_name_and_hours',
            constraint=models.CheckConstraint(condition=models.Q(('address_ja__isnull', False), ('counter_ja__isnull', False), ('hours_ja__isnull', False), ('name_ja__isnull', False), models.Q(('name_ja', ''), _negated=True), models.Q(('hours_ja', ''), _negated=True)), name='office_has_a_name_and_hours'),
        ),
    ]
