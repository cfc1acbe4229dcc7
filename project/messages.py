"""Babel's reader of the templates: Django turns {% translate %} into calls, Babel reads the calls."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize


def templates(file: BinaryIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Any]:
    """The messages of one template, as Babel's extraction methods give them."""
    calls = templatize(file.read().decode())
    flat = "\n".join(line.strip() for line in calls.splitlines())
    return extract_python(BytesIO(flat.encode()), keywords, comment_tags, options)
