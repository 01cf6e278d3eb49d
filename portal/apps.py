"""The site's own Django apps: what stands around the four rooms, and the admin."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        """Every process knows the broker: without the app, a page's hint would look for another."""
        import portal.celery  # noqa: F401
        from guide.desk.form import refusals
        from portal.refused_texts import why_refused

        refusals.append(why_refused)


class PortalAdminConfig(AdminConfig):
    default_site = "portal.admin_site.PortalAdminSite"
