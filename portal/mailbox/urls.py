"""Addresses of the mailbox; part of the portal only with DEBUG."""

from django.urls import path

from portal.mailbox import views

urlpatterns = [
    path("", views.mailbox, name="mailbox"),
    path("<int:number>/", views.mail, name="mailbox-mail"),
    path("<int:number>/html", views.mail_html, name="mailbox-mail-html"),
]
