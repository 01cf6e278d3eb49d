"""The guide's pages of the desk (guide/desk/)."""

from guide.desk import sections  # noqa: F401
