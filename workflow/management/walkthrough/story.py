"""A story, and how it may go wrong."""

from collections.abc import Generator
from datetime import datetime

# A story yields the moment at which it goes on.
Story = Generator[datetime, None, None]


class NotPlayed(Exception):
    """A story did not go as it is told."""


class NotRefused(NotPlayed):
    """Something that had to be refused was done."""
