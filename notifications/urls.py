"""Addresses of the inbox."""

from django.urls import path

from notifications.views import answers, calendar, inbox, mails, preferences
from notifications.views.unsubscribe import unsubscribe

app_name = "notifications"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/end/", calendar.end, name="calendar-end"),
    path("mails/", mails.mails, name="mails"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("preferences/<int:pk>/", preferences.change, name="preferences-change"),
    path("read/", answers.mark_all_read, name="mark-all-read"),
    path("turn-off/<str:token>/", unsubscribe, name="unsubscribe"),
    path("<int:pk>/", inbox.notification, name="notification"),
    path("<int:pk>/read/", answers.mark_read, name="mark-read"),
    path("<int:pk>/unread/", answers.mark_unread, name="mark-unread"),
    path("<int:pk>/done/", answers.done, name="done"),
    path("<int:pk>/not-done/", answers.not_done, name="not-done"),
    path("<int:pk>/remind/", answers.remind, name="remind"),
    path("<int:pk>/no-reminder/", answers.no_reminder, name="no-reminder"),
]
