from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CardsConfig(AppConfig):
    name = "cards"
    verbose_name = _("Cards")

    def ready(self) -> None:
        from accounts.card_sign_in import own_card
        from cards.signing_in import card_hindrance

        own_card.askers.append(card_hindrance)
