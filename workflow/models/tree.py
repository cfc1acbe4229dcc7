"""The organisation tree: every recursive query stands here."""

from collections.abc import Iterable
from datetime import date

from django.db import connection


def below(root_id: int, day: date) -> dict[int, int]:
    """Active organisations below the root on a day, without it: id → depth (1 = direct child)."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE tree (id, depth) AS (
                SELECT %s::bigint, 0
                UNION ALL
                SELECT child.id, tree.depth + 1 FROM workflow_organization child JOIN tree ON child.parent_id = tree.id
                 WHERE child.active_from <= %s AND (child.active_until IS NULL OR child.active_until >= %s))
            SELECT id, depth FROM tree WHERE depth > 0
            """,
            [root_id, day, day],
        )
        return dict(cursor.fetchall())


def overlaps(ids: Iterable[int]) -> list[tuple[str, str]]:
    """Names of a unit and a superior of it that are both among the ids."""
    with connection.cursor() as cursor:
        cursor.execute(
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
        return list(cursor.fetchall())


def above(organization_id: int) -> list[int]:
    """Ids of the organisations above one, nearest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE line (id, depth) AS (
                SELECT parent_id, 1 FROM workflow_organization WHERE id = %s AND parent_id IS NOT NULL
                UNION ALL
                SELECT organization.parent_id, line.depth + 1 FROM workflow_organization organization
                  JOIN line ON organization.id = line.id WHERE organization.parent_id IS NOT NULL)
            SELECT id FROM line ORDER BY depth
            """,
            [organization_id],
        )
        return [row[0] for row in cursor.fetchall()]


def calendar_lines(organization_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """By each organisation: those on its line upwards that have calendar days of their own, itself first."""
    ids = list(organization_ids)
    lines: dict[int, tuple[int, ...]] = dict.fromkeys(ids, ())
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE line (unit_id, id, depth) AS (
                SELECT unit_id, unit_id, 0 FROM unnest(%s::bigint[]) AS unit_id
                UNION ALL
                SELECT line.unit_id, organization.parent_id, line.depth + 1 FROM workflow_organization organization
                  JOIN line ON organization.id = line.id WHERE organization.parent_id IS NOT NULL)
            SELECT unit_id, array_agg(id ORDER BY depth) FROM line
             WHERE id IN (SELECT organization_id FROM workflow_calendarday WHERE organization_id IS NOT NULL)
             GROUP BY unit_id
            """,
            [sorted(set(ids))],
        )
        lines.update((unit_id, tuple(line)) for unit_id, line in cursor.fetchall())
    return lines


def found_below(root_ids: Iterable[int], folded: str, limit: int) -> list[int]:
    """Ids at or below the roots whose folded name holds the text, by name, at most `limit`; merged ones too."""
    pattern = "%" + folded.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
    with connection.cursor() as cursor:
        cursor.execute(
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
        return [row[0] for row in cursor.fetchall()]


def lines_up(organization_ids: Iterable[int]) -> dict[int, list[int]]:
    """By each organisation: itself and those above it, nearest first. One query for however many."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE line (unit_id, id, depth) AS (
                SELECT unit_id, unit_id, 0 FROM unnest(%s::bigint[]) AS unit_id
                UNION ALL
                SELECT line.unit_id, organization.parent_id, line.depth + 1 FROM workflow_organization organization
                  JOIN line ON organization.id = line.id WHERE organization.parent_id IS NOT NULL)
            SELECT unit_id, array_agg(id ORDER BY depth) FROM line GROUP BY unit_id
            """,
            [sorted(set(organization_ids))],
        )
        return dict(cursor.fetchall())
