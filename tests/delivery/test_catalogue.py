"""Every line of the catalogue: who may hear it could open it, and its sentence says neither more nor less."""

import re

import pytest
from django.utils.translation import override

from tests.delivery.test_channels import NOTICE
from workflow.choices import Channel, NoticeMode, Read, Relation, Role, Verb
from workflow.delivery.catalogue import CATALOGUE, Line
from workflow.delivery.wording import Told
from workflow.rules.access import READS
from workflow.rules.ladder import OFFICE_ROLES, UNIT_ROLES

ALLOWED = {"unit", "report", "due", "state", "number", "days", "count"}
LINES = pytest.mark.parametrize("line", CATALOGUE.values(), ids=list(CATALOGUE))


def test_every_verb_has_a_line() -> None:
    assert set(CATALOGUE) == set(Verb)


@LINES
def test_whoever_hears_of_it_may_see_it(line: Line) -> None:
    for relation, roles in line.audience.items():
        assert roles
        assert roles <= READS[Read.STATE][relation]


def test_whomever_a_rung_tells_may_see_it() -> None:
    assert READS[Read.STATE][Relation.OWN] >= UNIT_ROLES
    assert READS[Read.STATE][Relation.ISSUER] >= OFFICE_ROLES


@LINES
def test_a_rung_or_the_line_names_the_audience_not_both(line: Line) -> None:
    assert not (line.by_rung and line.audience)
    assert not line.falls or line.by_rung or line.audience[Relation.OWN] & {Role.DRAFTER, Role.SECRETARY}


@LINES
def test_whatever_leaves_the_system_has_somebody_to_go_to(line: Line) -> None:
    if line.channels or line.mandatory:
        assert line.audience or line.by_rung or line.named or line.counted
    assert not line.mandatory or line.channels


@LINES
def test_the_gateway_carries_single_messages_only(line: Line) -> None:
    assert line.channels.get(Channel.GATEWAY, NoticeMode.NOW) == NoticeMode.NOW
    assert NoticeMode.OFF not in line.channels.values()


@LINES
def test_a_sentence_speaks_of_unit_report_time_and_state_only(line: Line) -> None:
    for language in ("vi", "en"):
        with override(language):
            assert set(re.findall(r"%\((\w+)\)", str(line.sentence))) <= ALLOWED


FILLED = Told(**{name: getattr(NOTICE, name) for name in NOTICE.__slots__} | {"number": "12-BC/CB"})


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("verb", Verb)
def test_every_place_of_a_sentence_is_filled(verb: Verb, language: str) -> None:
    with override(language):
        names = set(re.findall(r"%\((\w+)\)", str(CATALOGUE[verb].sentence)))
        told = Told(
            **{name: getattr(FILLED, name) for name in FILLED.__slots__}
            | {"verb": verb, "language": language, "facts": {"days": 3, "units": 847}}
        )
        sentence = told.sentence
        words = {
            "unit": "Chi bộ Sở Thông tin và Truyền thông",
            "report": "“sơ kết 5 năm”",
            "due": "9 giờ 00 ngày 01/6/2026" if language == "vi" else "09:00, 01/06/2026",
            "state": "Chờ ký" if language == "vi" else "Waiting for signature",
            "number": "12-BC/CB",
            "days": "03",
            "count": "847",
        }
    assert "%" not in sentence
    assert sentence.endswith(".")
    for name, word in words.items():
        assert (word in sentence) == (name in names), (name, sentence)
