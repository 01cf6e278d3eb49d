"""Filled by the portal itself: the way back from the app has one address for all languages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
