"""A hash as people read it out."""

CHARACTERS, GROUP = 16, 4


def code_of(sha256: str) -> str:
    """Its first characters in groups: 7F3A-91C2-0B5D-4E88."""
    text = sha256[:CHARACTERS].upper()
    return "-".join(text[start : start + GROUP] for start in range(0, CHARACTERS, GROUP))
