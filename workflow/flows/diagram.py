"""The two processes as DOT and SVG, drawn from their declarations."""

from collections.abc import Mapping
from html import escape

from workflow.choices import CampaignState, ReportState, Verb
from workflow.flows.campaign import CampaignFlow
from workflow.flows.report import ReportFlow

Edge = tuple[str, str, str]
FLOWS: Mapping[str, tuple[type, type[ReportState] | type[CampaignState]]] = {
    "report": (ReportFlow, ReportState),
    "campaign": (CampaignFlow, CampaignState),
}


def edges(flow: str) -> list[Edge]:
    """Every declared move as (from, to, verb), once each; verbs that stay are left out."""
    declared, states = FLOWS[flow]
    found = {
        (str(transition.source), str(target), str(transition.label))
        for transitions in declared.state.get_transitions().values()  # type: ignore[attr-defined]
        for transition in transitions
        for target in transition.declared_targets()
        if target in states.values and target != transition.source
    }
    order = {state: place for place, state in enumerate(states.values)}
    return sorted(found, key=lambda edge: (order[edge[0]], order[edge[1]], edge[2]))


def dot(flow: str, counts: Mapping[str, int] | None = None) -> str:
    """The process in Graphviz' language; `counts` (state → number) are shown under the labels."""
    _declared, states = FLOWS[flow]
    lines = [f"digraph {flow} {{", "  rankdir=LR;", '  node [shape=box, style="rounded", fontname="sans-serif"];']
    for state in states:
        lines.append(f'  {state.value} [label="{_quoted(_label(state.value, str(state.label), counts))}"];')
    lines += [
        f'  {source} -> {target} [label="{_quoted(str(Verb(verb).label))}"];' for source, target, verb in edges(flow)
    ]
    return "\n".join([*lines, "}", ""])


def _label(state: str, words: str, counts: Mapping[str, int] | None) -> str:
    return words if counts is None else f"{words}\n{counts.get(state, 0)}"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


BOX, ROW, LANE, MARGIN, SLANT = 230, 54, 34, 16, 240


def lanes(flow: str) -> list[tuple[str, str, list[str]]]:
    """Every verb with one of its targets and all its sources: one lane of the picture."""
    gathered: dict[tuple[str, str], list[str]] = {}
    for source, target, verb in edges(flow):
        gathered.setdefault((verb, target), []).append(source)
    return [(verb, target, sources) for (verb, target), sources in gathered.items()]


def svg(flow: str, counts: Mapping[str, int] | None = None) -> str:
    """The process as rows of states and one lane per verb: a ring where it may begin, an arrow where it leads.

    Moves towards the end are drawn full, moves back are dashed.
    """
    _declared, states = FLOWS[flow]
    drawn = lanes(flow)
    row = {state.value: SLANT + ROW * number for number, state in enumerate(states)}
    width = MARGIN * 2 + BOX + LANE * (len(drawn) + 1) + SLANT // 2
    height = SLANT + ROW * len(row) + MARGIN
    body = [_row(row[state.value], width, _label(state.value, str(state.label), counts)) for state in states]
    body += [
        _lane(MARGIN + BOX + LANE * (number + 1), str(Verb(verb).label), row[target], [row[one] for one in sources])
        for number, (verb, target, sources) in enumerate(drawn)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" class="flow flow-{flow}"'
        f' font-family="sans-serif" font-size="13">{"".join(body)}</svg>\n'
    )


def _row(top: int, width: int, words: str) -> str:
    middle = top + ROW // 2
    lines = words.split("\n")
    text = "".join(
        f'<text x="{MARGIN + 12}" y="{middle + 5 + 16 * number - 8 * (len(lines) - 1)}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    return (
        f'<path d="M{MARGIN + BOX} {middle}H{width - MARGIN}" stroke="#ddd"/>'
        f'<rect x="{MARGIN}" y="{top + 7}" width="{BOX}" height="{ROW - 14}" rx="8" fill="#fff" stroke="#555"/>{text}'
    )


def _lane(x: int, words: str, target: int, sources: list[int]) -> str:
    half = ROW // 2
    ends = [*sources, target]
    back = ' stroke-dasharray="5 4"' if target < max(sources) else ""
    rings = "".join(
        f'<circle cx="{x}" cy="{one + half}" r="4" fill="#fff" stroke="#333" stroke-width="1.5"/>' for one in sources
    )
    tip = target + half
    point = -8 if target > min(sources) else 8
    return (
        f'<path d="M{x} {min(ends) + half}V{max(ends) + half}" stroke="#333" stroke-width="1.5"{back}/>{rings}'
        f'<path d="M{x} {tip}l-5 {point}h10z" fill="#333"/>'
        f'<text transform="translate({x + 4} {SLANT - 8}) rotate(-55)">{escape(words)}</text>'
    )
