"""Who gets what at every address: the table, the roles in it and the objects it is tried on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.urls import URLResolver, get_resolver, reverse

from accounts.models import ClosedDays, Holding, LinkingCode, Office, Relation, Resident, User
from cards.models import (
    Card,
    CardEvent,
    CardImport,
    CardImportPart,
    Certificate,
    Deadline,
    Kiosk,
    LeadDays,
    Move,
    PinSlot,
    Reissue,
    ReissueFee,
    SmartphonePlatform,
    VariantRequest,
)
from cards.operations.suspend import suspend
from cards.rules.kinds import PinKind
from guide.models import Section
from guide.revising import revise
from notifications.feeds import make_link
from notifications.kinds_of_mail import Group
from notifications.models import Delivery, MailTrouble, Notification
from notifications.unsubscribing import address
from portal import clock
from privacy.models import Access, DataExport
from tests.builders import (
    hold,
    make_card,
    make_move,
    make_office,
    make_passkey,
    make_platform,
    make_resident,
    make_staff,
    make_user,
)


def routes(
    resolver: Any = None,
    namespace: str = "",
    before: tuple[str, ...] = (),
    address: str = "",
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every route of the portal: its name with namespace, and the names of its parameters.

    One without a name is called by its whole pattern in quotes: `admin:"admin/<path:object_id>/"`.
    """
    for pattern in (resolver or get_resolver()).url_patterns:
        parameters = (*before, *re.findall(r"<(?:\w+:)?(\w+)>", str(pattern.pattern)))
        whole = address + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern, inner, parameters, whole)
        else:
            yield namespace + (pattern.name or f'"{whole}"'), parameters


