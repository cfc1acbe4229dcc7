from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.choices import CampaignState, DayKind, ReportState, Stage
from workflow.rules.access import HOLDERS
from workflow.rules.calendar import LOCAL, WorkingCalendar, local_day
from workflow.rules.stage_clock import (
    STAGES,
    Change,
    Span,
    came_to_desk,
    closed_spans,
    stage_times,
    working_days,
    working_time,
)

# Saturday 22/8/2026 is worked, Monday 31/8 is off for it.
AUGUST = WorkingCalendar.of([(date(2026, 8, 22), DayKind.WORKED, None), (date(2026, 8, 31), DayKind.SWAPPED_OFF, None)])
BEGIN = datetime(2026, 8, 20, 15, 30, tzinfo=LOCAL)  # a Thursday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
S = ReportState

MINUTES = st.integers(0, 14 * 24 * 60)
MOMENTS = MINUTES.map(lambda minutes: BEGIN + minutes * MINUTE)
STATES = st.sampled_from(list(ReportState))
TRAILS = st.lists(st.tuples(MOMENTS, STATES), min_size=1, max_size=12).map(
    lambda steps: [Change(*step) for step in sorted(steps, key=lambda step: step[0])]
)
# Disjoint spans: an even number of sorted moments, taken in pairs.
CLOSED = (
    st.lists(MOMENTS, max_size=4)
    .map(sorted)
    .map(lambda moments: [Span(one, two) for one, two in list(pairwise(moments))[::2]])
)


def minute_by_minute(changes: Sequence[Change], until: datetime, closed: Sequence[Span] = ()) -> dict[Stage, timedelta]:
    """Every minute from the first change on is asked whose it is; nothing is calculated."""
    times = dict.fromkeys(Stage, timedelta())
    moment = changes[0].at
    while moment < until:
        state = [change.state for change in changes if change.at <= moment][-1]
        shut = any(span.begin <= moment < span.end for span in closed)
        if state in STAGES and not shut and AUGUST.is_working_day(moment.astimezone(LOCAL).date()):
            times[STAGES[state]] += MINUTE
        moment += MINUTE
    return times


@settings(max_examples=40)
@given(TRAILS, MOMENTS, CLOSED)
def test_each_desks_time_is_that_of_the_minute_by_minute_model(
    changes: list[Change], until: datetime, closed: list[Span]
) -> None:
    assert stage_times(changes, until, AUGUST, closed) == minute_by_minute(changes, until, closed)


@given(TRAILS, MOMENTS)
def test_the_desks_together_have_the_whole_working_time_where_there_is_no_end(
    changes: list[Change], until: datetime
) -> None:
    running = [change for change in changes if change.state in STAGES]
    whole = working_time(running[0].at, until, AUGUST) if running else timedelta()

    assert sum(stage_times(running, until, AUGUST).values(), timedelta()) == whole


@given(MOMENTS, MOMENTS, MOMENTS)
def test_working_time_adds_up_and_is_never_longer_than_time(one: datetime, two: datetime, three: datetime) -> None:
    begin, middle, end = sorted([one, two, three])

    assert working_time(begin, middle, AUGUST) + working_time(middle, end, AUGUST) == working_time(begin, end, AUGUST)
    assert timedelta() <= working_time(begin, end, AUGUST) <= end - begin
    assert working_time(end, begin, AUGUST) == timedelta()


@given(MOMENTS, MOMENTS)
def test_the_table_of_days_counts_what_the_rule_counts(one: datetime, two: datetime) -> None:
    begin, end = sorted([one, two])
    table = {row.day: row for row in working_days(local_day(begin), local_day(end), AUGUST)}

    def clock(instant: datetime) -> timedelta:
        row = table[local_day(instant)]
        of_day = instant - datetime.combine(row.day, datetime.min.time(), LOCAL)
        return row.before + (of_day if row.worked else timedelta())

    assert clock(end) - clock(begin) == working_time(begin, end, AUGUST)


@given(st.lists(st.tuples(MOMENTS, STATES), min_size=1, max_size=8), MOMENTS)
def test_no_desk_is_given_less_than_nothing_when_clocks_went_back(
    steps: list[tuple[datetime, str]], until: datetime
) -> None:
    changes = [Change(*step) for step in steps]

    assert min(stage_times(changes, until, AUGUST).values()) >= timedelta()


