"""The keys that PINs are sealed with: read from the environment or a file, and never missing."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal.pin_keys import read_pin_keys

ONE, TWO = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))


def test_keys_come_from_the_environment_the_current_one_first():
    keys = read_pin_keys(f"2026b:{TWO},2026a:{ONE}")
    assert list(keys) == ["2026b", "2026a"]
    assert keys["2026a"] == bytes([1]) * 32


def test_keys_come_from_a_file(tmp_path: Path):
    kept = tmp_path / "pin-keys"
    kept.write_text(f"a:{ONE}\nb:{TWO}\n")
    assert list(read_pin_keys(str(kept))) == ["a", "b"]


@pytest.mark.parametrize(
    "given", ["", "a", "a:short", f":{ONE}", f"a:{ONE},a:{TWO}", f"a:{ONE}x", "/not/there"]
)
def test_an_unusable_key_is_refused_without_being_shown(given: str):
    with pytest.raises(ImproperlyConfigured, match="PIN_KEYS") as refused:
        read_pin_keys(given)
    assert ONE not in str(refused.value)


def test_two_key_ids_that_differ_only_in_case_are_refused():
    """Seen to fail. SQLite ignores case when it looks for what another key sealed."""
    with pytest.raises(ImproperlyConfigured, match="upper or lower case") as refused:
        read_pin_keys(f"new:{TWO},NEW:{ONE}")
    assert ONE not in str(refused.value)


def test_a_real_installation_does_not_start_without_keys(tmp_path: Path):
    bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    started = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env=bare
        | {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "VAR_DIR": str(tmp_path),
            "SECRET_KEY": "x" * 60,
            "EMAIL_URL": "smtp://127.0.0.1:25",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode != 0
    assert "PIN_KEYS is not set" in started.stderr
    assert "Traceback" not in started.stderr


@pytest.mark.parametrize("name", settings.REAL)
def test_the_compose_file_gives_whatever_a_real_installation_is_refused_without(name):
    compose = (settings.BASE_DIR / "compose.yaml").read_text()
    assert f"      {name}:" in compose or f"\n    {name}:" in compose
