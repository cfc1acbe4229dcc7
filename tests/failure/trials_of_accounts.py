"""What is done with accounts."""

from datetime import date
from typing import Any

from tests.builders import NOW, World
from tests.failure.trials import in_world
from workflow.actions import accounts, people
from workflow.actions.ledger import OrganizationDraft
from workflow.choices import OrganizationKind, Role, Verb

OLD, NEW = "Chiếc-lá-cuối-thu", "mưa rơi trên Yên Bái"


def held(world: World) -> dict[str, Any]:
    """A signer who has set a password of his own after a code."""
    code = accounts.issue_code(person_id=world.hung.pk, actor=world.xuan, now=NOW)
    world.hung.refresh_from_db()
    accounts.change_password(actor=world.hung, current=code, new=NEW, again=NEW, address="10.0.0.1", now=NOW)
    return {"person_id": world.hung.pk, "actor": world.ngoc}


def known(world: World) -> dict[str, Any]:
    world.lan.set_password(OLD)
    world.lan.save()
    return {"actor": world.lan, "new": NEW}


def new_person(world: World) -> dict[str, Any]:
    return {
        "organization_id": world.cell.pk, "actor": world.xuan, "username": "pao.lv", "full_name": "Lò Văn Páo",
        "phone": "", "email": "", "role": Role.DRAFTER, "since": date(2026, 6, 1),
    }  # fmt: skip


def new_unit(world: World) -> dict[str, Any]:
    draft = OrganizationDraft(
        code="so-y-te", parent="duk", name="Chi bộ Sở Y tế", kind=OrganizationKind.GRASSROOTS_CELL, place="Yên Bái"
    )
    return {"parent_id": world.duk.pk, "actor": world.xuan, "draft": draft}


ACCOUNT_TRIALS = [
    in_world(Verb.ISSUE_CODE, accounts.issue_code, lambda world: {"person_id": world.hung.pk, "actor": world.xuan}),
    in_world(
        Verb.RENAME_PERSON,
        accounts.rename_person,
        lambda world: {"person_id": world.hung.pk, "actor": world.xuan, "full_name": "Nguyễn Văn Hùng"},
    ),
    in_world(Verb.RELEASE_SIGNING, accounts.release_signing, held),
    in_world(Verb.CHANGE_PASSWORD, accounts.set_password, known),
    in_world(Verb.GRANT_SEAT, people.register_person, new_person),
    in_world(Verb.REGISTER_ORGANIZATION, people.register_below, new_unit),
]
