"""Back up the database, the files and the seals into a new folder."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from workflow.management.keeping import SUMS, NotKept, back_up


class Command(BaseCommand):
    help = "Back up database, files and seals into a new folder below DIRECTORY and print its name."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path)
        parser.add_argument("--keep-days", type=int, default=0, help="remove older backups afterwards; 0: none")

    def handle(self, *, directory: Path, keep_days: int, **_options: Any) -> None:
        now = timezone.now()
        try:
            made = back_up(directory, now)
        except (NotKept, OSError) as trouble:
            raise CommandError(str(trouble)) from trouble
        self.stdout.write(str(made))
        oldest = f"{now - timedelta(days=keep_days):%Y%m%dT%H%M%SZ}"
        for old in directory.iterdir() if keep_days else ():
            if old.name < oldest and (old / SUMS).is_file():
                shutil.rmtree(old)
