"""How figures are put together and printed."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

__all__ = ["Bound", "median", "print_table", "verdict"]


@dataclass(frozen=True, slots=True)
class Bound:
    """A ratio and what it has to be: at most `limit`, or at least."""

    what: str
    ratio: float
    limit: float
    at_least: bool = False

    @property
    def held(self) -> bool:
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        return f"{'held  ' if self.held else 'BROKEN'}  {self.what}: {self.ratio:.2f} (bound {sign} {self.limit:g})"


def print_table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under their titles; the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(titles, *rows, strict=True)]
    for row in (titles, *rows):
        first, *others = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
        print("  ".join([row[0].ljust(len(first)), *others]))
    print()


def verdict(bounds: Sequence[Bound]) -> int:
    """Print the bounds; returns the exit code."""
    for bound in bounds:
        print(bound)
    sys.stdout.flush()
    return 0 if all(bound.held for bound in bounds) else 1
