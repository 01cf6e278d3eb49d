"""The days of the rules, as data that an administrator may change."""

from django.db import migrations, models

from cards.rules.kinds import DeadlineKind

# As the portal came until now; a kind without a row keeps the days of the rules.
FIRST_DAYS = {
    DeadlineKind.CARD_EXPIRY: [90, 60, 30, 14, 7, 3, 1, 0, -1],
    DeadlineKind.CARD_UPDATE_90: [60, 30, 14, 7, 3, 1, 0, -1],
    DeadlineKind.MOVE_OUT_30: [14, 7, 3, 1, 0, -1],
    DeadlineKind.MOVE_IN_14: [7, 3, 1, 0, -1],
    DeadlineKind.CERTIFICATE_EXPIRY: [90, 30, 7, 0, -1],
    DeadlineKind.PLANNED_MOVE_OUT_30: [14, 7, 3, 1, 0, -1],
    DeadlineKind.PLANNED_MOVE_IN_14: [7, 3, 1, 0, -1],
    DeadlineKind.SECOND_VISIT: [45, 21],
}


def fill(apps, schema_editor):
    rows = apps.get_model("cards", "LeadDays").objects
    for kind, days in FIRST_DAYS.items():
        rows.create(kind=kind.value, days=days)


class Migration(migrations.Migration):
    dependencies = [
        ("cards", "0007_variant_in_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="LeadDays",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            (DeadlineKind["CARD_EXPIRY"], "The card expires"),
                            (
                                DeadlineKind["CARD_UPDATE_90"],
                                "The new address must be written on the card",
                            ),
                            (
                                DeadlineKind["MOVE_OUT_30"],
                                "Moving-in notification after moving out",
                            ),
                            (DeadlineKind["MOVE_IN_14"], "Moving-in notification after moving in"),
                            (DeadlineKind["CERTIFICATE_EXPIRY"], "Electronic certificates end"),
                            (
                                DeadlineKind["PLANNED_MOVE_OUT_30"],
                                "Notification after the move-out the holder plans",
                            ),
                            (
                                DeadlineKind["PLANNED_MOVE_IN_14"],
                                "Notification after the move-in the holder told of",
                            ),
                            (
                                DeadlineKind["SECOND_VISIT"],
                                "Second visit once the longer stay is granted",
                            ),
                        ],
                        max_length=20,
                        unique=True,
                        verbose_name="deadline",
                    ),
                ),
                ("days", models.JSONField(verbose_name="days before")),
                ("changed_at", models.DateTimeField(blank=True, null=True, verbose_name="changed")),
                (
                    "aligned_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="worked in"),
                ),
            ],
            options={
                "verbose_name": "reminder days of a deadline",
                "verbose_name_plural": "reminder days",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "card_expiry",
                                    "card_update_90",
                                    "move_out_30",
                                    "move_in_14",
                                    "certificate_expiry",
                                    "planned_move_out_30",
                                    "planned_move_in_14",
                                    "second_visit",
                                ],
                            )
                        ),
                        name="reminder_days_are_of_a_known_kind",
                    )
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
