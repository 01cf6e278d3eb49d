"""Settings, all from the environment, grouped by what they are about.

Nothing set: the portal runs for trying out (DEBUG, SQLite, an embedded Valkey, mail kept on this
machine). As soon as anything of a real installation is set, DEBUG is off and what is missing is
refused in one line.
"""

import json
import secrets
from datetime import date
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from portal.card_sign_in import card_sign_in_apps
from portal.database_url import read_database_url
from portal.environment import Environment
from portal.pin_keys import read_pin_keys, trial_pin_keys
from portal.schedule import BEAT_SCHEDULE
from portal.var_dir import made_usable

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()
# All run-time state: the trial database, mail, logs, collected static files.
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()


def _trial_secret() -> str:
    """A secret of this machine's own, so that trial sessions outlive a restart."""
    kept = VAR_DIR / "secret-key"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(50))
    return kept.read_text()


# --- Trial or real ---------------------------------------------------------------------------
REAL = ("SECRET_KEY", "PIN_KEYS", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "ALLOWED_HOSTS")
DEBUG = env.bool("DEBUG", default=not any(name in env.ENVIRON for name in REAL))

if DEBUG:
    made_usable(VAR_DIR)
SECRET_KEY = env.str("SECRET_KEY", default="") or (_trial_secret() if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. A real installation needs one; to try the portal, set DEBUG=1."
    )
# Where `manage.py up` runs at this moment, so that commands typed beside it do as it does.
_up = VAR_DIR / "up.json"
_running = json.loads(_up.read_text()) if DEBUG and _up.exists() else {}

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
# Where people reach the portal; links in mails are made from it.
SITE_URL = env.str("SITE_URL", default=_running.get("SITE_URL", "http://localhost:8000")).rstrip(
    "/"
)

# A pretended today, for demonstrations.
PORTAL_TODAY: date | None = None
if env.str("PORTAL_TODAY", default=""):
    if not DEBUG:
        raise ImproperlyConfigured("PORTAL_TODAY is for demonstrations and needs DEBUG=1.")
    try:
        PORTAL_TODAY = date.fromisoformat(env.str("PORTAL_TODAY"))
    except ValueError:
        raise ImproperlyConfigured("PORTAL_TODAY must be a day, written YYYY-MM-DD.") from None

# --- What is installed -----------------------------------------------------------------------
INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    # Before the admin, which looks at translated models as soon as it is ready.
    "modeltranslation",
    "simple_history",
    "portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "accounts",
    "accounts.card_sign_in",
    "cards",
    "notifications",
    "guide",
    "privacy",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.kept_texts.AgentMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.sessions.SessionEndMiddleware",
    "portal.middleware.PersonalPagesMiddleware",
    "portal.middleware.RefusalsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.middleware.SecondPostMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.middleware.CacheDownMiddleware",
    # After allauth's own: the first to be asked about an exception is the last in this list.
    "accounts.middleware.ReauthenticationMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.page",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database --------------------------------------------------------------------------------
_database = read_database_url(env, default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")
DATABASES = {"default": _database}
if _database["ENGINE"].endswith("sqlite3"):
    Path(_database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    _database["OPTIONS"] = {
        # Writers take their lock at BEGIN: two operations wait for each other instead of failing.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # What is sorted stays in memory, 32 MB of pages are kept; the WAL is carried over every
        # 80 MB instead of in the middle of each large write, and cut back to 64 MB afterwards.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY; "
            "PRAGMA cache_size=-32000; PRAGMA wal_autocheckpoint=20000; "
            "PRAGMA journal_size_limit=67108864;"
        ),
    }
else:
    _database["CONN_MAX_AGE"] = 600
    _database["CONN_HEALTH_CHECKS"] = True
    _database.setdefault("OPTIONS", {}).setdefault("connect_timeout", 3)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis or Valkey: cache and broker -------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", default=f"unix://{VAR_DIR / 'valkey.sock'}")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portal",
        "KEY_FUNCTION": "portal.cache_keys.cache_key",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}
CELERY_BROKER_URL = (
    f"redis+socket://{urlsplit(REDIS_URL).path}" if REDIS_URL.startswith("unix:") else REDIS_URL
)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_timeout": 2,
    "socket_connect_timeout": 2,
    "max_retries": 1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_TIME_LIMIT = 570
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Asia/Tokyo"
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")

# --- Mail ------------------------------------------------------------------------------------
# Trying out: an SMTP server of `manage.py up` keeps every mail in var/mail, read at /mailbox/.
MAILBOX_DIR = VAR_DIR / "mail"
MAILBOX_PORT = env.int("MAILBOX_PORT", default=_running.get("MAILBOX_PORT", 8025))
if not DEBUG and "EMAIL_URL" not in env.ENVIRON:
    raise ImproperlyConfigured("EMAIL_URL is not set; write smtp+tls://user:password@host:587")
_mail = env.email_url("EMAIL_URL", default=f"smtp://127.0.0.1:{MAILBOX_PORT}")
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
if EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend":
    EMAIL_BACKEND = "notifications.outbox.smtp.EmailBackend"
EMAIL_HOST = _mail["EMAIL_HOST"]
EMAIL_PORT = _mail["EMAIL_PORT"]
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="Resident Card Portal <no-reply@localhost>")
# Where mail servers send reports of undelivered mail (the sender of the envelope; else MAIL_FROM),
# and where they are read: imaps://user:password@host/FOLDER.
BOUNCE_ADDRESS = env.str("BOUNCE_ADDRESS", default="")
BOUNCE_MAILBOX = env.str("BOUNCE_MAILBOX", default="")
# “user:password” that a mail provider shows when it reports (notifications/views/bounces.py).
# Without one, nobody can report.
ANYMAIL = {"WEBHOOK_SECRET": env.str("BOUNCE_WEBHOOK_SECRET", default="")}
# With which Mailgun signs what it reports, beside the secret; no report of it is taken without.
if _mailgun := env.str("BOUNCE_MAILGUN_SIGNING_KEY", default=""):
    ANYMAIL["MAILGUN_WEBHOOK_SIGNING_KEY"] = _mailgun

