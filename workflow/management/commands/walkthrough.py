"""Play both examples from request to consolidated report, print what happened, and check that all holds."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from workflow.errors import RuleBroken
from workflow.management.examples.folder import read_example
from workflow.management.examples.nodes import ExampleRefused
from workflow.management.walkthrough.board import board
from workflow.management.walkthrough.clock.mails_told import every_mail_arrived
from workflow.management.walkthrough.clock.sink import Sink, mail_sink
from workflow.management.walkthrough.clock.told import letter_told, quarter_told
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
        parser.add_argument(
            "--mails", type=Path, help="a new Maildir in which the mails are kept; default: they are not"
        )

    def handle(self, *, out: Path, mails: Path | None, **_options: Any) -> None:
        if Report.objects.exists():
            raise CommandError(_("There are reports here already. Please run the walkthrough in an empty database."))
        try:
            with TemporaryDirectory() as folder, mail_sink(mails or Path(folder) / "mails") as sink:
                self._play(sink, out)
        except (ExampleRefused, NotPlayed, RuleBroken) as trouble:
            raise CommandError(_("The walkthrough stopped: %(reason)s") % {"reason": trouble}) from trouble
        self._check()

    def _play(self, sink: Sink, out: Path) -> None:
        example, own = (read_example(EXAMPLES / name) for name in ("630-CV-DUK", "own-request"))
        proposals = own.material[NUMBER].paragraphs["VII"]
        before = last_event()
        letter = Letter(example, proposals, sink)
        self._tell(letter, before, {BLOC: LETTER_FIGURES, CASCADE: LETTER_FIGURES[:2]}, out)
        self._say(letter_told(letter, sink, before))
        before = last_event()
        quarter = Quarter(own)
        self._tell(quarter, before, {NUMBER: QUARTER_FIGURES}, out)
        self._say(quarter_told(quarter, before))
        every_mail_arrived(sink.directory)

    def _tell(self, play: Play, before: int, shown: dict[str, Sequence[str]], out: Path) -> None:
        """Play, then print the table and the boards and write the committee's reports and its ledger."""
        play.stage.play()
        self._say(table(before, play.stage.refusals))
        out.mkdir(parents=True, exist_ok=True)
        for number, codes in shown.items():
            campaign = Campaign.objects.select_related("issuer", "outline").get(number=number, house=False)
            self._say(board(campaign, codes))
            self._write(campaign, out)
        for number, workbook in play.ledgers.items():
            path = out / f"{_file_name(number)}.xlsx"
            path.write_bytes(workbook)
            self._say(["  " + _("Timeliness ledger: %(path)s") % {"path": path}, ""])

    def _say(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.stdout.write(line)

    def _write(self, campaign: Campaign, out: Path) -> None:
        """The report that the campaign was consolidated into, as text."""
        document = IssuedDocument.objects.filter(report=campaign.answers).latest("pk")
        path = out / f"{_file_name(f'{document.printed_number} {campaign.number}')}.txt"
        path.write_text(paper(document, campaign), encoding="utf-8")
        written = {"number": document.printed_number, "path": path}
        self._say(["  " + _("Consolidated report: %(number)s → %(path)s") % written, ""])

    def _check(self) -> None:
        problems = check_integrity()
        for problem in problems:
            self.stderr.write(f"{problem.invariant}: {', '.join(map(str, problem.ids))}")
        self.stdout.write(_("Integrity: %(count)s errors") % {"count": len(problems)})
        if problems:
            raise CommandError(_("%(count)s invariants are broken.") % {"count": len(problems)})


def _file_name(number: str) -> str:
    return number.replace("/", "-").replace(" ", "_")
