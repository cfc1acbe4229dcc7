"""YAML as nodes that know their line. What is wrong is collected with file, line and reason, and reading goes on."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import yaml
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MOST_PROBLEMS = 50
LARGEST_FILE = 5 * 1024 * 1024
_TAG = "tag:yaml.org,2002:"
_NAMES = {"str": _("text"), "bool": _("true or false"), "int": _("a whole number"), "float": _("a number")}

Choice = TypeVar("Choice", bound=TextChoices)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class ExampleRefused(Exception):
    """An example that cannot be loaded; says every problem that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


class _Loader(yaml.SafeLoader):
    """Composes nodes and refuses aliases: a file says everything where it stands."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.get_event()
            raise yaml.composer.ComposerError(None, None, "aliases are not used here", event.start_mark)
        return super().compose_node(parent, index)


@dataclass(slots=True)
class File:
    """One YAML file. `name` is shown with its problems."""

    path: Path
    name: str
    problems: list[Problem] = field(default_factory=list)
    untold: int = 0

    def refuse(self, line: int, reason: str | Promise, /, **words: object) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(self.name, line, str(reason) % words))
        else:
            self.untold += 1

    def root(self) -> "Item":
        """The file's content; an empty item when it cannot be read at all."""
        try:
            if self.path.stat().st_size > LARGEST_FILE:
                self.refuse(1, _("the file is larger than %(most)s bytes"), most=LARGEST_FILE)
                return Item(self, None, 1)
            node = _Loader(self.path.read_text(encoding="utf-8")).get_single_node()
        except OSError:
            self.refuse(1, _("the file cannot be read"))
        except UnicodeDecodeError:
            self.refuse(1, _("the file is not UTF-8"))
        except yaml.MarkedYAMLError as broken:
            mark = broken.problem_mark
            self.refuse(mark.line + 1 if mark else 1, _("this is not YAML: %(problem)s"), problem=broken.problem)
        except yaml.YAMLError as broken:
            self.refuse(1, _("this is not YAML: %(problem)s"), problem=broken)
        else:
            if node is not None:
                return Item(self, node, 1)
            self.refuse(1, _("the file is empty"))
        return Item(self, None, 1)


@dataclass(frozen=True, slots=True)
class Item:
    """A place in a file. Asked for a value of the wrong kind, or where nothing stands, it answers with an empty one."""

    file: File
    node: yaml.Node | None
    before: int

    @property
    def line(self) -> int:
        return self.before if self.node is None else self.node.start_mark.line + 1

    @property
    def is_null(self) -> bool:
        return self.node is None or self.node.tag == f"{_TAG}null"

    @property
    def is_mapping(self) -> bool:
        return isinstance(self.node, yaml.MappingNode)

    @property
    def is_list(self) -> bool:
        return isinstance(self.node, yaml.SequenceNode)

    def refuse(self, reason: str | Promise, /, **words: object) -> None:
        self.file.refuse(self.line, reason, **words)

    def _scalar(self, *kinds: str) -> str | None:
        if self.node is None:
            return None
        if isinstance(self.node, yaml.ScalarNode) and self.node.tag.removeprefix(_TAG) in kinds:
            return unicodedata.normalize("NFC", self.node.value)
        self.refuse(_("%(kind)s is expected here"), kind=_NAMES[kinds[-1]])
        return None

    def text(self, most: int | None = None, *, blank: bool = False) -> str:
        """The text, at most `most` characters."""
        value = self._scalar("str")
        if value is None:
            return ""
        if not value.strip() and not blank:
            self.refuse(_("the text is empty"))
        if most is not None and len(value) > most:
            self.refuse(_("the text has %(count)s characters, at most %(most)s are kept"), count=len(value), most=most)
        return value

    def code(self) -> str:
        """A short ASCII word of small letters, digits and hyphens."""
        value = self.text(60)
        if value and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
            self.refuse(_("“%(word)s” is no code: small ASCII letters, digits and hyphens"), word=value)
        return value

    def flag(self) -> bool:
        value = self._scalar("bool")
        return value is not None and value.lower() in {"true", "yes", "on"}

    def integer(self, least: int | None = None) -> int:
        value = self._scalar("int")
        number = int(value.replace("_", "")) if value and re.fullmatch(r"[-+]?[0-9_]+", value) else 0
        if value is not None and least is not None and number < least:
            self.refuse(_("%(number)s is less than %(least)s"), number=value, least=least)
        return number

    def decimal(self) -> Decimal:
        value = self._scalar("int", "float")
        if value is not None and re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)?", value):
            return Decimal(value)
        if value is not None:
            self.refuse(_("%(kind)s is expected here"), kind=_NAMES["float"])
        return Decimal(0)

    def day(self) -> date:
        if self.node is None:
            return date.min
        try:
            return date.fromisoformat(str(self.node.value))
        except ValueError:
            self.refuse(_("a day like 2022-07-31 is expected here"))
            return date.min

    def choice(self, words: type[Choice]) -> Choice:
        value = self._scalar("str")
        if value is not None and value not in words.values:
            self.refuse(_("“%(word)s” is not one of %(words)s"), word=value, words=", ".join(words.values))
            value = None
        return words(value) if value is not None else next(iter(words))

    def items(self) -> "list[Item]":
        """What stands in a list; nothing for null."""
        if self.is_null:
            return []
        if not isinstance(self.node, yaml.SequenceNode):
            self.refuse(_("a list is expected here"))
            return []
        return [Item(self.file, node, self.line) for node in self.node.value]

    def pairs(self) -> "dict[str, Item]":
        """What stands in a mapping with free keys; nothing for null."""
        if self.is_null:
            return {}
        if not isinstance(self.node, yaml.MappingNode):
            self.refuse(_("keys with values are expected here"))
            return {}
        found: dict[str, Item] = {}
        for key, value in self.node.value:
            name = unicodedata.normalize("NFC", str(key.value))
            if name in found:
                self.file.refuse(key.start_mark.line + 1, _("“%(key)s” is given twice"), key=name)
            found[name] = Item(self.file, value, key.start_mark.line + 1)
        return found

    def fields(self, required: str, optional: str = "", defaults: "Mapping[str, Item] | None" = None) -> "Fields":
        """A mapping whose keys are known, as words separated by blanks; `defaults` fill in what is not said."""
        given = self.pairs()
        must, may = required.split(), optional.split()
        for name, item in given.items():
            if name not in must and name not in may:
                item.file.refuse(item.before, _("unknown key “%(key)s”"), key=name)
        found = {**(defaults or {}), **given}
        if self.node is not None and (self.is_mapping or self.is_null):
            for name in must:
                if name not in found:
                    self.refuse(_("“%(key)s” is missing"), key=name)
        return Fields(self, found)


@dataclass(frozen=True, slots=True)
class Fields:
    """The values of a mapping by key. A key that is not there has an empty item; its lack was told."""

    item: Item
    found: Mapping[str, Item]

    def __getitem__(self, key: str) -> Item:
        return self.found.get(key) or Item(self.item.file, None, self.item.line)

    def __contains__(self, key: str) -> bool:
        return key in self.found

    def __iter__(self) -> Iterator[str]:
        return iter(self.found)
