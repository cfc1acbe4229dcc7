"""Play both examples from request to consolidated report, print what happened, and check that all holds."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from workflow.errors import RuleBroken
from workflow.management.examples.folder import read_example
from workflow.management.examples.nodes import ExampleRefused
from workflow.management.walkthrough.board import board
from workflow.management.walkthrough.letter import BLOC, CASCADE, Letter
from workflow.management.walkthrough.paper import paper
from workflow.management.walkthrough.play import Play
from workflow.management.walkthrough.quarter import NUMBER, Quarter
from workflow.management.walkthrough.stage import NotPlayed, last_event
from workflow.management.walkthrough.table import table
from workflow.models import Campaign, IssuedDocument, Report
from workflow.queries.integrity import check_integrity

EXAMPLES = Path(settings.BASE_DIR) / "examples"
LETTER_FIGURES = ("A1", "A56", "D1", "H1a", "K5a")
QUARTER_FIGURES = ("Q1", "Q3", "Q5", "Q67", "Q8")


class Command(BaseCommand):
    help = "Play both examples in an empty database; `make walkthrough` makes one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, default=Path(settings.VAR) / "out", help="where the reports go")

    def handle(self, *, out: Path, **_options: Any) -> None:
        if Report.objects.exists():
            raise CommandError(_("There are reports here already. Please run the walkthrough in an empty database."))
        try:
            letter, quarter = (read_example(EXAMPLES / name) for name in ("630-CV-DUK", "own-request"))
            proposals = quarter.material[NUMBER].paragraphs["VII"]
            self._tell(lambda: Letter(letter, proposals), {BLOC: LETTER_FIGURES, CASCADE: LETTER_FIGURES[:2]}, out)
            self._tell(lambda: Quarter(quarter), {NUMBER: QUARTER_FIGURES}, out)
        except (ExampleRefused, NotPlayed, RuleBroken) as trouble:
            raise CommandError(_("The walkthrough stopped: %(reason)s") % {"reason": trouble}) from trouble
        self._check()

    def _tell(self, begin: Callable[[], Play], shown: dict[str, Sequence[str]], out: Path) -> None:
        """Play, then print the table and the boards and write the committee's reports."""
        before = last_event()
        play = begin()
        play.stage.play()
        for line in table(before, play.stage.refusals):
            self.stdout.write(line)
        for number, codes in shown.items():
            campaign = Campaign.objects.select_related("issuer", "outline").get(number=number, house=False)
            self.stdout.write("")
            for line in board(campaign, codes):
                self.stdout.write(line)
            self._write(campaign, out)
        self.stdout.write("")

    def _write(self, campaign: Campaign, out: Path) -> None:
        """The report that the campaign was consolidated into, as text."""
        document = IssuedDocument.objects.filter(report=campaign.answers).latest("pk")
        out.mkdir(parents=True, exist_ok=True)
        path = out / f"{document.printed_number} {campaign.number}".replace("/", "-").replace(" ", "_")
        path = path.with_name(f"{path.name}.txt")
        path.write_text(paper(document, campaign), encoding="utf-8")
        self.stdout.write(f"  {_('Consolidated report')}: {document.printed_number} → {path}")

    def _check(self) -> None:
        problems = check_integrity()
        for problem in problems:
            self.stderr.write(f"{problem.invariant}: {', '.join(map(str, problem.ids))}")
        self.stdout.write(_("Integrity: %(count)s errors") % {"count": len(problems)})
        if problems:
            raise CommandError(_("%(count)s invariants are broken.") % {"count": len(problems)})
