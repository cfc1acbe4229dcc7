"""Every verb has an action, a button and a line in the catalogue; every refusal a sentence and its facts."""

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.utils import translation

from tests.architecture.declared import DECLARED_VERBS, SYSTEM, WORKFLOW
from workflow import actions, errors
from workflow.choices import Verb
from workflow.delivery.catalogue import CATALOGUE

VIETNAMESE = WORKFLOW / "locale/vi/LC_MESSAGES/django.po"
# Where the action's name is not the verb's: `open` and `edit` alone would hide Python's and say nothing.
ACTIONS = {
    Verb.OPEN: ["open_campaign"],
    Verb.EDIT: ["edit_campaign"],
    Verb.ANSWER: ["answer_point", "answer_remark"],
}


def action(name: str) -> Callable[..., Any]:
    """The one public function of that name in workflow/actions."""
    modules = [import_module(f"{actions.__name__}.{module.name}") for module in iter_modules(actions.__path__)]
    found = [getattr(module, name) for module in modules if hasattr(module, name)]
    (only,) = {function for function in found if inspect.isfunction(function)}
    return only


@pytest.mark.parametrize("verb", sorted(DECLARED_VERBS - SYSTEM))
def test_every_verb_has_an_action_that_takes_who_and_when_by_name(verb: Verb) -> None:
    for name in ACTIONS.get(verb, [verb.value]):
        parameters = inspect.signature(action(name)).parameters
        assert {"actor", "now"} <= set(parameters)
        assert {parameter.kind for parameter in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}


@pytest.mark.parametrize("verb", sorted(SYSTEM))
def test_the_systems_verbs_follow_from_the_upper_reports_flow(verb: Verb) -> None:
    assert list(inspect.signature(action(verb.value)).parameters) == ["flow"]


@pytest.mark.parametrize("verb", sorted(DECLARED_VERBS))
def test_every_verb_has_a_button_and_a_line_in_the_catalogue(verb: Verb) -> None:
    assert str(verb.label).strip()
    assert str(CATALOGUE[verb].sentence).strip()


def test_no_two_verbs_have_the_same_button() -> None:
    labels = [str(verb.label) for verb in Verb]
    assert sorted(labels) == sorted(set(labels))


def refusals(root: type[errors.RuleBroken] = errors.RuleBroken) -> list[type[errors.RuleBroken]]:
    return [root, *(one for child in root.__subclasses__() for one in refusals(child))]


def placeholders(sentence: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", sentence))


def test_every_refusal_has_a_code_of_its_own() -> None:
    codes = [refusal.code for refusal in refusals()]
    assert len(codes) > 40
    assert sorted(codes) == sorted(set(codes))


@pytest.mark.parametrize("refusal", refusals(), ids=lambda refusal: refusal.code)
def test_every_refusal_says_what_to_do_with_the_facts_it_documents(refusal: type[errors.RuleBroken]) -> None:
    sentence = str(refusal.sentence)
    documented = re.search(r"facts: ([^.]*)", refusal.__doc__ or "")
    facts = set(re.findall(r"\w+", re.sub(r"\(.*?\)", "", documented[1]))) if documented else set()
    assert refusal.status in {403, 404, 409, 422, 429} or refusal is errors.PageBroken
    assert sentence.strip()
    assert placeholders(sentence) <= facts
    assert str(refusal(**dict.fromkeys(facts, "x")))


def raised() -> Iterator[tuple[str, int, str, set[str]]]:
    """Every `errors.Name(fact=…)` and bare `errors.Name` that is raised in workflow/, with its facts."""
    for path in sorted(WORKFLOW.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Raise) or node.exc is None:
                continue
            call = node.exc if isinstance(node.exc, ast.Call) else None
            named = call.func if call else node.exc
            name = named.attr if isinstance(named, ast.Attribute) else getattr(named, "id", "")
            facts = {keyword.arg or "" for keyword in call.keywords} if call else set()
            if isinstance(getattr(errors, name, None), type):
                yield path.name, node.lineno, name, facts


def test_every_raised_refusal_brings_the_facts_of_its_sentence() -> None:
    sites = list(raised())
    lacking = [
        (file, line, name)
        for file, line, name, facts in sites
        if placeholders(str(getattr(errors, name).sentence)) - facts
    ]
    assert len(sites) > 60
    assert lacking == []


def test_every_button_and_every_refusal_is_said_in_vietnamese() -> None:
    with VIETNAMESE.open("rb") as file:
        catalogue = read_po(file)
    with translation.override(None):
        said = [str(words) for words in (*(v.label for v in Verb), *(refusal.sentence for refusal in refusals()))]
    lacking, changed = [], []
    for words in said:
        message = catalogue.get(words)
        if message is None or message.fuzzy or not str(message.string).strip():
            lacking.append(words)
        elif placeholders(str(message.string)) != placeholders(words):
            changed.append(words)
    assert lacking == []
    assert changed == []
