"""One text for one content, so that a revision can be hashed, compared and signed."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any


def canonical_json(value: Any) -> str:
    """The JSON text of a value that does not depend on key order, Unicode form, number notation or time zone.

    Keys sorted, strings NFC, numbers as strings (1.50 → "1.5", -0 → "0"), days ISO, instants ISO in UTC
    with Z, no spaces. Reading it back and writing it again gives the same text.
    Raises TypeError for floats, keys that are not text and unknown types; ValueError for NaN, infinity,
    instants without a zone and keys that become one in NFC.
    """
    return json.dumps(_canonical(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_hash(text: str) -> str:
    """SHA-256 of the UTF-8 bytes, 64 lower-case hex digits."""
    return bytes_hash(text.encode())


def bytes_hash(content: bytes) -> str:
    """SHA-256 of a file's bytes, 64 lower-case hex digits."""
    return hashlib.sha256(content).hexdigest()


def plain_number(number: Decimal | int) -> str:
    """Digits without exponent, without trailing zeros after the point and without a negative zero."""
    if isinstance(number, int):
        return str(int(number))
    if not number.is_finite():
        raise ValueError(f"not a finite number: {number}")
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def decimal_places(number: Decimal | int) -> int:
    """Places after the point that are needed to write the number: 1.50 → 1, 1E+3 → 0."""
    return len(plain_number(number).partition(".")[2])


def _canonical(value: Any) -> Any:
    match value:
        case None | bool():
            return value
        case str():
            return unicodedata.normalize("NFC", value)
        case int() | Decimal():
            return plain_number(value)
        case datetime():
            return _instant(value)
        case date():
            return value.isoformat()
        case Mapping():
            return _object(value)
        case list() | tuple():
            return [_canonical(item) for item in value]
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical form")


def _instant(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _object(pairs: Mapping[Any, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs.items():
        if not isinstance(key, str):
            raise TypeError(f"a key must be text, not {type(key).__name__}")
        name = unicodedata.normalize("NFC", key)
        if name in result:
            raise ValueError(f"two keys fall together: {name!r}")
        result[name] = _canonical(value)
    return result
