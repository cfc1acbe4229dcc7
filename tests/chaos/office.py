"""The committees and units at work: everything through actions, each noted in the ledger when it has gone through."""

import random
import threading
from datetime import date, datetime, time, timedelta
from itertools import count
from time import monotonic

from django.db import connection
from django.utils import timezone

from tests.chaos.cast import COMMITTEES
from tests.chaos.ledger import Ledger, Request, Step
from tests.scenarios.plain_clock import HANOI, PlainClock, PlainReport, PlainRung
from workflow.actions import campaigns, drafting, intake, preparing, signing
from workflow.actions.notices import resend_notices
from workflow.actions.opening import Confirmation
from workflow.actions.outlines import OutlineDraft, SectionDraft
from workflow.choices import ReviewMode, Role, SectionKind
from workflow.delivery.failures import failures_of
from workflow.models import Campaign, Delivery, Entry, Event, Person, Report, Rung, Section
from workflow.rules.ladder import HOUSE_LADDER, RungSpec

OUTLINE = OutlineDraft(
    title="Đề cương",
    sections=[SectionDraft(key="I", numbering="I", heading="Kết quả", kind=SectionKind.NARRATIVE)],
)
# No rung may come while the run lasts.
FAR_FROM_NOW = 3
# A new request now and then; and how many units are reminded at once.
SELDOM, MOST_REQUESTS, REMINDED = 40, 12, 15


def let_time_pass() -> None:
    """What waits for the morning, for its digest or for another attempt is due."""
    now = timezone.now()
    Delivery.objects.filter(state="WAITING", next_attempt_at__gt=now).update(next_attempt_at=now)


