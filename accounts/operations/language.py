"""In which language somebody wants to be written to."""

from accounts.models import User


def set_language(user: User, language: str) -> None:
    """The language of an account's mails, and of reminders about its own card.

    `language` is a key of `accounts.languages.CONTACT_LANGUAGES`; the database refuses others.
    """
    user.language = language
    user.save(update_fields=["language"])
