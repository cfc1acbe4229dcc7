"""The secretary's and the clerk's part: sign, number, send."""

from workflow.actions import signing
from workflow.actions.opening import Confirmation
from workflow.management.walkthrough.cast import Unit
from workflow.management.walkthrough.stage import Story
from workflow.models import Person, Report


def sign(unit: Unit, actor: Person | None = None) -> Report:
    """The secretary confirms his identity and signs the submitted revision."""
    actor, now = actor or unit.secretary, unit.stage.now
    return signing.sign(
        report_id=unit.report_id,
        actor=actor,
        revision_id=unit.revision_id,
        confirmed=Confirmation(actor.pk, now),
        self_signing_confirmed=True,
        now=now,
    )


def issue(unit: Unit, number: int | None = None) -> None:
    """The clerk, or the secretary where there is none, numbers and sends."""
    signing.issue(
        report_id=unit.report_id,
        actor=unit.clerk or unit.secretary,
        revision_id=unit.revision_id,
        number=number,
        now=unit.stage.now,
    )


def sent(unit: Unit) -> Story:
    """Signed and sent: by the clerk the same day, or at once by the secretary of a unit without one."""
    actor, stage = unit.secretary, unit.stage
    if unit.clerk is not None:
        sign(unit)
        yield stage.later(hours=2)
        issue(unit)
    else:
        signing.sign_and_issue(
            report_id=unit.report_id,
            actor=actor,
            revision_id=unit.revision_id,
            confirmed=Confirmation(actor.pk, stage.now),
            self_signing_confirmed=True,
            now=stage.now,
        )
    yield stage.later(hours=1)
