"""How many units of the board stand where: by step and by timeliness."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from workflow.choices import CampaignState, ReportState, Timeliness
from workflow.models.sql import read
from workflow.queries.board import NOT_BEGUN, WAITING_EXTENSION, Board
from workflow.rules.timeliness import standing

# Units with one step and one due are on time or late together, so the rule is asked once for all of them.
ALIKE = """
    SELECT report.state, report.started_at IS NOT NULL, report.due, max(report.sent_at), count(*),
           count(waiting.id) FILTER (WHERE report.sent_at IS NULL)
      FROM workflow_report report
      LEFT JOIN workflow_extension waiting ON waiting.report_id = report.id AND waiting.decided_at IS NULL
     WHERE report.campaign_id = %(campaign)s
     GROUP BY report.state, report.started_at IS NOT NULL, report.due, report.sent_at >= report.due
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many units stand where; `places` by chip, `times` by timeliness, `expected` without the exempt ones."""

    total: int = 0
    expected: int = 0
    sent: int = 0
    places: Mapping[str, int] = field(default_factory=dict)
    times: Mapping[str, int] = field(default_factory=dict)

    @property
    def percent(self) -> int:
        return self.sent * 100 // self.expected if self.expected else 0

    @property
    def exempt(self) -> int:
        return self.total - self.expected


def counts_of(board: Board) -> Counts:
    """All units of the request by place and timeliness. One query for however many."""
    places: Counter[str] = Counter()
    times: Counter[str] = Counter()
    running = board.campaign.state != CampaignState.CANCELLED
    for state, begun, due, sent_at, units, asking in read(ALIKE, {"campaign": board.campaign.pk}):
        exempt = state == ReportState.EXEMPT
        judged = standing(due, sent_at, board.judged_at, board.calendar, exempt=exempt, running=running)
        places[NOT_BEGUN if state == ReportState.DRAFT and not begun else state] += units
        times[judged.timeliness] += units
        times[WAITING_EXTENSION] += asking
    return Counts(
        total=places.total(),
        expected=places.total() - places[ReportState.EXEMPT],
        sent=times[Timeliness.ON_TIME] + times[Timeliness.LATE],
        places=places,
        times=times,
    )
