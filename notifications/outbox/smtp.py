"""Django's SMTP, with the patience that RFC 5321 asks for at the end of a message."""

from __future__ import annotations

import smtplib
from typing import Any

from django.core.mail.backends import smtp

# A server may look into a message before it says yes (4.5.3.2.6). Who hangs up on it meanwhile
# sends it once more, as it may have been taken: so many times longer than for any other answer.
AT_THE_END = 6
_END = b"\r\n.\r\n"


class _Patient(smtplib.SMTP):
    def send(self, s: Any) -> None:
        super().send(s)
        if isinstance(s, bytes) and s.endswith(_END) and self.sock and self._seconds:
            self.sock.settimeout(self._seconds * AT_THE_END)

    def getreply(self) -> tuple[int, bytes]:
        try:
            return super().getreply()
        finally:
            if self.sock and self._seconds:
                self.sock.settimeout(self._seconds)

    @property
    def _seconds(self) -> float | None:
        return self.timeout if isinstance(self.timeout, int | float) else None


class _PatientTLS(_Patient, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    """The server of Django's EMAIL_ settings; EMAIL_TIMEOUT is in seconds."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _PatientTLS if self.use_ssl else _Patient
