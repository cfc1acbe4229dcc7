"""An example folder: example.yaml names the files, which are read in its order."""

from collections.abc import Callable
from pathlib import Path

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from workflow.management.examples.calendar import read_calendar, read_ladders
from workflow.management.examples.drafting import read_drafting
from workflow.management.examples.example import Example
from workflow.management.examples.nodes import ExampleRefused, Fields, File, Item, Problem
from workflow.management.examples.organizations import read_organizations
from workflow.management.examples.people import read_people, read_seat_words
from workflow.management.examples.requests import inside, read_request
from workflow.rules.calendar import LOCAL

INDEX = "example.yaml"
KEYS = "title uses time_zone organizations people calendar ladders requests drafting"


def read_example(folder: Path) -> Example:
    """What the folder and the folders that it uses describe. Raises ExampleRefused with every problem found."""
    example, problems = Example(), list[Problem]()
    _read_folder(folder, example, problems, [])
    if problems:
        raise ExampleRefused(problems)
    return example


def _read_folder(folder: Path, example: Example, problems: list[Problem], using: list[Path]) -> None:
    index = File(folder / INDEX, str(folder / INDEX))
    top = index.root().fields(KEYS, "seat_words")
    if not top["uses"].is_null:
        used = (folder / top["uses"].text()).resolve()
        if used in [*using, folder.resolve()]:
            top["uses"].refuse(_("the folders use each other in a circle"))
        else:
            _read_folder(folder / top["uses"].text(), example, problems, [*using, folder.resolve()])
    example.title = top["title"].text()
    if top["time_zone"].text() not in {"", LOCAL.key}:
        top["time_zone"].refuse(_("the time zone is %(zone)s"), zone=LOCAL.key)
    if "seat_words" in top:
        read_seat_words(top["seat_words"], example)
    _read_files(folder, top, example, problems)
    problems += _told(index)


def _read_files(folder: Path, top: Fields, example: Example, problems: list[Problem]) -> None:
    readers: dict[str, Callable[[Item, Example], None]] = {
        "organizations": read_organizations,
        "people": read_people,
        "calendar": read_calendar,
        "ladders": read_ladders,
        "requests": lambda root, example: read_request(root, example, folder),
        "drafting": read_drafting,
    }
    for key, read in readers.items():
        for item in top[key].items():
            path = inside(folder, item)
            file = File(path, str(folder / item.text()))
            root = file.root()
            if root.node is not None:
                read(root, example)
            problems += _told(file)


def _told(file: File) -> list[Problem]:
    if not file.untold:
        return file.problems
    last = file.problems[-1].line
    rest = ngettext("and %(count)s more problem", "and %(count)s more problems", file.untold) % {"count": file.untold}
    return [*file.problems, Problem(file.name, last, rest)]
