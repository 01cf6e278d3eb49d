"""What must leave. The table of deliveries is the truth; Redis only hints that there is work.

Guarantee: at least once, each time under the same Message-ID. A message goes out twice only if
the process dies, or the connection breaks, between the mail server's yes and our mark; and as
that mark is on its way before the next message is handed over, that is one message at most.
(`marker` tells what a power cut on the database's own machine adds.)
"""

from notifications.outbox.run import Sent, server_rests
from notifications.outbox.sender import send_queue

__all__ = ["Sent", "send_queue", "server_rests"]