class Office:
    """`desk`: one thing at a time, so that the ledger's order is that of the deeds."""

    def __init__(self, ledger: Ledger, begins: datetime, chance: random.Random, *, most_on_its_way: int) -> None:
        self.cast, self.ledger, self.begins, self.chance = ledger.cast, ledger, begins, chance
        self.most_on_its_way = most_on_its_way
        self.numbers = count(1)
        self.seconds: list[tuple[float, float]] = []  # when a draft was saved or a report signed, how long it took
        self.failure: BaseException | None = None
        self.desk = threading.Lock()
        self.turns = count(1)

    # In the calm between two workers.

    def open_request(self, issuer: str, now: datetime) -> Request:
        """A request that went out long ago and falls due about today."""
        officer, number = self._holder(issuer, Role.OFFICER), next(self.numbers)
        campaign = preparing.prepare_campaign(
            issuer_id=self.cast.places[issuer], actor=officer, subject=f"V/v báo cáo {number}", now=self.begins
        )
        ladder = [
            RungSpec(one.offset_working_days, self._hour(now), one.audience, one.desk, one.letter)
            for one in HOUSE_LADDER
        ]
        preparing.edit_campaign(
            campaign_id=campaign.pk,
            actor=officer,
            fields={
                "number": f"{number}-CV/{issuer}",
                "date": self.begins.date(),
                "review_mode": ReviewMode.NONE,
                "deadline_text": "Theo công văn",
            },
            last_day=self._due_day(now),
            consolidation_day=now.date() + timedelta(days=200),
            outline=OUTLINE,
            ladder=ladder,
            now=self.begins,
        )
        opened = campaigns.open_campaign(campaign_id=campaign.pk, actor=officer, now=self.begins)
        return self._note(opened, issuer, ladder)

    def _note(self, campaign: Campaign, issuer: str, ladder: list[RungSpec]) -> Request:
        assert campaign.due is not None
        assert campaign.answers is not None
        codes = {pk: code for code, pk in self.cast.places.items()}
        reports = dict(Report.objects.filter(campaign=campaign).values_list("organization_id", "pk"))
        by_unit = {codes[unit]: pk for unit, pk in reports.items()}
        assert set(by_unit) == set(self.cast.units[issuer])
        rungs = {(rung.desk, rung.offset): rung.pk for rung in Rung.objects.filter(campaign=campaign)}
        hours = {(one.desk, one.offset_working_days): one for one in ladder}
        clock = PlainClock(
            days_off=self.cast.days_off,
            days_worked=set(),
            campaign_due=campaign.due,
            mark=self.begins,
            reports={unit: PlainReport(due=campaign.due, due_set_at=self.begins) for unit in by_unit},
            rungs={place: PlainRung(one.hour, self.begins) for place, one in hours.items()},
        )
        steps = {place: Step(rungs[place], frozenset(one.audience), one.letter) for place, one in hours.items()}
        request = Request(campaign.pk, issuer, by_unit, clock, steps)
        own = campaign.answers
        happened = self.ledger.happened
        for report, unit in [*((pk, unit) for unit, pk in by_unit.items()), (own.pk, issuer)]:
            self.ledger.reports[report] = (unit, issuer)
            happened["report", report, "set_up"] += 1
        happened["campaign", campaign.pk, "edit"] += 2
        happened["campaign", campaign.pk, "open"] += 1
        happened["campaign", own.campaign_id, "open"] += 1
        self.ledger.houses[own.campaign_id] = issuer
        self.ledger.requests[request.id] = request
        return request

    def _hour(self, now: datetime) -> time:
        """A quarter of an hour in the day, hours away from now."""
        local = now.astimezone(HANOI)
        day = [time(hour, quarter) for hour in range(7, 20) for quarter in (0, 15, 30, 45)]
        return self.chance.choice([one for one in day if abs(one.hour - local.hour) >= FAR_FROM_NOW])

    def _due_day(self, now: datetime) -> date:
        return now.astimezone(HANOI).date() + timedelta(days=self.chance.randint(-8, 6))

    def _new_due(self, now: datetime) -> datetime:
        """About today, and never the same twice."""
        return datetime.combine(self._due_day(now), time(12), HANOI) + timedelta(seconds=next(self.numbers))

    def move_a_deadline(self, now: datetime) -> None:
        """All units of a request have another due, on which the ladder begins anew."""
        request = self._watched()
        due, at = self._new_due(now), self._a_moment_long_ago()
        leader = self._holder(request.issuer, Role.LEADER)
        campaigns.amend(campaign_id=request.id, actor=leader, due=due, now=at)
        self.ledger.happened["campaign", request.id, "amend"] += 1
        for report in request.clock.reports.values():
            moves = report.due < due or report.due == request.clock.campaign_due
            if not report.sent and moves:
                report.due, report.due_set_at = due, at
        request.clock.campaign_due = due

    def _watched(self) -> Request:
        return self.chance.choice([one for one in self.ledger.requests.values() if one.watched])

    def _a_moment_long_ago(self) -> datetime:
        return self.begins + timedelta(days=1, seconds=next(self.numbers))

    def to_the_secretary(self, request: Request, unit: str, now: datetime) -> None:
        """A report that has waited at the secretary's desk for a week."""
        report, drafter = request.reports[unit], self._holder(unit, Role.DRAFTER)
        came = now.replace(microsecond=0) - timedelta(days=self.chance.randint(7, 12), seconds=next(self.numbers))
        self._save(report, drafter, came)
        drafting.submit_for_signing(report_id=report, actor=drafter, now=came)
        self.ledger.happened["report", report, "submit_for_signing"] += 1
        plain = request.clock.reports[unit]
        plain.state, plain.came = "SIGNING", came

    def sign_one(self, now: datetime) -> None:
        """A watched report is signed and sent; nobody is reminded of it any more."""
        ready = [
            (request, unit)
            for request in self.ledger.requests.values()
            for unit, plain in request.clock.reports.items()
            if request.watched and plain.state == "SIGNING"
        ]
        if not ready:
            return
        request, unit = self.chance.choice(ready)
        report, secretary = request.reports[unit], self._holder(unit, Role.SECRETARY)
        revision = Report.objects.get(pk=report).current_revision_id
        assert revision is not None
        began = monotonic()
        signing.sign(
            report_id=report,
            actor=secretary,
            revision_id=revision,
            confirmed=Confirmation(person_id=secretary.pk, at=now),
            now=now,
        )
        self.seconds.append((began, monotonic() - began))
        signing.issue(report_id=report, actor=secretary, revision_id=revision, now=now)
        self.ledger.happened["report", report, "sign"] += 1
        self.ledger.happened["report", report, "issue"] += 1
        plain = request.clock.reports[unit]
        plain.state, plain.sent, plain.came = "SENT", True, None

    def send_again(self, now: datetime) -> int:
        """Have what was given up sent again, request by request, as the office would; how many."""
        issuers = {request.id: request.issuer for request in self.ledger.requests.values()} | self.ledger.houses
        again = 0
        for campaign, issuer in issuers.items():
            if failures_of(campaign).exists():
                officer = self._holder(issuer, Role.OFFICER)
                again += resend_notices(campaign_id=campaign, actor=officer, now=now)
                self.ledger.happened["campaign", campaign, "resend_notices"] += 1
        return again

    # While workers run: nothing here changes who is to be reminded of what.

    def work(self, stop: threading.Event) -> None:
        """Go on until told to stop; what is told to others, no faster than mails go out."""
        try:
            while not stop.is_set():
                let_time_pass()
                enough = self.backlog() > self.most_on_its_way
                with self.desk:
                    turn = next(self.turns)
                    if turn % 2 or enough:
                        self._write()
                    elif turn % SELDOM == 0 and len(self.ledger.requests) < MOST_REQUESTS:
                        self.open_request(self.chance.choice(COMMITTEES), timezone.now())
                    else:
                        self._remind(REMINDED)
                stop.wait(0.2 if enough else 0.02)
        except BaseException as failure:
            self.failure = failure
        finally:
            connection.close()

    def backlog(self) -> int:
        waiting = Event.objects.filter(fanned_out=False).count()
        return waiting + Delivery.objects.filter(next_attempt_at__isnull=False).count()

    def tell_many(self) -> None:
        with self.desk:
            self._remind(len(self.cast.seats))

    def _remind(self, most: int) -> None:
        request = self.chance.choice(list(self.ledger.requests.values()))
        drafts = [request.reports[unit] for unit, plain in request.clock.reports.items() if plain.state == "DRAFT"]
        some = sorted(self.chance.sample(drafts, min(most, len(drafts))))
        answers = intake.remind_all(
            report_ids=some, actor=self._holder(request.issuer, Role.OFFICER), now=timezone.now()
        )
        assert all(answer.refusal is None for answer in answers), answers
        self.ledger.happened.update(("report", report, "remind") for report in some)

    def _write(self) -> None:
        request = self.chance.choice(list(self.ledger.requests.values()))
        unit = self.chance.choice(self.cast.writers(request.issuer))
        if request.clock.reports[unit].state == "DRAFT":
            began = monotonic()
            self._save(request.reports[unit], self._holder(unit, Role.DRAFTER), timezone.now())
            self.seconds.append((began, monotonic() - began))

    def _save(self, report: int, drafter: Person, now: datetime) -> None:
        section = Section.objects.get(outline__campaigns__reports=report)
        written = Entry.objects.filter(report=report, section=section).first()
        drafting.save_entry(
            report_id=report,
            actor=drafter,
            section_id=section.pk,
            version=written.version if written else 0,
            text=f"Chi bộ đã quán triệt, lần {next(self.numbers)}.",
            now=now,
        )
        # One for half an hour, and no run is as long.
        self.ledger.happened["report", report, "edited"] = 1

    def _holder(self, place: str, role: Role) -> Person:
        person = self.cast.holder(place, role)
        assert person is not None
        return person
