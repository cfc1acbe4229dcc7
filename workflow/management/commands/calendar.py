"""The working calendar from the console."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from workflow.actions.calendar import import_days, seed_year
from workflow.errors import RuleBroken
from workflow.models import Organization
from workflow.queries.calendar import export_days


class Command(BaseCommand):
    help = "Days off and days worked in exchange: seed a year, export it as a list (CSV), import a list."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        seed = verbs.add_parser("seed", help="enter the known days off of a year; what stands there already stays")
        seed.add_argument("year", type=int)
        export = verbs.add_parser("export", help="print the days of a year as CSV: day;kind;note")
        export.add_argument("year", type=int)
        _add_organization(export)
        importing = verbs.add_parser("import", help="enter or correct the days of a CSV file; all or nothing")
        importing.add_argument("file", type=Path)
        _add_organization(importing)

    def handle(self, *, verb: str, **options: Any) -> None:
        owner = _owner(options.get("organization") or "")
        try:
            if verb == "export":
                self.stdout.write(export_days(owner, options["year"]), ending="")
                return
            if verb == "seed":
                count = seed_year(year=options["year"], actor=None, now=timezone.now())
            else:
                text = _text(options["file"])
                count = import_days(organization_id=owner, text=text, actor=None, now=timezone.now())
        except RuleBroken as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(_("Days of the calendar entered or corrected: %(count)s.") % {"count": count})


def _add_organization(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--organization", metavar="CODE", help="an organisation's own days; without it the general ones"
    )


def _owner(code: str) -> int | None:
    if not code:
        return None
    found: int | None = Organization.objects.filter(code=code).values_list("pk", flat=True).first()
    if found is None:
        raise CommandError(_("No organisation has the code %(code)s.") % {"code": code})
    return found


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandError(_("%(file)s is not UTF-8. Please save it as “CSV UTF-8”.") % {"file": path}) from error