def test_a_weekend_is_nobodys_time_and_a_worked_saturday_is() -> None:
    friday, monday = datetime(2026, 8, 14, 12, tzinfo=LOCAL), datetime(2026, 8, 17, 12, tzinfo=LOCAL)

    assert working_time(friday, monday, AUGUST) == DAY
    assert working_time(friday + 7 * DAY, monday + 7 * DAY, AUGUST) == 2 * DAY


def test_a_local_day_begins_at_midnight_in_viet_nam_not_in_greenwich() -> None:
    saturday = datetime(2026, 8, 15, tzinfo=LOCAL)

    assert working_time(saturday - HOUR, saturday + HOUR, AUGUST) == HOUR


def test_an_end_stops_the_clock_and_a_released_report_goes_on_at_the_office() -> None:
    monday = datetime(2026, 8, 24, 8, tzinfo=LOCAL)
    changes = [
        Change(monday, S.RECEIVED),
        Change(monday + 2 * HOUR, S.CONSOLIDATED),
        Change(monday + 5 * HOUR, S.RECEIVED),
    ]

    assert stage_times(changes, monday + 4 * HOUR, AUGUST)[Stage.OFFICE] == 2 * HOUR
    assert stage_times(changes, monday + 6 * HOUR, AUGUST)[Stage.OFFICE] == 3 * HOUR


def test_an_exempt_report_lies_nowhere_until_it_is_reinstated() -> None:
    monday = datetime(2026, 8, 24, 8, tzinfo=LOCAL)
    changes = [Change(monday, S.DRAFT), Change(monday + HOUR, S.EXEMPT), Change(monday + 3 * HOUR, S.DRAFT)]

    assert came_to_desk(changes, monday + 2 * HOUR) is None
    assert came_to_desk(changes, monday + 4 * HOUR) == (Stage.DRAFTER, monday + 3 * HOUR)
    assert stage_times(changes, monday + 4 * HOUR, AUGUST)[Stage.DRAFTER] == 2 * HOUR


def test_a_report_lies_at_a_desk_since_it_came_there_from_elsewhere() -> None:
    changes = [
        Change(BEGIN, S.DRAFT),
        Change(BEGIN + HOUR, S.SIGNING),
        Change(BEGIN + 2 * HOUR, S.SIGNED),
        Change(BEGIN + 3 * HOUR, S.SENT),
        Change(BEGIN + 4 * HOUR, S.RECEIVED),
    ]

    assert came_to_desk(changes, BEGIN + 90 * MINUTE) == (Stage.SECRETARY, BEGIN + HOUR)
    assert came_to_desk(changes, BEGIN + DAY) == (Stage.OFFICE, BEGIN + 3 * HOUR)
    assert came_to_desk(changes, BEGIN) == (Stage.DRAFTER, BEGIN)
    assert came_to_desk(changes, BEGIN - HOUR) is None


def test_while_a_request_is_closed_nobody_is_charged() -> None:
    closed = closed_spans(
        [
            Change(BEGIN, CampaignState.OPEN),
            Change(BEGIN + HOUR, CampaignState.CONSOLIDATING),
            Change(BEGIN + 2 * HOUR, CampaignState.CLOSED),
            Change(BEGIN + 4 * HOUR, CampaignState.OPEN),
            Change(BEGIN + 5 * HOUR, CampaignState.CANCELLED),
        ],
        BEGIN + 8 * HOUR,
    )

    assert closed == [Span(BEGIN + 2 * HOUR, BEGIN + 4 * HOUR), Span(BEGIN + 5 * HOUR, BEGIN + 8 * HOUR)]
    assert stage_times([Change(BEGIN, S.DRAFT)], BEGIN + 8 * HOUR, AUGUST, closed)[Stage.DRAFTER] == 3 * HOUR


def test_states_share_a_desk_exactly_where_they_share_their_holders() -> None:
    """The clock's desks are not a second opinion on whose desk a report lies."""
    assert STAGES.keys() == HOLDERS.keys()
    for one in STAGES:
        for other in STAGES:
            assert (STAGES[one] is STAGES[other]) == (HOLDERS[S(one)] == HOLDERS[S(other)])
