"""Data for a page's script, as text for a data- attribute."""

import json
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder

register = template.Library()


@register.filter
def as_json(value: Any) -> str:
    """`value` as JSON. The template escapes it like any other text."""
    return json.dumps(value, cls=DjangoJSONEncoder)
