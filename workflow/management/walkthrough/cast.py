"""The persons on the stage: who holds which seat, and a unit with what it knows of its own report."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from workflow.choices import Role
from workflow.flows.asked import AskedOutline, asked_outline
from workflow.flows.inputs import seats_on
from workflow.management.examples.example import Material
from workflow.management.walkthrough.content import Pen
from workflow.management.walkthrough.stage import Stage
from workflow.models import Campaign, Entry, Organization, Person, Report, Seat, Section


class Cast:
    """Who holds which seat on a day, read at once."""

    def __init__(self, now: datetime) -> None:
        self._holders: dict[tuple[int, str], list[Person]] = defaultdict(list)
        seats = Seat.objects.filter(seats_on(now)).select_related("person").order_by("since", "pk")
        for seat in seats:
            holders = self._holders[seat.organization_id, seat.role]
            if seat.person not in holders:
                holders.append(seat.person)

    def holders(self, organization_id: int, role: Role) -> Sequence[Person]:
        return self._holders.get((organization_id, role), [])

    def holder(self, organization_id: int, role: Role) -> Person:
        """The first holder of a seat. Raises IndexError when nobody holds it."""
        return self.holders(organization_id, role)[0]


class Unit:
    """One organisation with its report of one campaign, as its own people see it."""

    def __init__(self, stage: Stage, cast: Cast, campaign: Campaign, organization: Organization, material: Material):
        self.stage, self.cast, self.campaign, self.organization = stage, cast, campaign, organization
        self.material = material
        self.report_id = Report.objects.get(campaign=campaign, organization=organization).pk
        self.drafter = self._first_drafter()
        self._versions: dict[int, int] = {}
        self._pen: Pen | None = None
        self._outline: AskedOutline | None = None

    def __str__(self) -> str:
        return self.organization.name

    def _first_drafter(self) -> Person:
        """A drafter who is not the secretary, where there is one."""
        drafters = self.holders(Role.DRAFTER)
        return next((person for person in drafters if person != self.secretary), drafters[0])

    def holders(self, role: Role) -> Sequence[Person]:
        return self.cast.holders(self.organization.pk, role)

    @property
    def secretary(self) -> Person:
        return self.cast.holder(self.organization.pk, Role.SECRETARY)

    @property
    def deputy(self) -> Person:
        """The deputy, or the secretary where there is none."""
        return next(iter(self.holders(Role.DEPUTY)), self.secretary)

    @property
    def clerk(self) -> Person | None:
        return next(iter(self.holders(Role.CLERK)), None)

    @property
    def officer(self) -> Person:
        """The issuer's officer who follows this unit: the officers share the units."""
        officers = self.cast.holders(self.campaign.issuer_id, Role.OFFICER)
        return officers[self.organization.pk % len(officers)]

    @property
    def leader(self) -> Person:
        return self.cast.holder(self.campaign.issuer_id, Role.LEADER)

    @property
    def report(self) -> Report:
        """The report as it stands now in the database."""
        return Report.objects.select_related("campaign", "organization").get(pk=self.report_id)

    @property
    def revision_id(self) -> int:
        """The revision that the screens are built from. Raises ValueError before the first hand-over."""
        found = Report.objects.values_list("current_revision_id", flat=True).get(pk=self.report_id)
        if found is None:
            raise ValueError(f"{self} has handed nothing over")
        return found

    @property
    def outline(self) -> AskedOutline:
        """What the unit is asked, as it was when it last looked."""
        if self._outline is None:
            self._outline = asked_outline(self.report)
        return self._outline

    def look_again(self) -> None:
        """Read the request anew: an amendment may have added to it."""
        self._outline = None

    @property
    def pen(self) -> Pen:
        if self._pen is None:
            self._pen = Pen(self.material, self.organization, self.outline, self.stage.chance)
        return self._pen

    def version(self, section: Section) -> int:
        """The version of a section that the unit's screen shows: the one saved last."""
        return self._versions.get(section.pk, 0)

    def saved(self, entry: Entry) -> None:
        self._versions[entry.section_id] = entry.version
