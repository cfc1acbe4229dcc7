"""Units, nginx and the example of the environment agree with the settings, the routes and the queues."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from project.celery import QUEUES

CLONE = Path(__file__).resolve().parents[2]
DEPLOY = CLONE / "deploy"
NGINX = (DEPLOY / "nginx/bao-cao.conf").read_text()
WRITES = {
    "bao-cao-web": {"MEDIA_ROOT"},
    "bao-cao-worker@": {"MEDIA_ROOT", "SEAL_DIRECTORY"},
    "bao-cao-beat": {"BEAT_SCHEDULE"},
    "bao-cao-backup": {"SEAL_DIRECTORY"},
}


def environment() -> dict[str, str]:
    """The example as a shell reads it, with what says CHANGE filled in."""
    shown = subprocess.run(
        ["/bin/sh", "-c", f"set -a; . {DEPLOY / 'environment.example'}; env"],
        env={"PATH": os.environ["PATH"], "SECRET_KEY": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    given = dict(line.split("=", 1) for line in shown.stdout.splitlines())
    return given | {"SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def unit(name: str) -> str:
    return (DEPLOY / f"systemd/{name}.service").read_text()


def location(address: str) -> str:
    """What stands in nginx's block for an address."""
    found = re.search(rf"location (?:= )?{re.escape(address)} {{\n(.*?)\n    }}", NGINX, re.DOTALL)
    assert found, address
    return found[1]


def test_the_example_of_the_environment_is_one_that_production_starts_with() -> None:
    checked = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=CLONE,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stderr) == (0, "")


def test_every_variable_of_the_example_is_read_by_the_settings() -> None:
    named = set(re.findall(r"^#?([A-Z_]+)=", (DEPLOY / "environment.example").read_text(), re.MULTILINE))
    read = set(re.findall(r'(?:env\.\w+|env|required)\("([A-Z_]+)"', (CLONE / "project/settings.py").read_text()))
    assert named - read == set()


def test_every_queue_has_a_worker_that_starts_and_stops_with_the_others() -> None:
    wanted = re.findall(r"bao-cao-worker@(\w+)\.service", (DEPLOY / "systemd/bao-cao.target").read_text())
    assert set(wanted) == set(QUEUES.values())


def test_every_unit_may_write_where_the_environment_sends_it() -> None:
    given = environment()
    for name, variables in WRITES.items():
        allowed = re.search(r"^ReadWritePaths=(.*)$", unit(name), re.MULTILINE)
        assert allowed, name
        for variable in variables:
            assert any(Path(given[variable]).is_relative_to(place) for place in shlex.split(allowed[1])), (
                name,
                variable,
            )


def test_nginx_hands_out_what_the_application_means() -> None:
    given = environment()
    assert "internal;" in location(given["ACCEL_PREFIX"])
    assert f"alias {given['MEDIA_ROOT']}/;" in location(given["ACCEL_PREFIX"])
    assert f"alias {given['STATIC_ROOT']}/;" in location(f"/{settings.STATIC_URL.strip('/')}/")


def test_nginx_guards_the_addresses_that_are_there() -> None:
    assert "limit_req " in location(reverse("sign_in"))
    assert "deny all;" in location(reverse("figures"))


def test_nginx_asks_where_the_pages_are_served() -> None:
    served = re.search(r"--host (\S+) --port (\d+)", unit("bao-cao-web"))
    assert served
    assert f"server {served[1]}:{served[2]};" in NGINX


def test_a_file_a_little_too_large_is_refused_by_the_application() -> None:
    limit = re.search(r"client_max_body_size (\d+)m;", NGINX)
    assert limit
    assert int(limit[1]) * 1024 * 1024 > settings.UPLOAD_LIMIT * 1.1, "the form around the file needs room, too"


def test_every_page_that_nginx_says_itself_is_there() -> None:
    named = re.findall(r"error_page .* /may-chu/(\S+);", NGINX)
    assert set(named) == {page.name for page in (DEPLOY / "nginx/pages").glob("*.html")}
