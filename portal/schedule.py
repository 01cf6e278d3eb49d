"""What beat starts, and how often. Every job is safe to run late, twice or in parallel."""

from typing import Any

from celery.schedules import crontab

# Seconds after which a turn that no worker had time for is left to the ones after it. Long enough
# for the clocks of two machines.
PASSED_OVER_AFTER = 120.0
_OFTEN = {"options": {"expires": PASSED_OVER_AFTER}}
# A run that sends takes a minute where much waits: its turns never fill the queue, so that all
# others have theirs.
_SENDING = {"options": {"expires": 45.0}}

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # Every ten minutes, not daily: a sweep that finds nothing due costs next to nothing, a
    # scheduler that was down at midnight catches up, and a corrected date is told of soon.
    "raise alerts": {
        "task": "notifications.tasks.raise_alerts",
        "schedule": crontab(minute="1-51/10"),
    },
    # What happened to a card is told at once, whatever the hour.
    "tell events": {"task": "notifications.tasks.tell_events", "schedule": 15.0, **_OFTEN},
    # Once a weekday each; the later hours are for a scheduler that was down in the morning.
    "tell offices": {
        "task": "notifications.tasks.tell_offices",
        "schedule": crontab(hour="7-16", minute="30", day_of_week="mon-fri"),
    },
    # Downloads are hinted as they are asked for; this is for when the hint was lost.
    "make downloads": {"task": "privacy.tasks.make_downloads", "schedule": 30.0, **_OFTEN},
    "remove old data": {
        "task": "privacy.tasks.remove_old_data",
        "schedule": crontab(hour="4", minute="10"),
    },
    # Imports are hinted as they are asked for; this is for when the hint was lost, or the worker.
    "run imports": {"task": "cards.tasks.run_imports", "schedule": 10.0, **_OFTEN},
    # Where a mailbox for reports is set; otherwise it does nothing.
    "read bounces": {"task": "notifications.tasks.read_bounces", "schedule": 300.0},
    "send mail queue": {
        "task": "notifications.tasks.send_mail_queue",
        "schedule": 20.0,
        **_SENDING,
    },
    # Codes to sign in with are hinted as they are queued; this is for when the hint was lost.
    "send account mails": {
        "task": "notifications.tasks.send_account_mails",
        "schedule": 10.0,
        **_OFTEN,
    },
}
