"""The letter that urges the late units: drafted by the clock, checked, signed, numbered and sent; or discarded."""

from datetime import datetime

from workflow import errors
from workflow.actions import urging
from workflow.actions.opening import Confirmation
from workflow.choices import Role, Verb
from workflow.flows.overdue import overdue_units
from workflow.management.walkthrough.intake import Office
from workflow.management.walkthrough.story import NotPlayed, Story
from workflow.models import Notice, Person, UrgingLetter

# The letters of the committee's book that were not written with this system come before it.
NUMBER = 665


def urged(office: Office, at: datetime, send_before: datetime) -> Story:
    """The officer gives the units a little less time and a telephone number; the secretary signs, the clerk numbers."""
    yield at
    stage, campaign, officer = office.stage, office.campaign, office.officers[0]
    letter = drafted_by_clock(office)
    clerk = office.cast.holder(campaign.issuer_id, Role.CLERK)
    secretary = office.cast.holder(campaign.issuer_id, Role.SECRETARY)
    stage.refused(
        clerk, Verb.ISSUE_URGING, campaign.number, lambda: _issue(office, letter, clerk), errors.LetterNotSigned
    )  # fmt: skip
    changed = urging.edit_urging(
        campaign_id=campaign.pk,
        letter_id=letter.pk,
        version=letter.version,
        actor=officer,
        body=f"{letter.body}\n\n{_contact(office)}",
        send_before=send_before,
        now=stage.now,
    )
    yield stage.later(hours=1)
    stage.refused(
        secretary, Verb.SIGN_URGING, campaign.number, lambda: _sign(office, letter, secretary), errors.StaleRevision
    )  # fmt: skip
    _sign(office, changed, secretary)
    yield stage.later(hours=2)
    _issue(office, letter, clerk, NUMBER)
    yield stage.later()
    _heard_by_its_units_only(letter)


def drafted_by_clock(office: Office) -> UrgingLetter:
    """The open letter to exactly the units that are overdue. Raises NotPlayed when there is none of the clock's."""
    letter = UrgingLetter.objects.filter(campaign=office.campaign, document__isnull=True, made_by__isnull=True).first()
    if letter is None:
        raise NotPlayed(f"the clock has drafted no letter about {office.campaign.number}")
    late = [unit.report_id for unit in overdue_units(office.campaign.pk, office.stage.now)]
    if [line["report"] for line in letter.annex] != late:
        raise NotPlayed("the annex does not name the units that are overdue")
    return letter


def _contact(office: Office) -> str:
    officer = office.officers[-1]
    return (
        "Trong quá trình thực hiện, nếu có vướng mắc, đề nghị các đơn vị liên hệ đồng chí"
        f" {officer.full_name}, điện thoại {officer.phone}."
    )


def _sign(office: Office, letter: UrgingLetter, secretary: Person) -> None:
    urging.sign_urging(
        campaign_id=office.campaign.pk,
        letter_id=letter.pk,
        version=letter.version,
        actor=secretary,
        confirmed=Confirmation(secretary.pk, office.stage.now),
        now=office.stage.now,
    )


def _issue(office: Office, letter: UrgingLetter, clerk: Person, number: int | None = None) -> None:
    urging.issue_urging(
        campaign_id=office.campaign.pk, letter_id=letter.pk, actor=clerk, number=number, now=office.stage.now
    )  # fmt: skip


def _heard_by_its_units_only(letter: UrgingLetter) -> None:
    told = Notice.objects.filter(event__verb=Verb.ISSUE_URGING, event__facts__letter=letter.pk)
    units = {line["organization"] for line in letter.annex}
    people = Person.objects.filter(notices__in=told)
    if {unit for unit in units if not people.filter(seats__organization=unit).exists()}:
        raise NotPlayed("a unit of the annex was not told of the letter")
    if people.exclude(seats__organization__in=units).exists():
        raise NotPlayed("somebody was told of a letter to others")


def discarded(office: Office, at: datetime) -> Story:
    """The office has agreed with the late units by telephone; the clock's draft is not needed."""
    yield at
    letter = drafted_by_clock(office)
    urging.discard_urging(
        campaign_id=office.campaign.pk,
        letter_id=letter.pk,
        version=letter.version,
        actor=office.officers[0],
        now=office.stage.now,
    )
