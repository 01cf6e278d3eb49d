"""Addresses of the pages about people, beyond those of allauth."""

from django.urls import path

from accounts.card_sign_in import views as card
from accounts.views import linking, mailed_codes, me, security, session
from accounts.views.reauthenticate import MailReauthenticateView

app_name = "accounts"
urlpatterns = [
    path("link/", linking.link, name="link"),
    path("me/", me.me, name="me"),
    path("me/language/", me.language, name="language"),
    path("accounts/security/", security.security, name="security"),
    path("accounts/security/second-factor/", security.second_factor, name="second-factor"),
    # As allauth's own, but who has no password shows first that it is them.
    path("accounts/password/set/", security.set_password, name="set-password"),
    # As allauth's own, with tries that are counted before the code is looked at.
    path("accounts/login/code/confirm/", mailed_codes.ConfirmLoginCodeView.as_view()),
    path("accounts/confirm-email/", mailed_codes.ConfirmEmailCodeView.as_view()),
    path("accounts/password/reset/confirm/", mailed_codes.ConfirmResetCodeView.as_view()),
    path("accounts/sessions/", security.sessions, name="sessions"),
    path("accounts/sessions/end-others/", security.end_other, name="end-other-sessions"),
    path("accounts/sessions/<int:pk>/end/", security.end_session, name="end-session"),
    path("accounts/session/stay/", session.stay, name="session-stay"),
    path("accounts/card/", card.sign_in, name="card-sign-in"),
    path("accounts/card/unlink/", card.unlink, name="card-unlink"),
    path(
        "accounts/reauthenticate/mail/",
        MailReauthenticateView.as_view(),
        name="reauthenticate-by-mail",
    ),
]
