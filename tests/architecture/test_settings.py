"""Production refuses to start with what only a demonstration may have."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

CLONE = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "PROFILE": "production",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "reports.example",
    "DATABASE_URL": "postgresql:///workflow",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "SITE_URL": "https://reports.example",
}


def check(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=CLONE,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_complete_production_environment_passes_the_deployment_check() -> None:
    checked = check(**PRODUCTION)
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "SITE_URL"])
def test_production_needs(missing: str) -> None:
    refused = check(**{name: value for name, value in PRODUCTION.items() if name != missing})
    assert refused.returncode == 1
    assert refused.stderr == (f"manage.py: Set {missing} in the environment (or PROFILE=demo to try things out).\n")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("EXAMPLE_ACCOUNTS", "true"),
        ("SESSION_COOKIE_SECURE", "false"),
        ("CSRF_COOKIE_SECURE", "false"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "mysql://host/name"),
        ("PROFILE", "staging"),
        ("REDIS_URL", "sentinel://127.0.0.1:26379/0"),
        ("GATEWAY_URL", "https://sms.example/send"),
    ],
)
def test_production_refuses(name: str, value: str) -> None:
    refused = check(**(PRODUCTION | {name: value}))
    assert refused.returncode == 1
    assert refused.stderr.startswith("manage.py: ")
    assert refused.stderr.count("\n") == 1
    assert name in refused.stderr


def test_without_a_profile_it_is_production() -> None:
    assert "SECRET_KEY" in check().stderr


def test_the_browsers_language_is_not_asked() -> None:
    assert "django.middleware.locale.LocaleMiddleware" not in settings.MIDDLEWARE
