"""Workflow keeps the rules of the house, and each rule is shown to bite."""

import pytest

from tests.architecture.house_rules import (
    FEW_ROWS,
    LONGEST_FILE,
    LONGEST_FUNCTION,
    PARTS,
    PUT_TOGETHER,
    RULES,
    WORKFLOW,
    Rule,
    Source,
    a_module_is_named_by_a_word_of_the_field,
    actions_are_asked_by_name_and_typed,
    events_hold_no_free_text,
    files_and_functions_are_short,
    no_query_in_a_loop_of_an_action,
    only_tasks_talk_to_the_broker,
    queries_in_loops,
    sql_is_put_together,
    sql_is_put_together_only_where_it_is_known_to_be_safe,
    the_flows_alone_write_a_state,
    time_is_an_argument,
)

# Migrations tell what the tables once were.
SOURCES = [
    Source(path.relative_to(WORKFLOW).as_posix(), path.read_text())
    for path in sorted(WORKFLOW.rglob("*.py"))
    if "migrations" not in path.parts
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_workflow_keeps_the_rule(rule: Rule) -> None:
    assert len(SOURCES) > 50
    assert [f"{source.path}:{line}" for source in SOURCES for line in sorted(set(rule(source)))] == []


def test_every_exception_is_still_needed() -> None:
    actions = [source for source in SOURCES if source.room == "actions"]
    assert {one.where(line) for one in SOURCES for line in sql_is_put_together(one)} == set(PUT_TOGETHER)
    assert {one.where(line) for one in actions for line in queries_in_loops(one)} == set(FEW_ROWS)
    assert {function.name for one in actions for function in one.functions} >= PARTS


ACTION = '"""Do."""\n'
LONG = "def long() -> None:\n" + "    pass\n" * LONGEST_FUNCTION
BAD: list[tuple[Rule, str, str]] = [
    (the_flows_alone_write_a_state, "actions/x.py", "report.state = ReportState.SENT"),
    (the_flows_alone_write_a_state, "actions/x.py", "report.due, report.state = due, 'SENT'"),
    (the_flows_alone_write_a_state, "actions/x.py", "setattr(report, 'state', 'SENT')"),
    (the_flows_alone_write_a_state, "web/x.py", "Report.objects.filter(pk=1).update(state='SENT')"),
    (the_flows_alone_write_a_state, "web/x.py", "Report.objects.filter(pk=1).update(**{'state': 'SENT'})"),
    (the_flows_alone_write_a_state, "tasks.py", "Campaign.objects.create(subject='', state=CampaignState.OPEN)"),
    (the_flows_alone_write_a_state, "tasks.py", "Report(state=state)"),
    (the_flows_alone_write_a_state, "tasks.py", "Report.objects.update_or_create(pk=1, defaults={'state': state})"),
    (the_flows_alone_write_a_state, "actions/x.py", "SQL = 'UPDATE workflow_report SET due = %s, state = %s WHERE 1'"),
    (the_flows_alone_write_a_state, "actions/x.py", "sql = f'UPDATE {table} r SET state = %s'.format(1)"),
    (the_flows_alone_write_a_state, "actions/x.py", "SQL = 'INSERT INTO workflow_report (campaign_id) SELECT 1'"),
    (only_tasks_talk_to_the_broker, "web/x.py", "from celery import shared_task"),
    (only_tasks_talk_to_the_broker, "actions/x.py", "import redis.asyncio"),
    (only_tasks_talk_to_the_broker, "actions/x.py", "def f() -> None:\n    tell.delay(1)"),
    (only_tasks_talk_to_the_broker, "admin.py", "tell.apply_async((1,), countdown=60)"),
    (time_is_an_argument, "actions/x.py", "now = timezone.now()"),
    (time_is_an_argument, "rules/x.py", "now = datetime.datetime.now(tz=UTC)"),
    (time_is_an_argument, "models/x.py", "at = models.DateTimeField(default=timezone.now)"),
    (time_is_an_argument, "queries/x.py", "late = day < date.today()"),
    (time_is_an_argument, "queries/x.py", "SQL = 'SELECT 1 FROM report WHERE due < now()'"),
    (time_is_an_argument, "flows/x.py", "from django.db.models.functions import Now"),
    (no_query_in_a_loop_of_an_action, "actions/x.py", "for row in rows:\n    row.save()"),
    (no_query_in_a_loop_of_an_action, "actions/x.py", "for pk in ids:\n    Report.objects.get(pk=pk)"),
    (no_query_in_a_loop_of_an_action, "actions/x.py", "while ids:\n    Report.objects.create(pk=ids.pop())"),
    (no_query_in_a_loop_of_an_action, "actions/x.py", "found = [Report.objects.get(pk=pk) for pk in ids]"),
    (actions_are_asked_by_name_and_typed, "actions/x.py", f"def sign(actor: Person) -> None:\n    {ACTION}"),
    (actions_are_asked_by_name_and_typed, "actions/x.py", "def sign(*, actor: Person) -> None:\n    pass"),
    (actions_are_asked_by_name_and_typed, "actions/x.py", f"def sign(*, actor, now: int) -> None:\n    {ACTION}"),
    (actions_are_asked_by_name_and_typed, "actions/x.py", f"def sign(*, actor: Person):\n    {ACTION}"),
    (a_module_is_named_by_a_word_of_the_field, "actions/utils.py", ""),
    (a_module_is_named_by_a_word_of_the_field, "web/helper/sign.py", ""),
    (files_and_functions_are_short, "actions/x.py", "\n" * (LONGEST_FILE + 1)),
    (files_and_functions_are_short, "actions/x.py", LONG),
    (events_hold_no_free_text, "actions/x.py", "record(flow, why=reason)"),
    (events_hold_no_free_text, "actions/x.py", "record_on(stream, 1, verb, actor, now, said=normalize(text))"),
    (events_hold_no_free_text, "actions/x.py", "record(flow, subject=report.subject)"),
    (events_hold_no_free_text, "actions/x.py", "facts['why'] = reason.strip()"),
    (sql_is_put_together_only_where_it_is_known_to_be_safe, "queries/x.py", "f'SELECT 1 FROM {table}'"),
    (sql_is_put_together_only_where_it_is_known_to_be_safe, "queries/x.py", "STATEMENT.format(table=1)"),
    (sql_is_put_together_only_where_it_is_known_to_be_safe, "queries/x.py", "'DELETE FROM %s' % table"),
    (sql_is_put_together_only_where_it_is_known_to_be_safe, "queries/x.py", "'SELECT 1 FROM ' + table"),
]
GOOD: list[tuple[Rule, str, str]] = [
    (the_flows_alone_write_a_state, "flows/report.py", "self.report.state = value"),
    (the_flows_alone_write_a_state, "delivery/x.py", "delivery.state = DeliveryState.SENT"),
    (the_flows_alone_write_a_state, "delivery/x.py", "Delivery.objects.update(state=DeliveryState.SENT)"),
    (the_flows_alone_write_a_state, "delivery/x.py", "SQL = 'UPDATE workflow_delivery SET state = %s'"),
    (
        the_flows_alone_write_a_state,
        "delivery/x.py",
        "SQL = '1 FOR UPDATE SKIP LOCKED) UPDATE workflow_delivery SET state = 1'",
    ),
    (the_flows_alone_write_a_state, "actions/x.py", "Report.objects.filter(state='SENT').update(due=due)"),
    (only_tasks_talk_to_the_broker, "tasks.py", "from celery import shared_task"),
    (time_is_an_argument, "tasks.py", "now = timezone.now()"),
    (time_is_an_argument, "actions/x.py", "later = flow.now"),
    (no_query_in_a_loop_of_an_action, "actions/x.py", "for row in Report.objects.filter(pk=1).all():\n    row.get(1)"),
    (events_hold_no_free_text, "actions/x.py", "record(flow, remarks=len(remarks))"),
    (sql_is_put_together_only_where_it_is_known_to_be_safe, "queries/x.py", "f'{a} from {b}'"),
]


@pytest.mark.parametrize(("rule", "path", "text"), BAD, ids=lambda part: getattr(part, "__name__", ""))
def test_the_rule_finds_what_breaks_it(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Source(path, text)))


@pytest.mark.parametrize(("rule", "path", "text"), GOOD, ids=lambda part: getattr(part, "__name__", ""))
def test_the_rule_lets_the_neighbouring_case_pass(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Source(path, text))) == []
