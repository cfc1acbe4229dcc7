from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from workflow.queries.integrity import check_integrity


class Command(BaseCommand):
    help = "Check every invariant of the data and the audit trail; exit 1 when one is broken."

    def handle(self, *args: Any, **options: Any) -> None:
        problems = check_integrity()
        for problem in problems:
            self.stderr.write(f"{problem.invariant}: {', '.join(map(str, problem.ids))}")
        if problems:
            raise CommandError(_("%(count)s invariants are broken.") % {"count": len(problems)})
        self.stdout.write(_("Every invariant holds."))
