"""What is told of electronic certificates: issued, and ended before their day (G2, G5①)."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from cards.rules.kinds import CertificateMedium, RevocationReason
from cards.wording import day
from notifications.messages.told import Told


def issued(on: date, medium: str) -> Told:
    """New certificates, on a smartphone or on the chip; earlier ones of the kind ended with it."""
    if medium == CertificateMedium.SMARTPHONE:
        return Told(
            headline=_("Electronic certificates were issued on a smartphone"),
            why=_(
                "Certificates on a smartphone were applied for in the portal on %(day)s, with PIN "
                "①. If there were some on an earlier smartphone, those ended with it."
            )
            % {"day": day(on)},
            what_to_do=_(
                "If it was you, there is nothing more to do. If it was not you, end the "
                "certificates in the portal and have the card suspended at once: 0120-0178-27 "
                "(several languages) or 0120-95-0178 (Japanese), free of charge, day and night. "
                "Then tell the office."
            ),
        )
    return Told(
        headline=_("Electronic certificates were put on the card"),
        why=_(
            "The office issued electronic certificates on the card’s chip on %(day)s. Earlier "
            "ones of the same kind ended with it."
        )
        % {"day": day(on)},
        what_to_do=_("There is nothing more to do. If you did not ask for this, ask the office."),
    )


def revoked(on: date, because: str) -> Told:
    """Certificates ended before their day: which, why, and what to do about it."""
    if because == RevocationReason.REISSUED:
        return Told(
            headline=_("The signature certificate has ended"),
            why=_(
                "A new electronic certificate of the bearer's signature was issued on %(day)s. "
                "The earlier one ended with it."
            )
            % {"day": day(on)},
            what_to_do=_(
                "There is nothing more to do. If you did not ask for this, ask the office."
            ),
        )
    if because in (RevocationReason.HOLDER_ASKED, RevocationReason.PHONE_LOST):
        return Told(
            headline=_("The electronic certificates on the smartphone have ended"),
            why=_(
                "They were ended in the portal on %(day)s, as you asked. The smartphone can no "
                "longer sign or log in. The card and the certificates on its chip stay as they "
                "are: a lost smartphone is not a lost card."
            )
            % {"day": day(on)},
            what_to_do=_(
                "You can apply for certificates on a smartphone again in the portal, with PIN ①. "
                "If you did not ask for this, change your password and tell the office. If the "
                "card is lost as well, have it suspended at once: 0120-0178-27 (several "
                "languages) or 0120-95-0178 (Japanese), free of charge, day and night."
            ),
        )
    return Told(
        headline=_("The signature certificate has ended"),
        why=_(
            "A change of name, address or other information was recorded on %(day)s. Such a "
            "change ends the electronic certificate of the bearer's signature at once, on the "
            "card and on a smartphone. The electronic certificate of user proof stays."
        )
        % {"day": day(on)},
        what_to_do=_(
            "To sign online applications again (e-Tax and others), ask the counter to issue a "
            "new signature certificate. It can be done when the card is updated there."
        ),
        bring=(_("The Individual Number Card"),),
    )
