"""Files that the system makes: whole or not there at all, whatever fails while they are written."""

import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings


def kept(name: str) -> Path:
    """Where a file with this name lies below MEDIA_ROOT."""
    return Path(settings.MEDIA_ROOT) / name


def keep(name: str, content: bytes, *, durable: bool = False) -> Path:
    """Write the file in one step over whatever lies there; `durable`: it is on the disk when this returns."""
    path = kept(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as part:
        try:
            part.write(content)
            part.flush()
            if durable:
                os.fsync(part.fileno())
            os.chmod(part.name, 0o640)
            os.replace(part.name, path)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(part.name)
            raise
    if durable:
        _note_on_disk(path.parent)
    return path


def _note_on_disk(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
