"""Bring a backup back into an empty database and empty folders, and verify what came of it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from workflow.management.keeping import NotKept, bring_back, problems
from workflow.models import Event, Report


class Command(BaseCommand):
    help = "Restore a backup into the empty database, MEDIA_ROOT and SEAL_DIRECTORY of these settings, and verify it."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("backup", type=Path, help="the folder that the command backup has printed")

    def handle(self, *, backup: Path, **_options: Any) -> None:
        try:
            bring_back(backup)
        except (NotKept, OSError) as trouble:
            raise CommandError(str(trouble)) from trouble
        found = list(problems())
        for problem in found:
            self.stderr.write(problem)
        if found:
            raise CommandError(_("%(count)s invariants are broken.") % {"count": len(found)})
        words = {"reports": Report.objects.count(), "events": Event.objects.count()}
        self.stdout.write(_("Restored and verified: %(reports)s reports, %(events)s events.") % words)
