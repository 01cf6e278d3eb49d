"""A new name that was recorded wrongly can be corrected: an event of its own."""

import cards.rules.kinds
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cards', '0009_imports_broken_off'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='cardevent',
            name='event_kind_is_known',
        ),
        migrations.AlterField(
            model_name='cardevent',
            name='kind',
            field=models.CharField(choices=[(cards.rules.kinds.EventKind['REGISTERED'], 'Card registered'), (cards.rules.kinds.EventKind['DETAILS_CHANGED'], "Details changed by the office's system"), (cards.rules.kinds.EventKind['EXPIRY_SET'], 'Expiry date set'), (cards.rules.kinds.EventKind['MOVE_RECORDED'], 'Move recorded'), (cards.rules.kinds.EventKind['MOVE_CORRECTED'], 'Move corrected'), (cards.rules.kinds.EventKind['MOVE_WITHDRAWN'], 'Move withdrawn'), (cards.rules.kinds.EventKind['CARD_UPDATED'], 'Card updated'), (cards.rules.kinds.EventKind['CERTIFICATE_ISSUED'], 'Certificate issued'), (cards.rules.kinds.EventKind['CERTIFICATE_REVOKED'], 'Certificate revoked'), (cards.rules.kinds.EventKind['SUSPENDED'], 'Card suspended'), (cards.rules.kinds.EventKind['SUSPENSION_LIFTED'], 'Suspension lifted'), (cards.rules.kinds.EventKind['PIN_CHANGED'], 'PIN changed'), (cards.rules.kinds.EventKind['PIN_ONE_TRY_LEFT'], 'PIN entered wrongly: one try left'), (cards.rules.kinds.EventKind['PIN_LOCKED'], 'PIN locked'), (cards.rules.kinds.EventKind['PIN_RESET'], 'PIN reset by the office'), (cards.rules.kinds.EventKind['PIN_SET'], 'New PIN set by the holder'), (cards.rules.kinds.EventKind['PIN_INITIALISED'], 'PIN initialised at a kiosk'), (cards.rules.kinds.EventKind['MOVE_TOLD'], 'The holder told of a move'), (cards.rules.kinds.EventKind['TOLD_MOVE_WITHDRAWN'], 'The holder called the move off'), (cards.rules.kinds.EventKind['NAME_CHANGED'], 'New name recorded'), (cards.rules.kinds.EventKind['NAME_CORRECTED'], 'New name corrected'), (cards.rules.kinds.EventKind['REISSUE_REQUESTED'], 'New card asked for'), (cards.rules.kinds.EventKind['REISSUE_ASKED_BACK'], 'The office asked back about the new card'), (cards.rules.kinds.EventKind['REISSUE_ANSWERED'], 'The holder answered the office'), (cards.rules.kinds.EventKind['REISSUE_ACCEPTED'], 'New card accepted'), (cards.rules.kinds.EventKind['REISSUE_REFUSED'], 'New card refused'), (cards.rules.kinds.EventKind['REISSUE_WITHDRAWN'], 'Application for a new card withdrawn'), (cards.rules.kinds.EventKind['ISSUED'], 'Card issued in place of an earlier one'), (cards.rules.kinds.EventKind['REPLACED'], 'A new card took over'), (cards.rules.kinds.EventKind['VARIANT_REQUESTED'], 'Other variant of the card asked for'), (cards.rules.kinds.EventKind['VARIANT_REFUSED'], 'Other variant of the card refused'), (cards.rules.kinds.EventKind['VARIANT_WITHDRAWN'], 'Request for the other variant withdrawn'), (cards.rules.kinds.EventKind['VARIANT_CHANGED'], 'Variant of the card changed')], max_length=24, verbose_name='what happened'),
        ),
        migrations.AddConstraint(
            model_name='cardevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['registered', 'details_changed', 'expiry_set', 'move_recorded', 'move_corrected', 'move_withdrawn', 'card_updated', 'certificate_issued', 'certificate_revoked', 'suspended', 'suspension_lifted', 'pin_changed', 'pin_one_try_left', 'pin_locked', 'pin_reset', 'pin_set', 'pin_initialised', 'move_told', 'told_move_withdrawn', 'name_changed', 'name_corrected', 'reissue_requested', 'reissue_asked_back', 'reissue_answered', 'reissue_accepted', 'reissue_refused', 'reissue_withdrawn', 'issued', 'replaced', 'variant_requested', 'variant_refused', 'variant_withdrawn', 'variant_changed'])), name='event_kind_is_known'),
        ),
    ]
