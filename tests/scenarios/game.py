"""Engine and plain model side by side: every verb is done by both, and everything that can be seen is compared."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from tests.builders import CAST, NOW, SINCE, prepared_campaign
from tests.refusals import snapshot
from tests.scenarios.engine import call
from tests.scenarios.plain_campaigns import CAMPAIGN_DESK, do_campaign
from tests.scenarios.plain_desk import DESK
from tests.scenarios.plain_model import RUNNING, Campaign, Report, Seat, World, local
from tests.scenarios.plain_verbs import do_report
from workflow import models
from workflow.actions import organizations, preparing
from workflow.choices import AudienceRule, ReviewMode, Role
from workflow.errors import RuleBroken
from workflow.models import Organization, Person
from workflow.queries.desk import waiting_for
from workflow.queries.integrity import check_integrity
from workflow.queries.report import holders
from workflow.queries.totals import campaign_totals
from workflow.queries.visible import visible_reports

# What a screen sends when nothing is wrong; days are counted from the moment of the verb.
EVERYTHING_FINE: dict[str, Any] = {
    "stale": False, "words": True, "again": False, "adopted": True, "explained": False, "kind": "AGREE",
    "remarks": 0, "said": 0, "tomorrow": False, "minutes": (2, 0, 0, 2), "number": None, "dated": 0,
    "confirmed": "now", "also_signs": True, "closes_in": 2, "due_in": 10, "moved_in": None, "grows": False,
    "grant": True, "person": "", "unit": "other", "figures": (45, 48),
}  # fmt: skip
OUTLINE = {"I.1", "I.2", "II", "III"}
# Revisions by their numbers, 0 for none.
SEEN_REPORTS = """
    SELECT report.id, state, due, original_due, sent_at, supplement_due, report.outline_version, included,
           started_at IS NOT NULL, coalesce(drafter.username, ''),
           coalesce(current.number, 0), coalesce(signed.number, 0), coalesce(sent.number, 0),
           coalesce(received.number, 0),
           coalesce((SELECT asked.number FROM workflow_supplement JOIN workflow_revision asked ON asked.id = revision_id
                      WHERE workflow_supplement.report_id = report.id AND closed_at IS NULL), 0),
           (SELECT count(*) FROM workflow_signature WHERE report_id = report.id AND void_at IS NULL),
           (SELECT count(*) FROM workflow_extension WHERE report_id = report.id AND decided_at IS NULL),
           (SELECT count(*) FROM workflow_lateness WHERE report_id = report.id AND excuse <> ''),
           (SELECT count(*) FROM workflow_reviewround WHERE report_id = report.id AND result = 'ADOPTED'),
           (SELECT count(*) FROM workflow_reviewround WHERE report_id = report.id AND closed_at IS NULL)
      FROM workflow_report report
      LEFT JOIN workflow_person drafter ON drafter.id = drafter_id
      LEFT JOIN workflow_revision current ON current.id = current_revision_id
      LEFT JOIN workflow_revision signed ON signed.id = signed_revision_id
      LEFT JOIN workflow_revision sent ON sent.id = sent_revision_id
      LEFT JOIN workflow_revision received ON received.id = received_revision_id
     WHERE report.id = ANY(%s)
