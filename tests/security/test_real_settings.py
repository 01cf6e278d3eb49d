"""The settings of a real installation, as they are, looked at from outside.

A process of its own reads them, so that nothing of the tests' settings is in the way.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
ASKING = """
import json, django
django.setup()
from django.core.management import call_command
from django.test import Client
from portal.catalogues import compile_catalogues
compile_catalogues()
call_command("collectstatic", verbosity=0, interactive=False)
told = {}
def ask(path, **how):
    answer = Client(raise_request_exception=False).get(path, HTTP_HOST="portal.example", **how)
    cookies = [cookie.OutputString() for cookie in answer.cookies.values()]
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    told[path + (" by http" if not how else "")] = {
        "status": answer.status_code, "headers": dict(answer.headers), "cookies": cookies,
        "body": body.decode(),
    }
    return body.decode()
page = ask("/en/accounts/login/", secure=True)
ask("/en/accounts/login/")
ask("/en/", secure=True)
ask("/en/nowhere/", secure=True)
import re
ask(re.search(r'href="(/static/css/base[^"]+)"', page)[1], secure=True)
print(json.dumps(told))
"""


@pytest.fixture
def real(tmp_path: Path) -> dict[str, str]:
    """The environment of a real installation, its database a file here."""
    plain = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return plain | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "VAR_DIR": str(tmp_path),
        "SECRET_KEY": "k1-" + "A9b8C7d6E5f4G3h2" * 4,
        "PIN_KEYS": "one:" + "A" * 43 + "=",
        "DATABASE_URL": f"sqlite:///{tmp_path}/real.sqlite3",
        "REDIS_URL": "redis://127.0.0.1:1",
        "EMAIL_URL": "smtp://127.0.0.1:1",
        "ALLOWED_HOSTS": "portal.example",
        "SITE_URL": "https://portal.example",
    }


def told_by(real: dict[str, str]) -> dict[str, Any]:
    """What a real installation answers, page by page."""
    done = subprocess.run(
        [sys.executable, "-c", ASKING], env=real, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    answers: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answers


def test_djangos_own_check_for_deployment_finds_nothing(real: dict[str, str]) -> None:
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, env=real, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


# Mozilla Observatory's table (mdn/mdn-http-observatory, as of November 2026), worked out: points
# for each of its tests; what is over 100 counts only where nothing took points away.
def observatory(answer: dict[str, Any], by_http: dict[str, Any]) -> dict[str, int]:
    headers = {name.lower(): value for name, value in answer["headers"].items()}
    policy = {
        name: values
        for name, *values in (
            part.split() for part in headers.get("content-security-policy", "").split(";") if part
        )
    }
    cookies = [cookie.lower() for cookie in answer["cookies"]]
    guarded = all("secure" in c and "httponly" in c and "samesite=" in c for c in cookies)
    age = re.search(r"max-age=(\d+)", headers.get("strict-transport-security", ""))
    scripts = re.findall(r'<script[^>]*\ssrc="([^"]+)"', answer["body"])
    opener = headers.get("cross-origin-opener-policy")
    resource = headers.get("cross-origin-resource-policy")
    referrer = ("no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin")
    return {
        "content security policy": _policy_points(policy),
        "cookies": (5 if guarded else -40) if cookies else 0,
        "cross-origin sharing": -50 if "access-control-allow-origin" in headers else 0,
        "redirection": 0 if by_http["headers"].get("Location", "").startswith("https:") else -20,
        "referrer policy": 5 if headers.get("referrer-policy") in referrer else -5,
        # Five more once the host is on the browsers' preload list, which a test cannot be.
        "strict transport": 0 if age and int(age[1]) >= 15768000 else -20,
        "subresource integrity": 0 if all(s.startswith("/static/") for s in scripts) else -50,
        "content type options": 0 if headers.get("x-content-type-options") == "nosniff" else -5,
        "frame options": 5 if policy.get("frame-ancestors") == ["'none'"] else -20,
        "cross-origin opener": 10 if opener == "same-origin" else 0,
        "cross-origin resource": 10 if resource == "same-origin" else 0,
        "cross-origin embedder": 0,
    }


def _policy_points(policy: dict[str, list[str]]) -> int:
    if not policy:
        return -25
    values = {value for each in policy.values() for value in each}
    if values & {"'unsafe-inline'", "'unsafe-eval'", "data:", "https:", "http:", "*"}:
        return -20
    strict = policy.get("default-src") == ["'none'"]
    return 10 if strict and policy.get("form-action") in (["'none'"], ["'self'"]) else 5


def test_a_real_installation_binds_its_cookies_and_mozillas_observatory_gives_it_a_plus(
    real: dict[str, str],
) -> None:
    """One test for all of it: asking takes seconds. A+ begins at 100."""
    told = told_by(real)
    by_http = told.pop("/en/accounts/login/ by http")
    assert by_http["status"] == 301
    assert by_http["headers"]["Location"] == "https://portal.example/en/accounts/login/"
    for page in ("/en/", "/en/accounts/login/", "/en/nowhere/"):
        points = observatory(told[page], by_http)
        assert [name for name, one in points.items() if one < 0] == []
        assert 100 + sum(points.values()) >= 100, points
        assert points["content security policy"] == 10
    cookies = told["/en/accounts/login/"]["cookies"]
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        parts = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"secure", "httponly", "path=/"} <= parts
        assert parts & {"samesite=lax", "samesite=strict"}
        assert not any(part.startswith("domain=") for part in parts)
    for page, answer in told.items():
        headers = answer["headers"]
        seconds, *more = (one.strip() for one in headers["Strict-Transport-Security"].split(";"))
        assert int(seconds.removeprefix("max-age=")) >= 31536000, page
        assert "includeSubDomains" in more, page
        assert headers["X-Content-Type-Options"] == "nosniff", page
        assert "charset=utf-8" in headers["Content-Type"].lower().replace('"', ""), page
