"""The page images of a paper, kept below MEDIA_ROOT/previews. They may be deleted at any time: they are made again."""

import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp

from workflow.documents.blocks import Block, Standing
from workflow.documents.kept import kept
from workflow.documents.pdf import as_json, pages_of, template_hash

UNUSED = timedelta(days=7)


def preview_key(revision_sha256: str, standing: Standing) -> str:
    """One key for one look: the revision, how far the paper is, and the template."""
    return sha256(f"{template_hash()}:{revision_sha256}:{standing!r}".encode()).hexdigest()


def blocks_key(blocks: Sequence[Block]) -> str:
    """The same of a paper that is no revision: one key for its blocks and the template."""
    return sha256(f"{template_hash()}:{as_json(blocks)}".encode()).hexdigest()


def page_images(key: str, blocks: Callable[[], Sequence[Block]]) -> Sequence[Path]:
    """The images of the pages in order; set and kept where they are not there yet, all of them in one step."""
    directory = kept(f"previews/{key[:2]}/{key}")
    try:
        os.utime(directory)  # used now; the server's disk may not note when files are read
    except FileNotFoundError:
        _set(directory, pages_of(blocks()))
    return sorted(directory.glob("*.png"))


def _set(directory: Path, pages: Sequence[bytes]) -> None:
    directory.parent.mkdir(parents=True, exist_ok=True)
    part = Path(mkdtemp(dir=directory.parent, prefix=".", suffix=".part"))
    try:
        for place, page in enumerate(pages, start=1):
            (part / f"{place:04d}.png").write_bytes(page)
        part.chmod(0o750)
        with suppress(OSError):  # somebody else was quicker; his are the same
            os.rename(part, directory)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def clear_unused(now: datetime) -> int:
    """Remove the images of papers that nobody looked at for seven days, and what killed processes left. How many.

    Each is put aside in one step, so that nobody finds half of the pages.
    """
    old, gone = (now - UNUSED).timestamp(), 0
    for directory in kept("previews").glob("*/*"):
        with suppress(FileNotFoundError):  # somebody else removed it
            if directory.stat().st_mtime < old:
                aside = directory.with_name(f".{directory.name}.gone")
                directory.rename(aside)
                shutil.rmtree(aside)
                gone += 1
    return gone
