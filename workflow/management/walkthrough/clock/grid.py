"""A table as text, as wide as what stands in it."""

from collections.abc import Collection, Iterator, Sequence


def heading(words: str) -> str:
    return f"■ {words}"


def grid(head: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Collection[int] = ()) -> Iterator[str]:
    """The head, a line and the rows; the columns `numbers`, counted from 0, stand to the right."""
    widths = [max(len(row[place]) for row in [head, *rows]) for place in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        padded = [
            cell.rjust(width) if place in numbers else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return f"  {'  '.join(padded)}".rstrip()

    yield line(head)
    yield f"  {'─' * (sum(widths) + 2 * len(widths) - 2)}"
    yield from map(line, rows)