class World:
    """An office with a resident, who has one of everything, and all who might want to see it."""

    def __init__(self) -> None:
        here, elsewhere = make_office("900001"), make_office("900002")
        resident = make_resident(office=here)
        self.card = make_card(resident, reference="MINE")
        make_move(self.card, notified_on=clock.today())
        PinSlot.objects.create(card=self.card, kind=PinKind.SIGNATURE.value, failed_tries=1)
        other = make_resident(office=here)
        make_card(other)

        def staff(role: str, *offices: Office) -> User:
            user = make_staff(role)
            user.offices.add(*offices)
            return user

        self.people: dict[str, User | None] = {
            "nobody": None,
            "resident": make_user(),
            "other": make_user(),
            "guardian": make_user(),
            "clerk": staff("clerk", here),
            "elsewhere": staff("clerk", elsewhere),
            "editor": staff("editor", here),
            "auditor": staff("auditor"),
            "administrator": staff("administrator"),
            "superuser": make_staff("administrator", is_superuser=True),
        }
        self.colleague = staff("clerk", here)
        hold(self._person("resident"), resident)
        hold(self._person("guardian"), resident, Relation.GUARDIAN)
        hold(self._person("other"), other)
        self.letter = LinkingCode.objects.create(
            resident=resident, relation="guardian", code_digest="-", expires_at=clock.now()
        )
        self.passkey = make_passkey(self._person("resident"))
        self.session = UserSession.objects.create(
            user=self._person("resident"), ip="203.0.113.7", session_key="of-the-resident"
        )
        event = suspend(self.card, by=None)
        self.reissue = Reissue.objects.create(
            card=self.card,
            reason="lost",
            police_receipt_number="1",
            state="asked_back",
            question="Where?",
        )
        VariantRequest.objects.create(card=self.card, variant="photo_id")
        ClosedDays.objects.create(
            first_on=clock.today(), last_on=clock.today(), name_ja="休み", name_en="closed"
        )
        self.job = CardImport.objects.create(office=here, name="a.csv", size=9, state="done")
        CardImportPart.objects.create(
            card_import=self.job, kind="report", number=0, content=b"line\r\n"
        )
        self.notification = Notification.objects.create(
            card=self.card, kind=event.kind, event=event
        )
        Delivery.objects.create(notification=self.notification)
        MailTrouble.objects.create(
            resident=resident,
            address=resident.email,
            hard=True,
            failing_since=clock.now(),
        )
        Kiosk.objects.create(name="Shop 1")
        self.export = DataExport.objects.create(
            user=self._person("resident"),
            language="en",
            state="ready",
            content=b"PK",
            expires_at=clock.now() + timedelta(days=7),
        )
        Access.objects.create(
            by=self._person("clerk"),
            role="clerk",
            office=here,
            action="looked",
            page="cards.card",
            resident=resident,
        )
        self.section, _ = Section.objects.get_or_create(
            slug="expiry", defaults={"position": 99, "title": "t", "summary": "s", "body": "b"}
        )

        revise(self.section, by=self._person("editor"))
        self.section.history.exclude(history_type="~").delete()
        removed = Section.objects.create(slug="gone", position=98, title="t", summary="s", body="b")
        removed.delete()
        self.gone = Section.history.get(slug="gone", history_type="-").history_id

    def _person(self, role: str) -> User:
        person = self.people[role]
        assert person
        return person

    def address(self, name: str, parameters: tuple[str, ...]) -> str:
        """The route's address for the resident's own things."""
        model = re.match(r"admin:([a-z]+_[a-z]+)_([\w-]+)", name)
        unnamed = re.search(r'"(.*)"', name)
        if unnamed and (found := re.match(r"admin/(\w+)/(\w+)/", unnamed[1])):
            model = re.match(r"(\w+_\w+)()", "_".join(found.groups()))
        values = {
            "url": lambda: "nowhere/",
            "object_id": lambda: self._object(*(model.groups() if model else ("", ""))),
            "move_id": lambda: Move.objects.get(card=self.card).pk,
            "letter_id": lambda: self.letter.pk,
            "holding_id": lambda: Holding.objects.get(user=self._person("resident")).pk,
            "pk": lambda: self._mine(name),
            "version": lambda: (
                self.gone if name.endswith("bring-back") else self.section.history.get().history_id
            ),
            "slug": lambda: self.section.slug,
            "app_label": lambda: "cards",
            "reference": lambda: self.card.reference,
            "choice": lambda: "user-proof",
            "journey": lambda: "renewal",
            "provider": lambda: "postmark",
            "secret": lambda: make_link(self._person("resident")),
            "platform": lambda: make_platform().code,
            "where": lambda: "another",
            "step": lambda: "reason",
            "token": lambda: self._token(),
        }
        if unnamed:
            filled = re.sub(
                r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>\.\*\)\$",
                lambda found: str(values[found[1] or found[2]]()),
                unnamed[1],
            )
            return f"/{filled}"
        return reverse(name, kwargs={one: values[one]() for one in parameters})

    def _token(self) -> str:
        """What a mail to the resident holds."""
        return address(self.card.resident_id, Group.EXPIRY, "en").rstrip("/").rpartition("/")[2]

    def _mine(self, name: str) -> int:
        """The resident's own, of what pages ask for by a plain number."""
        if name.startswith("mfa_"):
            return int(self.passkey.pk)
        if name.startswith("privacy:"):
            return int(self.export.pk)
        if name == "notifications:preferences-change":
            return int(self._person("resident").holdings.get().pk)
        if name == "accounts:end-session":
            return int(self.session.pk)
        return self.notification.pk

    def _object(self, model: str, page: str) -> int:
        mine: dict[str, Callable[[], Any]] = {
            "accounts_holding": lambda: Holding.objects.filter(resident=self.card.resident),
            "accounts_office": lambda: Office.objects.filter(code="900001"),
            "accounts_closeddays": lambda: ClosedDays.objects.all(),
            "accounts_resident": lambda: Resident.objects.filter(pk=self.card.resident_id),
            "accounts_user": lambda: User.objects.filter(pk=self._person("resident").pk),
            # Only somebody of the staff can leave: a clerk whom no role signs in as.
            "accounts_user_leave": lambda: User.objects.filter(pk=self.colleague.pk),
            "cards_card": lambda: Card.objects.filter(pk=self.card.pk),
            "cards_deadline": lambda: Deadline.objects.filter(card=self.card),
            "cards_move": lambda: Move.objects.filter(card=self.card),
            "cards_certificate": lambda: Certificate.objects.filter(card=self.card),
            "cards_pinslot": lambda: PinSlot.objects.filter(card=self.card),
            "cards_reissue": lambda: Reissue.objects.filter(card=self.card),
            "cards_variantrequest": lambda: VariantRequest.objects.filter(card=self.card),
            "cards_reissuefee": lambda: ReissueFee.objects.all(),
            "cards_cardevent": lambda: CardEvent.objects.filter(card=self.card),
            "notifications_notification": lambda: Notification.objects.filter(card=self.card),
            "notifications_delivery": lambda: Delivery.objects.all(),
            "notifications_mailtrouble": lambda: MailTrouble.objects.filter(
                resident=self.card.resident
            ),
            "cards_leaddays": lambda: LeadDays.objects.all(),
            "cards_smartphoneplatform": lambda: SmartphonePlatform.objects.filter(
                pk=make_platform().pk
            ),
            "cards_kiosk": lambda: Kiosk.objects.all(),
            "cards_cardimport": lambda: CardImport.objects.filter(pk=self.job.pk),
            "privacy_access": lambda: Access.objects.filter(resident=self.card.resident),
            "guide_section": lambda: Section.objects.filter(pk=self.section.pk),
        }
        if model == "auth_group":
            from django.contrib.auth.models import Group

            return int(Group.objects.get(name="clerk").pk)
        return int(mine.get(f"{model}_{page}", mine[model])().order_by("pk")[0].pk)
