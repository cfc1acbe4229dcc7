"""The page images of a paper, kept below MEDIA_ROOT/previews. They may be deleted at any time: they are made again."""

import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp

from workflow.documents.blocks import Block, Standing
from workflow.documents.kept import kept
from workflow.documents.pdf import pages_of, template_hash


def preview_key(revision_sha256: str, standing: Standing) -> str:
    """One key for one look: the revision, how far the paper is, and the template."""
    return sha256(f"{template_hash()}:{revision_sha256}:{standing!r}".encode()).hexdigest()


def page_images(key: str, blocks: Callable[[], Sequence[Block]]) -> Sequence[Path]:
    """The images of the pages in order; set and kept where they are not there yet, all of them in one step."""
    directory = kept(f"previews/{key[:2]}/{key}")
    if not directory.is_dir():
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
