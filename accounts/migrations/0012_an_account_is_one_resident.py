"""An account is one resident's own, and the database says so.

Where an account was two people's own, it stays the own account of an adult before a child, and of
whom it was linked to first. The other links become a parent's or guardian's: a child's card is
seen as before until 18, an adult's no more, and the office can make that person a new letter.
"""

from django.db import migrations, models
from django.db.models import Count, Q

from accounts.adulthood import under_18_if_born_after
from portal import clock


def leave_one(apps, schema_editor):
    own = apps.get_model("accounts", "Holding").objects.filter(relation="self")
    children = under_18_if_born_after(clock.today())
    several = own.values("user").annotate(links=Count("pk")).filter(links__gt=1).order_by()
    for user in list(several.values_list("user", flat=True)):
        links = list(own.filter(user=user).select_related("resident"))
        links.sort(key=lambda one: (one.resident.birth_date > children, one.since, one.pk))
        own.filter(pk__in=[one.pk for one in links[1:]]).update(relation="guardian")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_names_by_their_kana")]
    operations = [
        migrations.RunPython(leave_one, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="holding",
            constraint=models.UniqueConstraint(
                condition=Q(relation="self"), fields=("user",), name="an_account_is_one_resident"
            ),
        ),
    ]
