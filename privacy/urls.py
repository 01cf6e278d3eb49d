"""Addresses of what a person can see and do about their own data."""

from django.urls import path

from privacy.views import close, data, download, looks

app_name = "privacy"
urlpatterns = [
    path("", data.data, name="data"),
    path("looks/", looks.looks, name="looks"),
    path("download/", download.download, name="download"),
    path("download/ask/", download.ask_for_it, name="download-ask"),
    path("download/<int:pk>/file/", download.file, name="download-file"),
    path("close/", close.close, name="close"),
    path("closed/", close.closed, name="closed"),
]
