"""Rules of the house that no linter knows, read from the syntax trees of workflow/."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

WORKFLOW = Path(__file__).resolve().parents[2] / "workflow"
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Source:
    """A module of workflow/, by its path inside it: actions/review.py."""

    path: str
    text: str

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(ast.parse(self.text)))

    @property
    def room(self) -> str:
        return self.path.split("/")[0]

    @property
    def functions(self) -> Iterator[FunctionNode]:
        return (node for node in self.nodes if isinstance(node, FUNCTIONS))

    def where(self, line: int) -> str:
        """The path and the innermost function around a line, or the module."""
        around = [one for one in self.functions if one.lineno <= line <= (one.end_lineno or 0)]
        return f"{self.path} {max(around, key=lambda one: one.lineno).name if around else '<module>'}"

    def calls(self, *names: str) -> Iterator[ast.Call]:
        return (node for node in self.nodes if isinstance(node, ast.Call) and called(node) in names)

    def texts(self) -> Iterator[tuple[int, str]]:
        """Every string of the module; what an f-string puts in is shown as {}."""
        for node in self.nodes:
            if isinstance(node, ast.JoinedStr):
                yield node.lineno, "".join(plain(part) for part in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.lineno, node.value


def plain(part: ast.expr) -> str:
    return part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "{}"


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def names_in(*nodes: ast.AST) -> set[str]:
    """The variables and attributes that an expression speaks of."""
    found = [one for node in nodes for one in ast.walk(node)]
    return {one.id for one in found if isinstance(one, ast.Name)} | {
        one.attr for one in found if isinstance(one, ast.Attribute)
    }


Rule = Callable[[Source], Iterable[int]]
# FOR UPDATE and FOR NO KEY UPDATE lock.
SET = re.compile(
    r"(?<!FOR )(?<!KEY )UPDATE\s+(?:ONLY\s+)?([\w{}]+)[^;]*?\bSET\b(.*?)(?:\bFROM\b|\bWHERE\b|\bRETURNING\b|$)", re.S
)
INSERT = re.compile(r"INSERT\s+INTO\s+workflow_(?:report|campaign)\b", re.S)


def the_flows_alone_write_a_state(source: Source) -> Iterator[int]:
    """A delivery's own column of that name is told by DeliveryState on the right, or by its table."""
    if source.path not in {"flows/report.py", "flows/campaign.py"}:
        yield from (node.lineno for node in source.nodes if isinstance(node, ast.stmt) and assigns_a_state(node))
        yield from (node.lineno for node in source.nodes if isinstance(node, ast.Call) and passes_a_state(node))
        yield from (line for line, text in source.texts() if states_in_sql(text))


def assigns_a_state(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) or node.value is None:
        return False
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    written = {one.attr for target in targets for one in ast.walk(target) if isinstance(one, ast.Attribute)}
    return "state" in written and "DeliveryState" not in names_in(node.value)


WRITERS = {"update", "create", "get_or_create", "update_or_create", "Report", "Campaign"}


def passes_a_state(call: ast.Call) -> bool:
    if called(call) == "setattr":
        return "state" in map(plain, call.args)
    given = [word.value for word in call.keywords if word.arg == "state" or "state" in keys_of(word.value)]
    return called(call) in WRITERS and any("DeliveryState" not in names_in(value) for value in given)


def keys_of(value: ast.expr) -> set[str]:
    return {plain(key) for key in value.keys if key is not None} if isinstance(value, ast.Dict) else set()


def states_in_sql(text: str) -> bool:
    set_parts = [part for table, part in SET.findall(text) if table != "workflow_delivery"]
    return bool(INSERT.search(text)) or any(re.search(r"\bstate\s*=", part) for part in set_parts)


BROKER = {"celery", "redis", "kombu", "valkey"}


