"""Play the demonstration's state into an empty database and say who may sign in."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from workflow.actions.sealing import seal
from workflow.errors import RuleBroken
from workflow.management.demo.accounts import give_password
from workflow.management.demo.play import Demo
from workflow.management.examples.folder import read_example
from workflow.management.examples.nodes import ExampleRefused
from workflow.management.walkthrough.clock.sink import mail_sink
from workflow.management.walkthrough.story import NotPlayed
from workflow.models import Organization
from workflow.queries.example_accounts import example_accounts

EXAMPLE = Path(settings.BASE_DIR) / "examples/own-request"


class Command(BaseCommand):
    help = "Play the demonstration's state into an empty database; in one that is not empty only say who may sign in."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.EXAMPLE_ACCOUNTS:
            raise CommandError(_("A demonstration needs example accounts, which production does not allow."))
        if not Organization.objects.exists():
            self.stdout.write(_("Playing the example into the database (about half a minute)"))
            self.stdout.flush()
            self._play()
        self._say()

    def _play(self) -> None:
        now, begun = timezone.now(), time.monotonic()
        try:
            with mail_sink(settings.DEMO_MAILS), transaction.atomic():
                Demo(read_example(EXAMPLE), now).play()
                give_password(settings.EXAMPLE_PASSWORD, now)
        except (ExampleRefused, NotPlayed, RuleBroken) as trouble:
            raise CommandError(_("The demonstration stopped: %(reason)s") % {"reason": trouble}) from trouble
        seal(now=now)
        self.stdout.write(_("Played in %(seconds)s s") % {"seconds": round(time.monotonic() - begun)})

    def _say(self) -> None:
        self.stdout.write("")
        for account in example_accounts(timezone.now()):
            name = f"{account.person.username:<22}"
            self.stdout.write(f"  {name} {account.role.label!s:<24} {account.person.full_name}, {account.organization}")
        words = {"address": settings.SITE_URL, "password": settings.EXAMPLE_PASSWORD}
        self.stdout.write(_("\n  All of them have the password %(password)s.\n  The pages: %(address)s\n") % words)
