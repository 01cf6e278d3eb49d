"""Every address of the portal. What people read has one address in each language."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from accounts.card_sign_in.views import callback as card_callback
from notifications.views.bounces import report as mail_report
from notifications.views.calendar import feed as calendar_feed
from portal.views import health
from portal.views.home import home
from portal.views.metrics import metrics

handler429 = "portal.views.limits.too_many_requests"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="home"), name="root"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("health/deep", health.deep, name="health-deep"),
    path("metrics", metrics, name="metrics"),
    path("admin/", admin.site.urls),
    # Kept by calendar programs for years: one address, whatever the language.
    path("calendar/<str:secret>/last-days.ics", calendar_feed, name="calendar-feed"),
    path("mail-reports/<slug:provider>/", mail_report, name="mail-report"),
    # One address for all languages: it is registered with the Digital Authentication App.
    path("card-sign-in/back/", card_callback, name="card-callback"),
    *i18n_patterns(
        path("", home, name="home"),
        path("", include("accounts.urls")),
        # One page of ours instead of allauth's several.
        path("accounts/2fa/", RedirectView.as_view(pattern_name="accounts:security")),
        path("accounts/2fa/webauthn/", RedirectView.as_view(pattern_name="accounts:security")),
        path("accounts/3rdparty/", RedirectView.as_view(pattern_name="accounts:security")),
        path("accounts/", include("allauth.urls")),
        path("cards/", include("cards.urls")),
        path("notifications/", include("notifications.urls")),
        path("privacy/", include("privacy.urls")),
        path("guide/", include("guide.urls")),
    ),
]

if settings.DEBUG:
    # Mail kept on this machine, readable while trying out. Never in a real installation.
    urlpatterns.append(path("mailbox/", include("portal.mailbox.urls")))