def only_tasks_talk_to_the_broker(source: Source) -> Iterator[int]:
    if source.path == "tasks.py":
        return
    for node in source.nodes:
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if any(module.split(".")[0] in BROKER for module in modules):
            yield node.lineno  # type: ignore[attr-defined]
    yield from (call.lineno for call in source.calls("delay", "apply_async", "send_task"))


ASKS_THE_TIME = {
    *(("datetime", name) for name in ("now", "utcnow", "today")),
    *(("timezone", name) for name in ("now", "localtime", "localdate")),
    ("date", "today"),
    ("time", "time"),
}
SQL_ASKS = re.compile(r"(?<![\w%(])now\(\)|\bCURRENT_(?:DATE|TIME|TIMESTAMP)\b|\b\w+_timestamp\(\)", re.I)


def time_is_an_argument(source: Source) -> Iterator[int]:
    if source.room not in {"rules", "flows", "actions", "queries", "documents", "models"}:
        return
    for node in source.nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            if (owner, node.attr) in ASKS_THE_TIME:
                yield node.lineno
        elif isinstance(node, ast.ImportFrom) and any(alias.name in {"Now", "localdate"} for alias in node.names):
            yield node.lineno
    yield from (line for line, text in source.texts() if SQL_ASKS.search(text))


LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
# Without positional arguments: `known.get(code)` is a dictionary, `rows.get(pk=1)` a query.
ONE_ROW = {"save", "create", "get", "delete", "update", "first", "exists", "get_or_create", "update_or_create"}
FEW_ROWS = {
    # An outline is written by one person, once, a few dozen rows that refer to one another.
    "actions/outlines.py write_outline": "sections are deleted children first, one by one",
    "actions/outlines.py _add": "a section needs its parent's id",
    "actions/outlines.py _add_indicators": "a ratio needs its parts' ids",
}


def again_and_again(loop: ast.AST) -> Iterator[ast.AST]:
    """What runs once for every turn of a loop: not what it runs over."""
    if isinstance(loop, ast.For | ast.AsyncFor):
        parts: list[ast.AST] = [*loop.body]
    elif isinstance(loop, ast.While):
        parts = [loop.test, *loop.body]
    else:
        first = loop.generators[0].iter  # type: ignore[attr-defined]
        parts = [one for one in ast.walk(loop) if one not in {loop, first}]
        once = set(ast.walk(first))
        return (one for one in parts if one not in once)
    return (one for part in parts for one in ast.walk(part))


def queries_in_loops(source: Source) -> Iterator[int]:
    for loop in (node for node in source.nodes if isinstance(node, LOOPS)):
        for node in again_and_again(loop):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.args:
                continue
            if node.func.attr in ONE_ROW:
                yield node.lineno


def no_query_in_a_loop_of_an_action(source: Source) -> Iterator[int]:
    if source.room == "actions":
        yield from (line for line in queries_in_loops(source) if source.where(line) not in FEW_ROWS)


# The door, the audit trail's writers and parts of actions: they run inside an action and are called with its flow.
PARTS = {"opened", "opened_all", "opened_campaign", "record_on", "record_all", "record_many", "write_entry"}


def actions_are_asked_by_name_and_typed(source: Source) -> Iterator[int]:
    if source.room != "actions":
        return
    for function in source.functions:
        given = function.args
        positional = [one for one in [*given.posonlyargs, *given.args] if one.arg != "self"]
        everything = [*positional, *given.kwonlyargs, *filter(None, [given.vararg, given.kwarg])]
        if function.returns is None or any(one.annotation is None for one in everything):
            yield function.lineno
        acts = "actor" in {one.arg for one in everything} and not function.name.startswith("_")
        if acts and function.name not in PARTS and (positional or ast.get_docstring(function) is None):
            yield function.lineno


SAYS_NOTHING = {"utils", "helpers", "common", "base", "manager", "data", "info", "process"}


