"""What of an office, and of its closed days, is kept in every language."""

from modeltranslation.translator import TranslationOptions, register

from accounts.models import ClosedDays, Office


@register(Office)
class OfficeTranslation(TranslationOptions):
    fields = ("name", "counter", "address", "hours")


@register(ClosedDays)
class ClosedDaysTranslation(TranslationOptions):
    fields = ("name",)
