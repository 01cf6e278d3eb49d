"""How long what is to be done may wait until somebody has forgotten it."""

from datetime import timedelta

from cards.lead_days import WORKED_IN_WITHIN

# Beat looks for what happened and for mails every few seconds, cron every minute.
PATIENCE = timedelta(minutes=10)
# It sweeps for alerts every ten minutes, cron once an hour.
SWEPT_WITHIN = WORKED_IN_WITHIN
# No pause of a mail is as long as this, and no sender holds one for so long.
LONGEST_WAIT = timedelta(days=2)
LONGEST_LEASE = timedelta(hours=1)
# Younger than any delivery that retention has removed.
ALL_KEPT = timedelta(days=360)
