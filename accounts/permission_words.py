"""What a role may do, in the reader's language. Django keeps these names in English only."""

from django.contrib.auth.models import Permission
from django.utils.translation import gettext as _


def permission_words(permission: Permission) -> str:
    """One permission as a line, such as “See: residents”."""
    model = permission.content_type.model_class()
    action, _underscore, name = permission.codename.partition("_")
    if model is None or name != permission.content_type.model:
        # One of our own: its name stands in the model, and so in the catalogue.
        return _(permission.name)
    what = model._meta.verbose_name_plural
    lines = {
        "view": _("See: %(what)s"),
        "add": _("Add: %(what)s"),
        "change": _("Change: %(what)s"),
        "delete": _("Remove: %(what)s"),
    }
    return lines[action] % {"what": what}
