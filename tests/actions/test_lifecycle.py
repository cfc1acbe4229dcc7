"""Every step of the flow is reached through actions, and the data stay whole."""

import pytest

from tests.builders import STEPS, World
from workflow.choices import ReportState
from workflow.queries.integrity import check_integrity


@pytest.mark.parametrize("state", STEPS)
def test_a_report_reaches_each_state_and_integrity_holds(world: World, state: ReportState) -> None:
    report = world.report()
    STEPS[state](world, report)
    report.refresh_from_db()
    assert report.state == state
    assert check_integrity() == []
