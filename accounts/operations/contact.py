"""What staff may change about a person here. The rest is kept by the office's own system."""

from django.db import transaction

from accounts.models import MailToReconsider, Resident


@transaction.atomic
def set_contact(resident: Resident, *, email: str, language: str) -> Resident:
    """Where and in which language a resident is written to; an empty `email` stops all mail.

    `language` is a key of `accounts.languages.CONTACT_LANGUAGES`; the database refuses others.
    """
    resident = Resident.objects.select_for_update().get(pk=resident.pk)
    if email not in ("", resident.email):
        MailToReconsider.objects.ask([resident.pk])
    resident.email, resident.language = email, language
    resident.save(update_fields=["email", "language"])
    return resident
