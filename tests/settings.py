"""The portal's settings, for tests: nothing but the database is taken from the environment."""

import os

os.environ.setdefault("SECRET_KEY", "tests-only")
os.environ.setdefault("PIN_KEYS", "tests:" + "A" * 43 + "=")
os.environ.setdefault("DEBUG", "0")
os.environ.setdefault("EMAIL_URL", "smtp://127.0.0.1:1")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")

from portal.settings import *  # noqa: F403
from portal.settings import BASE_DIR, CACHES, DATABASES, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]
MIGRATION_LINTER_OPTIONS = {
    # Each changes or adds a constraint of a table that there was. SQLite writes the table anew for
    # it; PostgreSQL holds it for as long as one scan takes.
    "ignore_name": [
        "0002_guardianship_notices",
        "0005_set_aside_and_pulse",
        "0006_holders_word",
        "0009_choices_about_mails",
        "0004_lists_taken_out",
        "0010_new_names_corrected",
        # The new column has a default in the database itself. SQLite writes the table anew for
        # it and for the constraint, and that is where the linter sees columns without one.
        "0005_search_key",
        "0012_recipients_of_account_mails",
        "0013_told_at_once",
        "0010_in_files",
        "0007_variant_in_files",
        "0006_found_by_words",
        # The few offices get a column with a default, and two constraints.
        "0008_closed_days",
        # As 0005_search_key: both new columns have a default in the database itself.
        "0009_office_staff_mail",
        # What the constraint refuses is refused by the code before it, too.
        "0012_an_account_is_one_resident",
        # A new column of the guide's ten sections.
        "0003_versions",
    ],
}

# Tests look at pages over http, and find static files where they are written.
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "session", "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = False
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "KEY_FUNCTION": CACHES["default"]["KEY_FUNCTION"],
    }
}
# Argon2 as in the real thing takes 20 ms a sign-in; tests sign in thousands of times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = False
# Hints to workers that a test does not run go nowhere, at once.
CELERY_BROKER_URL = "memory://"
# Passkeys are tried on http://localhost.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads and child processes see the same database.
    DATABASES["default"]["TEST"] = {"NAME": str(BASE_DIR / "var" / "test.sqlite3")}
