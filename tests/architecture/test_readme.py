"""What the README says is true now."""

import re
import subprocess
from pathlib import Path

from django.core.management import get_commands

ROOT = Path(__file__).parents[2]
ROOMS = "workflow|docs|bench|examples|tests|actions|rules|flows|locale|delivery"
README = (ROOT / "README.md").read_text()


def targets() -> set[str]:
    shown = subprocess.run(["make", "-C", str(ROOT), "help"], capture_output=True, text=True, check=True)
    return {line.split()[0] for line in shown.stdout.splitlines() if line and not line.startswith("make")}


def test_every_make_target_that_the_readme_names_exists() -> None:
    named = set(re.findall(r"make ([a-z-]+)", README)) - {"sure"}

    assert named
    assert named <= targets()


def test_every_command_that_the_readme_names_exists() -> None:
    named = set(re.findall(r"manage\.py ([a-z_]+)", README))

    assert named
    assert named <= get_commands().keys()


def test_every_place_that_the_readme_names_exists() -> None:
    named = re.findall(rf"`((?:{ROOMS})/[\w/.-]*)`", README)

    assert named
    for place in named:
        assert (ROOT / place).exists() or (ROOT / "workflow" / place).exists(), place


def test_every_decision_is_a_page_with_context_decision_and_consequences() -> None:
    pages = sorted((ROOT / "docs" / "adr").glob("*.md"))

    assert len(pages) >= 10
    for page in pages:
        text = page.read_text()
        for part in ("**Context.**", "**Decision.**", "**Consequences.**"):
            assert part in text, page.name
