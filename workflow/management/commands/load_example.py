"""Load an example folder: organisations, people, seats, calendar, and its requests as drafts."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from workflow.errors import RuleBroken
from workflow.management.examples.folder import read_example
from workflow.management.examples.nodes import ExampleRefused
from workflow.management.loading import Loaded, load


class Command(BaseCommand):
    help = "Load an example folder (examples/README.md). A second time changes nothing; a mistake loads nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path)

    def handle(self, *, directory: Path, **_options: Any) -> None:
        try:
            example = read_example(directory)
            loaded = load(example, timezone.now())
        except (ExampleRefused, RuleBroken) as refused:
            raise CommandError(_("Nothing was loaded.\n%(reason)s") % {"reason": refused}) from refused
        self.stdout.write(f"{example.title}\n{summary(loaded)}")


def summary(loaded: Loaded) -> str:
    """What was written, and what waits, in a few lines."""
    if loaded.unchanged:
        lines = [_("Everything was there already; nothing was changed.")]
    else:
        registered = loaded.registered
        lines = [
            _("Organisations, persons, seats, terms, days of the calendar: %(made)s new, %(changed)s corrected.")
            % {"made": _counts(registered.made), "changed": _counts(registered.changed)}
        ]
    if loaded.prepared:
        lines.append(_("Prepared for opening: %(numbers)s.") % {"numbers": ", ".join(loaded.prepared)})
    for request in loaded.waiting:
        words = {"number": request.number, "upper": request.answers}
        lines.append(_("%(number)s waits until %(upper)s is open; then load again.") % words)
    return "\n".join(lines)


def _counts(rows: Any) -> str:
    return " / ".join(str(rows.get(kind, 0)) for kind in ("organizations", "people", "seats", "terms", "days"))
