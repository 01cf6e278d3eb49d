"""What a page of the desk is called."""

from django.apps import apps
from django.utils.functional import Promise


def page_name(label: str) -> str | Promise:
    """The plain name of what stands on the pages of the model `label` (“app.model”)."""
    try:
        return apps.get_model(label)._meta.verbose_name or label
    except (LookupError, ValueError):
        return label  # a model of an earlier version
