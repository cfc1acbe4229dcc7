"""Blocks set as a paper by typst: PDF bytes, and an image of each page. The same blocks give the same bytes."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import typst
from django.conf import settings

from workflow.documents.blocks import Block, Letterhead, Title

TEMPLATE = Path(__file__).with_name("paper.typ")
# A page of 1240 × 1754 points: sharp on an office screen and on a phone.
PAGE_PPI = 150.0


def pdf_of(blocks: Sequence[Block], made_at: datetime) -> bytes:
    """The paper as PDF; `made_at` is the moment that its data carry, not the hour at which it is set."""
    made: bytes = _set(blocks, "pdf", timestamp=int(made_at.timestamp()))[0]
    return made


def pages_of(blocks: Sequence[Block]) -> Sequence[bytes]:
    """The pages as PNG images."""
    return _set(blocks, "png", ppi=PAGE_PPI)


@cache
def template_hash() -> str:
    """What the look depends on beside the content: the template, how blocks are made, and the typesetter."""
    sources = (TEMPLATE, *(TEMPLATE.with_name(f"{name}.py") for name in ("blocks", "letters", "runs")))
    return sha256(b"".join(path.read_bytes() for path in sources) + version("typst").encode()).hexdigest()


def as_json(blocks: Sequence[Block]) -> str:
    """The blocks as the template reads them."""
    head = next((block for block in blocks if isinstance(block, Letterhead)), None)
    subject = next((f"{block.name} {block.subject}" for block in blocks if isinstance(block, Title)), "")
    title, author = (subject or head.about, head.name) if head else (subject, "")
    data = {"title": title, "author": author, "blocks": [asdict(block) for block in blocks]}
    return json.dumps(data, ensure_ascii=False, sort_keys=True)


def _set(blocks: Sequence[Block], form: Literal["pdf", "png"], **how: Any) -> Sequence[bytes]:
    made = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[settings.FONT_DIRECTORY]),
        ignore_system_fonts=True,
        format=form,
        sys_inputs={"paper": as_json(blocks)},
        **how,
    )
    return made if isinstance(made, list) else [made]
