"""What staff may change about a person here. The rest is kept by the office's own system."""

from django.db import transaction

from accounts.models import MailToReconsider, Resident
from accounts.signals import address_changed


@transaction.atomic
def set_contact(resident: Resident, *, email: str, language: str) -> Resident:
    """Where and in which language a resident is written to; an empty `email` stops all mail.

    `language` is a key of `accounts.languages.CONTACT_LANGUAGES`; the database refuses others.
    What the office's files said before is kept, so that the same file again undoes neither.
    """
    resident = Resident.objects.select_for_update(no_key=True).get(pk=resident.pk)
    if email not in ("", resident.email):
        MailToReconsider.objects.ask([resident.pk])
    if email != resident.email:
        address_changed.send(Resident, residents=[resident.pk])
        if resident.email_in_files is None:
            resident.email_in_files = resident.email
    if language != resident.language and resident.language_in_files is None:
        resident.language_in_files = resident.language
    resident.email, resident.language = email, language
    resident.save(update_fields=["email", "language", "email_in_files", "language_in_files"])
    return resident
