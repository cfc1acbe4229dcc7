"""An example, once read, brought into the database through the same actions as the screens use."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction
from django.db.models.fields.files import FieldFile

from workflow.actions.attachments import attach_to_request
from workflow.actions.outlines import OutlineDraft
from workflow.actions.preparing import edit_campaign, prepare_campaign
from workflow.actions.register import Registered, register
from workflow.choices import RUNNING, CampaignState, Role
from workflow.flows.inputs import seats_on
from workflow.management.examples.example import Example, OutlineText, RequestDraft
from workflow.models import Campaign, Organization, Person, Report


@dataclass(slots=True)
class Loaded:
    """What came of an example: rows of the register, and its requests by number."""

    registered: Registered
    prepared: list[str] = field(default_factory=list)
    present: list[str] = field(default_factory=list)
    waiting: list[RequestDraft] = field(default_factory=list)

    @property
    def unchanged(self) -> bool:
        return not self.prepared and not any([*self.registered.made.values(), *self.registered.changed.values()])


def load(example: Example, now: datetime) -> Loaded:
    """Register everybody and prepare every request that can be prepared; all or nothing.

    A request that is there already is the office's and stays as it is. One that answers another waits until that is
    open: its sections feed the upper outline, and it answers a report that only then exists.
    """
    kept: list[FieldFile] = []
    try:
        with transaction.atomic():
            loaded = Loaded(
                register(
                    organizations=list(example.organizations.values()),
                    people=list(example.people.values()),
                    seats=example.seats,
                    terms=example.terms,
                    calendar=example.calendar,
                    actor=None,
                    now=now,
                )
            )
            for request in example.requests.values():
                _load_request(loaded, example, request, kept, now)
    except BaseException:
        for file in kept:
            file.storage.delete(str(file.name))
        raise
    return loaded


def _load_request(
    loaded: Loaded, example: Example, request: RequestDraft, kept: list[FieldFile], now: datetime
) -> None:
    if find_request(request) is not None:
        loaded.present.append(request.number)
    elif request.answers and upper_report(example, request) is None:
        loaded.waiting.append(request)
    else:
        prepare_request(example, request, now, kept)
        loaded.prepared.append(request.number)


def find_request(request: RequestDraft) -> Campaign | None:
    """The campaign that was made of this request, unless it was cancelled."""
    made = Campaign.objects.filter(issuer__code=request.issuer, number=request.number, house=False)
    return made.exclude(state=CampaignState.CANCELLED).first()


def upper_report(example: Example, request: RequestDraft) -> Report | None:
    """The issuer's own report in the running request that this one answers."""
    upper = find_request(example.requests[request.answers])
    if upper is None or upper.state not in RUNNING:
        return None
    return Report.objects.filter(campaign=upper, organization__code=request.issuer).first()


def officer_of(code: str, now: datetime) -> Person:
    """The officer of an organisation who has held the seat longest."""
    seats = Organization.objects.get(code=code).seats.filter(seats_on(now), role=Role.OFFICER)
    return seats.select_related("person").order_by("since", "pk")[0].person


def prepare_request(
    example: Example, request: RequestDraft, now: datetime, kept: list[FieldFile] | None = None
) -> Campaign:
    """Prepare the campaign of one request as its officer would; what it answers has to be open. `kept` grows by files.

    Raises IndexError while the issuer has no officer.
    """
    actor = officer_of(request.issuer, now)
    codes: dict[str, int] = dict(Organization.objects.values_list("code", "pk"))
    answered = upper_report(example, request) if request.answers else None
    with transaction.atomic():
        campaign = prepare_campaign(
            issuer_id=codes[request.issuer], actor=actor, subject=request.fields["subject"], now=now
        )
        campaign = edit_campaign(
            campaign_id=campaign.pk,
            actor=actor,
            fields=dict(request.fields),
            last_day=request.last_day,
            consolidation_day=request.consolidation_day,
            answers_id=None if answered is None else answered.pk,
            audience_units=[codes[unit] for unit in request.audience.units],
            outline=outline_of(request.outline, codes),
            ladder=example.ladders[request.ladder],
            now=now,
        )
        for file in request.files:
            attachment = attach_to_request(
                campaign_id=campaign.pk,
                actor=actor,
                title=file.title,
                source=file.source,
                name=file.path.name,
                content=file.path.read_bytes(),
                declared=True,
                now=now,
            )
            if kept is not None:
                kept.append(attachment.file)
    return campaign


def outline_of(outline: OutlineText, codes: Mapping[str, int]) -> OutlineDraft:
    """The outline with organisations by id."""
    sections = [
        replace(section, audience_units=[codes[unit] for unit in outline.units.get(section.key, ())])
        for section in outline.draft.sections
    ]
    indicators = [
        replace(one, owner=codes[outline.owners[one.code]] if one.code in outline.owners else None)
        for one in outline.draft.indicators
    ]
    return replace(outline.draft, sections=sections, indicators=indicators)
