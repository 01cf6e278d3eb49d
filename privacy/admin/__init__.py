"""The desk's pages about personal data: who looked, for auditors."""

from privacy.admin import accesses  # noqa: F401
