"""The desk's pages about people: one file each."""

from accounts.admin import holdings, offices, residents, roles, users  # noqa: F401