"""
STAYING = {
    "open_request", "save_entry", "answer", "assign", "give_opinion", "enter_minutes", "include", "leave_out", "remind",
    "assign_officer", "ask_extension", "propose_extension", "decide_extension", "give_late_reason", "excuse_lateness",
}  # fmt: skip
REMARKS = {"return_for_revision", "return_signed", "request_supplement"}
CHECK_EVERY = 12


class Game:
    """The moment, the cast, the database's rows by the model's names, and the model."""

    def __init__(
        self, people: dict[str, Person], units: dict[str, Organization], tally: Counter[tuple[str, bool]] | None = None
    ) -> None:
        self.people, self.units = people, units
        self.tally = Counter() if tally is None else tally
        self.now = NOW
        self.sound = False
        self.done = self.told = 0
        seats = [Seat(person, unit, role, body, SINCE) for person in CAST for unit, role, body in CAST[person]]
        self.plain = World(seats, {name: [set(OUTLINE)] for name in ("main", "sub", "next")})
        self.campaign_ids: dict[str, int] = {}
        self.report_ids: dict[str, int] = {}

    # the beginning

    def begin(self, mode: str, lower: str, *, listed: bool) -> None:
        """The Khối's request runs, a party organisation gathers below for its own report, a third one is prepared."""
        units = ["cell", "party"] if listed else ["cell", "other", "party"]
        self.prepare("main", "duk", "dung", mode, "630-CV/ĐUK", units)
        self.try_campaign("open", "main", "dung", EVERYTHING_FINE)
        self.prepare("sub", "party", "thu", lower, "12-CV/ĐU", ["sub"], answers="main:party")
        self.try_campaign("open", "sub", "thu", EVERYTHING_FINE)
        self.prepare("next", "duk", "dung", "NONE", "700-CV/ĐUK", ["other"])
        since, until = date(2026, 6, 5), date(2026, 7, 20)
        organizations.appoint_stand_in(
            organization_id=self.units["cell"].pk, actor=self.people["hung"], person_id=self.people["binh"].pk,
            since=since, until=until, basis="Phân công của chi ủy", now=self.now,
        )  # fmt: skip
        self.plain.seats.append(Seat("binh", "cell", "stand-in", since=since, until=until))

    def prepare(
        self, name: str, issuer: str, officer: str, mode: str, number: str, units: list[str], answers: str = ""
    ) -> None:
        upper = models.Report.objects.get(pk=self.report_ids[answers]) if answers else None
        row = prepared_campaign(
            self.units[issuer], self.people[officer], mode=ReviewMode(mode), number=number, answers=upper
        )
        row = preparing.edit_campaign(
            campaign_id=row.pk, actor=self.people[officer], fields={"audience": AudienceRule.LIST},
            audience_units=[self.units[unit].pk for unit in units], now=self.now,
        )  # fmt: skip
        self.campaign_ids[name] = row.pk
        plain = Campaign(issuer, mode, name, "DRAFT", row.due, row.consolidation_due, units, answers=answers)
        self.plain.campaigns[name] = plain

    # one verb, done by both

    def try_report(self, verb: str, name: str, actor: str, asked: dict[str, Any]) -> bool:
        return self.both(verb, name, actor, self.filled(verb, self.plain.reports[name], asked))

    def try_campaign(self, verb: str, name: str, actor: str, asked: dict[str, Any]) -> bool:
        moved = None if asked["moved_in"] is None else self.now + timedelta(days=asked["moved_in"])
        place = f"bs{self.told}" if asked["grows"] else ""
        self.told += 1
        return self.both(verb, name, actor, asked | {"moved": moved, "place": place})

    def filled(self, verb: str, report: Report, asked: dict[str, Any]) -> dict[str, Any]:
        """What was drawn, as this report understands it."""
        count = max(1, asked["remarks"]) if verb in REMARKS else asked["remarks"]
        self.told += count
        present = sorted(report.said)
        drafters = self.plain.holders(report.unit, {"drafter"}, self.now)
        officers = self.plain.holders(report.issuer, {"officer"}, self.now)
        return asked | {
            "person": asked["person"] or (officers if verb == "assign_officer" else drafters)[0],
            "texts": [f"Ý kiến {self.told - number}" for number in range(count)],
            "said": present[asked["said"] % len(present)] if present else "Ý kiến không có",
            "places": {"III"} | self.plain.required(report) - report.written,
            "figures": dict(zip(("A5", "A6"), asked["figures"], strict=True)),
            "closes": self.now + timedelta(days=asked["closes_in"]),
            "due": (report.due if verb.endswith("extension") else self.now) + timedelta(days=asked["due_in"]),
        }

    def both(self, verb: str, name: str, actor: str, asked: dict[str, Any]) -> bool:
        """Do it in the model and in the engine: the same answer, the same world; a refusal changes no row."""
        of_campaign = verb in CAMPAIGN_DESK
        self.sound = False
        allowed = (do_campaign if of_campaign else do_report)(self.plain, verb, name, actor, self.now, asked)
        row = (self.campaign_ids if of_campaign else self.report_ids)[name]
        before = None if allowed else snapshot()
        differing = {word: given for word, given in asked.items() if EVERYTHING_FINE.get(word) != given}
        told = f"{verb} of {name} by {actor} at {self.now}: {differing}"
        refusal: RuleBroken | None = None
        try:
            call(verb, row, self.people[actor], self.now, asked)
        except RuleBroken as broken:
            refusal = broken
        if refusal is None:
            assert allowed, f"done, though the model refuses it: {told}"
            self.find_new_rows()
        else:
            assert not allowed, f"refused, though the model allows it: {refusal.code}: {told}"
            assert str(refusal)
            assert snapshot() == before, f"refused, yet something changed: {told}"
        assert self.seen() == self.expected(), told
        self.done += 1
        self.tally[verb, allowed] += 1
        if self.done % CHECK_EVERY == 0:
            self.check_data()
        self.sound = True
        return allowed

    @contextmanager
    def only_trying(self) -> Iterator[None]:
        """Take back, in the database and in the model, whatever the block does."""
        kept = deepcopy(self.plain), self.now, self.report_ids.copy(), self.campaign_ids.copy()
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        self.plain, self.now, self.report_ids, self.campaign_ids = kept

    def find_new_rows(self) -> None:
        """The database's ids of the reports and house campaigns that the model has set up."""
        new = [name for name in self.plain.reports if name not in self.report_ids]
        for name in new:
            report = self.plain.reports[name]
            if report.campaign not in self.campaign_ids:
                asker = report.campaign.removesuffix("'s house")
                answers = models.Campaign.objects.get(pk=self.campaign_ids[asker]).answers
                assert answers is not None
                self.campaign_ids[report.campaign] = answers.campaign_id
            asked = models.Report.objects.filter(campaign=self.campaign_ids[report.campaign])
            row = asked.get(organization=self.units[report.unit])
            self.report_ids[name] = row.pk
            # A scan lies ready at the office; the file itself is not the flow's matter.
            models.Attachment.objects.create(
                report=row, title="Bản giấy", sha256="0" * 64, declared=True, added_at=self.now,
                added_by=self.people["dung"],
            )  # fmt: skip

    # what can be seen

    def seen(self) -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute(SEEN_REPORTS, [list(self.report_ids.values())])
            reports = {row[0]: row[1:] for row in cursor.fetchall()}
        requests = models.Campaign.objects.in_bulk(self.campaign_ids.values())
        return {name: reports[pk] for name, pk in self.report_ids.items()} | {
            name: (requests[pk].state, requests[pk].due) for name, pk in self.campaign_ids.items()
        }

    def expected(self) -> dict[str, Any]:
        reports = {
            name: (
                one.state, one.due, one.original_due, one.sent_at, one.supplement_due, one.version, one.included,
                one.started, one.drafter, one.current, one.signed, one.sent, one.received, one.supplement,
                len(one.valid), int(one.extension), int(one.excused),
                sum(held.result == "ADOPTED" for held in one.rounds),
                int(one.round is not None),
            )
            for name, one in self.plain.reports.items()
        }  # fmt: skip
        return reports | {name: (one.state, one.due) for name, one in self.plain.campaigns.items()}

    def check_everything(self) -> None:
        """The invariants of the whole: integrity, totals, who sees what, on whose desk it lies."""
        self.check_data()
        self.check_sight_and_desks()

    def check_data(self) -> None:
        assert check_integrity() == []
        for name, pk in self.campaign_ids.items():
            taken = [
                one.frozen[one.received].get("A5")
                for one in self.plain.reports.values()
                if one.campaign == name and one.included and one.state in {"RECEIVED", "CONSOLIDATED"}
            ]
            numbers = [number for number in taken if number is not None]
            found = campaign_totals(models.Campaign.objects.get(pk=pk)).get("A5")
            assert found is not None
            assert found.value == (Decimal(sum(numbers)) if numbers else None)
            assert found.received == len(taken)

    def check_sight_and_desks(self) -> None:
        """Nobody sees more than his own and his office's reports; what is no end lies on a desk where somebody sits."""
        names = {pk: name for name, pk in self.report_ids.items()}
        waiting = {
            (names[pk], person.username)
            for person in self.people.values()
            for pk in waiting_for(person, self.now).values_list("pk", flat=True)
        }
        for person, row in self.people.items():
            seen = {names[pk] for pk in visible_reports(row, self.now).values_list("pk", flat=True)}
            assert seen == {name for name, one in self.plain.reports.items() if self.plain.sees(person, one, self.now)}
        for name, one in self.plain.reports.items():
            held = {
                person.username for person in holders(models.Report.objects.get(pk=self.report_ids[name]), self.now)
            }
            somebody = {person for report, person in waiting if report == name}
            moving = one.state not in {"CONSOLIDATED", "EXEMPT"}
            assert bool(held) == moving, name
            assert bool(somebody) == (moving and self.plain.campaigns[one.campaign].state in RUNNING), name
            assert somebody <= held, name

    # who is at hand

    def report_at(self, place: int) -> str:
        names = list(self.plain.reports)
        return names[place % len(names)]

    def height(self, name: str) -> int:
        """How many requests gather for a report, one below the other."""
        below = [one for one, row in self.plain.reports.items() if self.plain.campaigns[row.campaign].answers == name]
        return 1 + max((self.height(one) for one in below), default=0)

    def campaign_at(self, place: int) -> str:
        names = list(self.plain.campaigns)
        return names[place % len(names)]

    def offered(self, name: str) -> list[str]:
        """What the state offers; the verbs that move the report are named three times."""
        found = [verb for verb, (states, _whose, _roles) in DESK.items() if self.plain.reports[name].state in states]
        return [verb for verb in found for _ in range(1 if verb in STAYING else 3)]

    def seated(self, verb: str, name: str) -> list[str]:
        report = self.plain.reports[name]
        _states, whose, roles = DESK[verb]
        return self.plain.holders(report.unit if whose == "unit" else report.issuer, roles, self.now) or ["stranger"]

    def seated_at_campaign(self, verb: str, name: str) -> list[str]:
        return self.plain.holders(self.plain.campaigns[name].issuer, CAMPAIGN_DESK[verb][1], self.now)

    def replace_drafter(self) -> None:
        """The drafter's seat of a cell goes to its deputy, who also stands in for the secretary; once."""
        today = local(self.now)
        seat = next(one for one in self.plain.seats if (one.person, one.unit, one.role) == ("lan", "cell", "drafter"))
        if seat.until < date.max:
            return
        row = models.Seat.objects.get(person__username="lan", role=Role.DRAFTER)
        administrator = self.people["xuan"]
        organizations.end_seat(seat_id=row.pk, actor=administrator, until=today, now=self.now)
        organizations.grant_seat(
            organization_id=row.organization_id, actor=administrator, person_id=self.people["binh"].pk,
            role=Role.DRAFTER, since=today, now=self.now,
        )  # fmt: skip
        seat.until = today
        self.plain.seats.append(Seat("binh", "cell", "drafter", since=today))
