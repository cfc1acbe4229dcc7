"""The organisation tree as a registration brings it: parents before children, no circle, names kept by date."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from workflow.actions.ledger import Ledger, OrganizationDraft, apply, refuse
from workflow.choices import Verb
from workflow.models import Organization, OrganizationName
from workflow.models.sql import LOT
from workflow.rules.vietnamese import name_sort, normalize, search_fold

NAMES = ("name", "letterhead_name", "letterhead_above", "symbol")
_PLAIN = ("kind", "official_members", "has_seal", "four_eyes", "leader_opens", "active_from", "active_until")


def write_organizations(ledger: Ledger, drafts: Sequence[OrganizationDraft]) -> None:
    """Make or correct the organisations, generation by generation, with their first names."""
    renamed = _names_of(ledger)
    waiting = list(drafts)
    while waiting:
        ready = [draft for draft in waiting if not draft.parent or draft.parent in ledger.organizations]
        if not ready:
            refuse(_("no organisation has the code %(word)s"), waiting[0].parent)
        fresh = {
            draft.code: _new_organization(ledger, draft) for draft in ready if draft.code not in ledger.organizations
        }
        _correct(ledger, [draft for draft in ready if draft.code in ledger.organizations], renamed)
        Organization.objects.bulk_create(fresh.values())
        OrganizationName.objects.bulk_create(_first_name(row) for row in fresh.values())
        for code, row in fresh.items():
            ledger.organizations[code] = row
            ledger.made["organizations"] += 1
            ledger.tell(row.pk, Verb.REGISTER_ORGANIZATION, parent=row.parent_id)
        placed = {draft.code for draft in ready}
        waiting = [draft for draft in waiting if draft.code not in placed]


def _fields(ledger: Ledger, draft: OrganizationDraft) -> dict[str, Any]:
    texts = {name: normalize(getattr(draft, name)) for name in (*NAMES, "place")}
    return {
        **texts,
        **{name: getattr(draft, name) for name in _PLAIN},
        "letterhead_name": texts["letterhead_name"] or texts["name"].upper(),
        "parent_id": ledger.organizations[draft.parent].pk if draft.parent else None,
        "name_sort": name_sort(draft.name),
        "search_fold": search_fold(draft.name),
    }


def _new_organization(ledger: Ledger, draft: OrganizationDraft) -> Organization:
    return Organization(code=draft.code, **_fields(ledger, draft))


def _first_name(row: Organization) -> OrganizationName:
    return OrganizationName(organization=row, since=row.active_from, **{name: getattr(row, name) for name in NAMES})


def _names_of(ledger: Ledger) -> dict[int, list[OrganizationName]]:
    found: dict[int, list[OrganizationName]] = {}
    known = [row.pk for row in ledger.organizations.values()]
    for name in OrganizationName.objects.filter(organization__in=known).order_by("since"):
        found.setdefault(name.organization_id, []).append(name)
    return found


def _correct(ledger: Ledger, drafts: Sequence[OrganizationDraft], names: Mapping[int, list[OrganizationName]]) -> None:
    """Correct what is registered already; a name that was changed since, and an end, stay."""
    corrected, first_names, moved = [], [], False
    for draft in drafts:
        row, wanted = ledger.organizations[draft.code], _fields(ledger, draft)
        had = names.get(row.pk, [])
        if len(had) > 1:
            wanted = {name: value for name, value in wanted.items() if name not in {*NAMES, "name_sort", "search_fold"}}
        if wanted["active_until"] is None:
            del wanted["active_until"]
        different = apply(row, wanted)
        if different:
            corrected.append(row)
            moved = moved or "parent_id" in different
            ledger.changed["organizations"] += 1
            ledger.tell(row.pk, Verb.REGISTER_ORGANIZATION, changed=sorted(different))
        if len(had) == 1 and apply(had[0], {name: wanted[name] for name in NAMES}):
            first_names.append(had[0])
    if moved:
        _check_tree(corrected)
    if corrected:
        fields = [*NAMES, "place", "parent", "name_sort", "search_fold", *_PLAIN]
        Organization.objects.bulk_update(corrected, fields, batch_size=LOT)
    if first_names:
        OrganizationName.objects.bulk_update(first_names, NAMES, batch_size=LOT)


def _check_tree(corrected: Iterable[Organization]) -> None:
    """Refuse a move that would put an organisation below itself."""
    parents: dict[int, int | None] = dict(Organization.objects.values_list("pk", "parent_id"))
    parents |= {row.pk: row.parent_id for row in corrected}
    for row in corrected:
        passed: set[int] = set()
        place: int | None = row.pk
        while place is not None:
            if place in passed:
                refuse(_("%(word)s would lie below itself"), row.code)
            passed.add(place)
            place = parents[place]