# --- Languages and time ----------------------------------------------------------------------
LANGUAGE_CODE = "en"
# Complete catalogues only. Language names stand in their own script and are not translated.
LANGUAGES = [("en", "English"), ("ja", "日本語")]
# Languages in which every mail is complete: those of the pages, and more (docs/translating.md).
MAIL_LANGUAGES = ["en", "ja", "vi"]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "portal.formats"
MODELTRANSLATION_DEFAULT_LANGUAGE = "ja"
MODELTRANSLATION_FALLBACK_LANGUAGES = {"default": ("en", "ja")}
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"

# --- Sign-in ---------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.own_words.OwnWordsValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "portal.passwords.IndividualNumberValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
# By name: in the language that the page was read in, not in the browser's.
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "notifications.account_mail.QueuedMailAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
    "confirm_email_verification_code": "accounts.forms.ConfirmEmailCodeForm",
    "confirm_password_reset_code": "accounts.forms.ConfirmResetCodeForm",
    "request_login_code": "portal.kept_texts.AskForCodeForm",
    "confirm_login_code": "accounts.forms.ConfirmLoginCodeForm",
    "add_email": "accounts.forms.AddEmailForm",
    "set_password": "accounts.forms.SetPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
# Mail is not always there in three minutes.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = False
# What can be guessed is limited, in the shared cache. On top of allauth's own limits:
ACCOUNT_RATE_LIMITS = {
    "pin_hand_over": "20/h/ip",
    "kiosk_sign_in": "10/h/ip",
    # Two a card; an office's own device serves many from one address.
    "link_card": "20/h/user,60/h/ip",
    "reauthenticate_by_mail": "5/10m/user",
    # Of one code, while it may be used (the timeouts above).
    "mailed_code": "3/15m/key",
    # To one address, beside those that are asked for anew.
    "another_mail": "3/5m/key",
}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if DEBUG else "https"
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

# Passkeys, authenticator app, recovery codes.
MFA_ADAPTER = "accounts.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
# Browsers offer passkeys on http://localhost as well; a real installation is https only.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
MFA_FORMS = {
    "authenticate": "accounts.factor_forms.AuthenticateForm",
    "reauthenticate": "accounts.factor_forms.ReauthenticateForm",
    "activate_totp": "accounts.factor_forms.ActivateAppForm",
    "add_webauthn": "portal.kept_texts.AddPasskeyForm",
    "signup_webauthn": "portal.kept_texts.SignUpPasskeyForm",
    "edit_webauthn": "portal.kept_texts.RenamePasskeyForm",
}

# “Sign in with the card”: the Digital Authentication App as an OpenID Connect provider. Off
# unless all three are set.
SOCIALACCOUNT_ADAPTER = "accounts.card_sign_in.adapter.CardAdapter"
SOCIALACCOUNT_FORMS = {"signup": "accounts.factor_forms.CardSignUpForm"}
SOCIALACCOUNT_PROVIDERS = {
    "card": {
        "APPS": card_sign_in_apps(
            issuer=env.str("CARD_SIGN_IN_ISSUER", default=""),
            client_id=env.str("CARD_SIGN_IN_CLIENT_ID", default=""),
            secret=env.str("CARD_SIGN_IN_SECRET", default=""),
        )
    }
}

# A session ends after an hour without a page, after twelve hours at the latest, and with the
# browser. A warning comes before (accounts/sessions.py).
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 60 * 60
SESSION_LONGEST = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# --- PINs ------------------------------------------------------------------------------------
# What stands for the card's chip (cards/chip.py).
CHIP = env.str("CHIP", default="cards.chip.SoftwareChip")
# “id:key” pairs, comma or line separated, or the path of a file that holds them; each key is 32
# bytes in base64. New PINs are sealed with the first; `rotate_pin_keys` moves the old ones on.
PIN_KEYS = read_pin_keys(
    env.str("PIN_KEYS", default="") or (trial_pin_keys(VAR_DIR / "pin-keys") if DEBUG else "")
)

# --- Security --------------------------------------------------------------------------------
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if not DEBUG:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
    SECURE_HSTS_SECONDS = 63072000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if env.bool("BEHIND_TLS_PROXY", default=True):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "require-trusted-types-for": ["'script'"],
    }
}
# Bodies are bounded: nothing a person types here is long.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_HANDLERS = [
    "portal.uploads.BoundedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- Static files ----------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEBUG
if not DEBUG:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

# --- Watching --------------------------------------------------------------------------------
# /metrics answers to whoever shows this token, or connects from one of these networks directly.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
_from = env.list("METRICS_FROM", default=["127.0.0.1", "::1"] if DEBUG else [])
try:
    METRICS_FROM = [ip_network(network, strict=False) for network in _from]
except ValueError as wrong:
    raise ImproperlyConfigured(f"METRICS_FROM: {wrong}") from None

# --- Logs ------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "portal.logs.MaskingFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
        "json": {"()": "portal.logs.JsonFormatter"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            # “line” for people, “json” for what collects logs.
            "formatter": env.str("LOG_FORMAT", default="line"),
        }
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
}

# Error pages and reports show where it broke, and nothing that was typed.
DEFAULT_EXCEPTION_REPORTER_FILTER = "portal.error_reports.NothingTyped"

SITE_NAME = _("Resident Card Portal")
