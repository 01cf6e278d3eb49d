"""People whom mail does not reach: for the office to ask them for another address."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import OfficeFilter, ReadOnlyAdmin, staff
from accounts.models import Resident
from accounts.searching import found_by
from notifications.bounces import works_again
from notifications.models import MailTrouble
from notifications.reasons import trouble_words


@admin.register(MailTrouble)
class MailTroubleAdmin(ReadOnlyAdmin):
    """Only what is in force: a new address takes a person off the list by itself.

    Accounts are no office's: only superusers see them.
    """

    list_display = ["holder", "address", "failing_since", "what", "why"]
    list_filter = [OfficeFilter, "hard"]
    list_select_related = ["resident", "user"]
    search_fields = ["resident__name", "address"]
    search_help_text = _("Name or address.")
    ordering = ["-failing_since", "-pk"]
    office = "resident__office"
    fields = ["holder", "address", "failing_since", "what", "soft_reports", "last_at", "why"]
    readonly_fields = ["holder", "what", "why"]
    change_form_template = "admin/notifications/mail_trouble.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[MailTrouble]:
        rows = super().get_queryset(request)
        rows = rows.filter(pk__in=MailTrouble.objects.in_force().values("pk"))
        return rows if staff(request).is_superuser else rows.filter(user=None)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        for word in search_term.split():
            residents = Resident.objects.filter(found_by(word)).values("pk")
            queryset = queryset.filter(Q(address__icontains=word) | Q(resident__in=residents))
        return queryset, False

    @admin.display(description=_("resident"))
    def holder(self, trouble: MailTrouble) -> SafeString:
        if trouble.resident is None:
            url = reverse("admin:accounts_user_change", args=[trouble.user_id])
            return format_html('<a href="{}">{}</a>', url, gettext("An account"))
        url = reverse("admin:accounts_resident_change", args=[trouble.resident_id])
        return format_html('<a href="{}">{}</a>', url, trouble.resident.name)

    @admin.display(description=_("what is wrong"))
    def what(self, trouble: MailTrouble) -> str:
        if trouble.hard and trouble.user_id:
            return gettext("Nobody is there. Only codes and news of the account are sent to it.")
        if trouble.hard:
            return gettext("Nobody is there. Nothing more is sent to it.")
        if trouble.user_id:
            return gettext("Several mails did not arrive. We go on trying.")
        return gettext(
            "Several mails did not arrive: the mailbox may be full. We go on trying, and the flag "
            "falls by itself a week after one has arrived."
        )

    @admin.display(description=_("reason"), ordering="reason")
    def why(self, trouble: MailTrouble) -> str:
        return trouble_words(trouble.reason, hard=trouble.hard)

    def get_urls(self) -> list[URLPattern]:
        works = self.admin_site.admin_view(self.works)
        where = "<int:object_id>/works/"
        return [path(where, works, name="notifications_mailtrouble_works"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        may = staff(request).has_perm("accounts.change_resident")
        return super().change_view(
            request, object_id, form_url, (extra_context or {}) | {"may_confirm": may}
        )

    def works(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """POST: staff have confirmed with the resident that the address works."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        trouble = self.get_queryset(request).filter(pk=object_id).first()
        if trouble is None or not self.has_view_permission(request, trouble):
            raise Http404
        if not staff(request).has_perm("accounts.change_resident"):
            raise PermissionDenied
        asked = self.ask_first(
            request,
            title=_("The address works again"),
            what_happens=_(
                "Mail goes to this address again from now on, and the banner on the pages of its "
                "reader falls. If mail comes back once more, the address is flagged again."
            ),
            about=[trouble.address],
            button=_("The address works again"),
            back=reverse("admin:notifications_mailtrouble_change", args=[trouble.pk]),
        )
        if asked:
            return asked
        self.log_change(request, trouble, "Confirmed that the address works.")
        works_again(trouble)
        messages.success(request, _("Mail goes to this address again."))
        return redirect("admin:notifications_mailtrouble_changelist")