def a_module_is_named_by_a_word_of_the_field(source: Source) -> Iterator[int]:
    words = {re.sub(r"\.py$", "", part).rstrip("s") for part in source.path.split("/")}
    if words & {word.rstrip("s") for word in SAYS_NOTHING}:
        yield 1


def files_and_functions_are_short(source: Source) -> Iterator[int]:
    if len(source.text.splitlines()) > LONGEST_FILE:
        yield LONGEST_FILE
    for function in source.functions:
        if (function.end_lineno or 0) - function.lineno + 1 > LONGEST_FUNCTION:
            yield function.lineno


FREE_TEXT = {"text", "reason", "remarks", "subject", "body", "basis", "content", "answer_text", "note", "title"}
RECORDERS = ("record", "record_on", "record_many", "record_all", "record_edit", "Happened", "Event", "tell")


def events_hold_no_free_text(source: Source) -> Iterator[int]:
    for call in source.calls(*RECORDERS):
        for value in [*call.args, *(word.value for word in call.keywords)]:
            counted = isinstance(value, ast.Call) and called(value) == "len"
            if not counted and names_in(value) & FREE_TEXT:
                yield call.lineno
    for node in source.nodes:
        if isinstance(node, ast.Assign) and any(isinstance(one, ast.Subscript) for one in node.targets):
            into = names_in(*(one.value for one in node.targets if isinstance(one, ast.Subscript)))
            if "facts" in into and names_in(node.value) & FREE_TEXT:
                yield node.lineno


SQL = re.compile(r"\b(?:SELECT\b.*\bFROM|SELECT\s*\(|INSERT INTO|UPDATE\s+\S+\s+SET|DELETE FROM|WITH \w+ )", re.S)
PUT_TOGETHER = {
    "actions/clock.py <module>": "parts of ours that several statements share",
    "actions/clock.py _climb": "parts of ours, one set for a due and one for a supplement",
    "delivery/wording.py <module>": "parts of ours that two statements share",
    "actions/opening.py <module>": "column names of our own models",
    "actions/opening.py _save": "column names of our own models, the values are parameters",
    "actions/revisions.py <module>": "column names of our own model",
    "actions/opening.py opened": "how to lock, one of our two ways",
    "flows/holdings.py holdings_of": "the ids are a parameter",
    "flows/gathered.py figures": "a part of ours that two statements share",
    "flows/gathered.py parts": "a part of ours that two statements share",
    "queries/stage_clock.py <module>": "a part of ours that two statements share",
    "flows/report.py move_all": "a queryset that Django compiled, its values are parameters",
}


def sql_is_put_together(source: Source) -> Iterator[int]:
    """Lines where SQL is made of parts: f-strings, format() on a statement, % on one, + with one."""
    for node in source.nodes:
        if isinstance(node, ast.JoinedStr):
            whole = "".join(plain(part) for part in node.values)
            if SQL.search(whole) and any(isinstance(part, ast.FormattedValue) for part in node.values):
                yield node.lineno
        elif isinstance(node, ast.Call) and called(node) == "format" and isinstance(node.func, ast.Attribute):
            of = node.func.value
            if (isinstance(of, ast.Name) and of.id.isupper()) or SQL.search(plain(of)):
                yield node.lineno
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
            yield from [node.lineno] if SQL.search(plain(node.left) + plain(node.right)) else []


def sql_is_put_together_only_where_it_is_known_to_be_safe(source: Source) -> Iterator[int]:
    return (line for line in sql_is_put_together(source) if source.where(line) not in PUT_TOGETHER)


RULES: list[Rule] = [
    the_flows_alone_write_a_state,
    only_tasks_talk_to_the_broker,
    time_is_an_argument,
    no_query_in_a_loop_of_an_action,
    actions_are_asked_by_name_and_typed,
    a_module_is_named_by_a_word_of_the_field,
    files_and_functions_are_short,
    events_hold_no_free_text,
    sql_is_put_together_only_where_it_is_known_to_be_safe,
]
