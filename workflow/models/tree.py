"""The organisation tree: every recursive query stands here."""

from collections.abc import Iterable
from datetime import date

from django.db.models.expressions import RawSQL

from workflow.models.sql import read

ALL_LEVELS = 1000
_BELOW = """
    WITH RECURSIVE tree (id, depth) AS (
        SELECT %s::bigint, 0
        UNION ALL
        SELECT child.id, tree.depth + 1 FROM workflow_organization child JOIN tree ON child.parent_id = tree.id
         WHERE child.active_from <= %s AND (child.active_until IS NULL OR child.active_until >= %s) AND tree.depth < %s)
    SELECT id FROM tree WHERE depth > 0
"""


def those_below(root_id: int, day: date, levels: int = ALL_LEVELS) -> RawSQL:
    """The active organisations below the root on a day, as a part of another query: so 52,000 ids stay where they are.

    `levels` 1 are its direct children.
    """
    return RawSQL(_BELOW, [root_id, day, day, levels])  # noqa: S611 – a text of our own


def below(root_id: int, day: date) -> set[int]:
    """Ids of the active organisations below the root on a day, without it."""
    return {found for (found,) in read(_BELOW, [root_id, day, day, ALL_LEVELS])}


def overlaps(ids: Iterable[int]) -> list[tuple[str, str]]:
    """Names of a unit and a superior of it that are both among the ids."""
    rows = read(
        """
        WITH RECURSIVE chosen AS (SELECT unnest(%s::bigint[]) AS id),
        above (unit_id, id) AS (
            SELECT chosen.id, organization.parent_id FROM chosen
              JOIN workflow_organization organization ON organization.id = chosen.id
             WHERE organization.parent_id IS NOT NULL
            UNION
            SELECT above.unit_id, organization.parent_id FROM above
              JOIN workflow_organization organization ON organization.id = above.id
             WHERE organization.parent_id IS NOT NULL)
        SELECT unit.name, superior.name FROM above
          JOIN chosen ON chosen.id = above.id
          JOIN workflow_organization unit ON unit.id = above.unit_id
          JOIN workflow_organization superior ON superior.id = above.id
         ORDER BY 1, 2
        """,
        [list(ids)],
    )
    return list(rows)


def above(organization_id: int) -> list[int]:
    """Ids of the organisations above one, nearest first."""
    return lines_up([organization_id])[organization_id][1:]


def calendar_lines(organization_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """By each organisation: those on its line upwards that have calendar days of their own, itself first."""
    ids = set(organization_ids)
    found = _lines(ids, with_days=True)
    return {one: tuple(found.get(one, ())) for one in ids}


def lines_up(organization_ids: Iterable[int]) -> dict[int, list[int]]:
    """By each organisation: itself and those above it, nearest first. One query for however many."""
    return _lines(organization_ids, with_days=False)


def _lines(organization_ids: Iterable[int], *, with_days: bool) -> dict[int, list[int]]:
    rows = read(
        """
        WITH RECURSIVE line (unit_id, id, depth) AS (
            SELECT unit_id, unit_id, 0 FROM unnest(%s::bigint[]) AS unit_id
            UNION ALL
            SELECT line.unit_id, organization.parent_id, line.depth + 1 FROM workflow_organization organization
              JOIN line ON organization.id = line.id WHERE organization.parent_id IS NOT NULL)
        SELECT unit_id, array_agg(id ORDER BY depth) FROM line
         WHERE NOT %s OR id IN (SELECT organization_id FROM workflow_calendarday WHERE organization_id IS NOT NULL)
         GROUP BY unit_id
        """,
        [sorted(set(organization_ids)), with_days],
    )
    return dict(rows)


def found_below(root_ids: Iterable[int], folded: str, limit: int) -> list[int]:
    """Ids at or below the roots whose folded name holds the text, by name, at most `limit`; merged ones too."""
    pattern = "%" + folded.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
    rows = read(
        """
        WITH RECURSIVE tree (id) AS (
            SELECT unnest(%s::bigint[])
            UNION
            SELECT child.id FROM workflow_organization child JOIN tree ON child.parent_id = tree.id)
        SELECT organization.id FROM workflow_organization organization JOIN tree USING (id)
         WHERE organization.search_fold LIKE %s ORDER BY organization.name_sort, organization.id LIMIT %s
        """,
        [list(root_ids), pattern, limit],
    )
    return [row[0] for row in rows]
