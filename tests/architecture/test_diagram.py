"""The pictures of the two processes show what is declared, all of it."""

import re
from xml.etree import ElementTree

import pytest

from workflow.choices import CampaignState, ReportState, Verb
from workflow.flows.campaign import CampaignFlow
from workflow.flows.diagram import FLOWS, dot, edges, svg
from workflow.flows.report import ReportFlow

SVG = "{http://www.w3.org/2000/svg}"
STATES: dict[str, type[ReportState] | type[CampaignState]] = {"report": ReportState, "campaign": CampaignState}


def declared(flow: type[ReportFlow] | type[CampaignFlow], states: set[str]) -> set[tuple[str, str, str]]:
    found = set()
    for verb in Verb:
        method = getattr(flow, verb.value, None)
        for transition in [] if method is None else method.get_transitions():
            for target in set(transition.declared_targets()) & states:
                found.add((transition.source.value, target.value, verb.value))
    return {edge for edge in found if edge[0] != edge[1]}


@pytest.mark.parametrize(("name", "flow"), [("report", ReportFlow), ("campaign", CampaignFlow)])
def test_every_declared_move_is_an_edge_and_nothing_else(
    name: str, flow: type[ReportFlow] | type[CampaignFlow]
) -> None:
    assert set(edges(name)) == declared(flow, set(STATES[name]))


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_dot_names_every_state_and_every_edge(name: str) -> None:
    drawn = dot(name)

    assert set(re.findall(r"^  ([A-Z]+) \[", drawn, re.MULTILINE)) == set(STATES[name].values)
    assert set(re.findall(r"^  ([A-Z]+) -> ([A-Z]+) \[", drawn, re.MULTILINE)) == {
        (source, target) for source, target, _verb in edges(name)
    }


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_svg_is_well_formed_with_a_box_for_each_state_and_its_count(name: str) -> None:
    counts = {state: number for number, state in enumerate(STATES[name].values, start=100)}

    picture = ElementTree.fromstring(svg(name, counts))  # noqa: S314 – our own picture

    assert len(picture.findall(f"{SVG}rect")) == len(STATES[name])
    words = {text.text for text in picture.findall(f"{SVG}text")}
    assert {str(number) for number in counts.values()} <= words
    assert {str(state.label) for state in STATES[name]} <= words
