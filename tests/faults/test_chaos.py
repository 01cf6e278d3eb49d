"""Twenty thousand mails while workers are killed at random, ten times."""

import random
from collections import Counter

from notifications.models import Delivery
from notifications.planner import raise_alerts
from tests.faults.population import people
from tests.faults.portal import Portal, kill, pool_of
from tests.servers.smtp import SmtpSink

MAILS, KILLS = 20_000, 10


def test_of_20_000_mails_none_is_lost_though_workers_die_ten_times(
    portal: Portal, smtp_sink: SmtpSink
) -> None:
    """At most one mail twice for each killed process, and under the same Message-ID.

    Seen to fail (1,400 twice) with batches marked at their end.
    """
    people(MAILS)
    raise_alerts()
    smtp_sink.only_ids = smtp_sink.pipelining = True
    chance = random.Random(1827)
    workers = [portal.worker("a"), portal.worker("b")]
    portal.beat()
    killed = 0
    for number in range(1, KILLS + 1):
        reached = MAILS * number // (KILLS + 1)
        portal.until(lambda enough=reached: len(smtp_sink.ids) >= enough, f"{reached} sent", 180)
        which = chance.randrange(2)
        pool = pool_of(workers[which])
        if pool and chance.random() < 0.5:
            kill(chance.choice(pool))
            killed += 1
        else:
            workers[which].kill()
            workers[which] = portal.worker("ab"[which])
            killed += max(len(pool), 1)
    sent = Delivery.objects.filter(state="sent")
    portal.until(lambda: sent.count() == MAILS, "every mail is sent", 180)
    ids = Counter(smtp_sink.ids)
    assert len(ids) == MAILS
    assert ids.total() - MAILS <= killed
    assert portal.check_promises() == "Every promise is kept.\n"
