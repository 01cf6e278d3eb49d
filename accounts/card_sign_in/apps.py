from django.apps import AppConfig


class CardSignInConfig(AppConfig):
    name = "accounts.card_sign_in"
    label = "card_sign_in"
