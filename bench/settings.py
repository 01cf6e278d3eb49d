"""The tests' settings, but templates are cached and read once, as in a real installation."""

from tests.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
WHITENOISE_AUTOREFRESH = False
