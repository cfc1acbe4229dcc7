"""Copy what the pages and papers use of the npm packages into var/: python -m project.assets

Fonts and one sheet of icons go where Django looks for static files, the papers' font where the typesetter looks.
Nothing else of the packages is served, and none of it is committed.
"""

import re
import shutil
import sys
from pathlib import Path

CLONE = Path(__file__).resolve().parents[1]
PACKAGES = CLONE / "node_modules"
STATIC, FONTS = CLONE / "var/assets", CLONE / "var/fonts"
TEXT_FONT = PACKAGES / "@fontsource/be-vietnam-pro/files"
WEIGHTS, SUBSETS = (400, 600, 700), ("latin", "vietnamese")
OUTLINES = PACKAGES / "@tabler/icons/icons/outline"
ICON_LIST = CLONE / "workflow/static/workflow/icons.txt"
DRAWING = re.compile(r"^.*<svg[^>]*>(.*)</svg>.*$", re.DOTALL)
BOX = re.compile(r'\s*<path stroke="none"[^>]*/>')


def main() -> int:
    names = ICON_LIST.read_text().split()
    missing = [name for name in names if not (OUTLINES / f"{name}.svg").exists()]
    if missing:
        sys.stderr.write(f"assets: no such icons in @tabler/icons (after npm ci): {', '.join(missing)}\n")
        return 1
    for folder in (STATIC, FONTS):
        shutil.rmtree(folder, ignore_errors=True)
    (STATIC / "fonts").mkdir(parents=True)
    for weight in WEIGHTS:
        for subset in SUBSETS:
            name = f"be-vietnam-pro-{subset}-{weight}-normal.woff2"
            shutil.copy(TEXT_FONT / name, STATIC / "fonts" / name)
    (STATIC / "icons.svg").write_text(sheet(names))
    FONTS.mkdir(parents=True)
    for font in (PACKAGES / "@expo-google-fonts/tinos").glob("*/*.ttf"):
        shutil.copy(font, FONTS / font.name)
    return 0


def sheet(names: list[str]) -> str:
    """All drawings as symbols of one file, so that a page loads it once: <use href="icons.svg#i-NAME">."""
    symbols = "".join(f'<symbol id="i-{name}" viewBox="0 0 24 24">{_drawing(name)}</symbol>' for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>'


def _drawing(name: str) -> str:
    return " ".join(BOX.sub("", DRAWING.sub(r"\1", (OUTLINES / f"{name}.svg").read_text())).split())


if __name__ == "__main__":
    sys.exit(main())
