"""Who may do and see what (design.md section 6), as data. Two relations and nothing else: own and issuer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workflow.choices import Read, Relation, ReportState, Role, Verb


@dataclass(frozen=True, slots=True)
class Holding:
    """A seat the actor holds today. A stand-in holds the secretary's role by `stand_in_id` and his deputy seat."""

    organization_id: int
    role: Role
    seat_id: int
    stand_in_id: int | None = None
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Desk:
    relation: Relation
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Parties:
    """The two organisations a report lies between, and where it stands."""

    organization_id: int
    issuer_id: int
    state: str

    def at(self, relation: Relation) -> int:
        return self.organization_id if relation is Relation.OWN else self.issuer_id


def _unit(*roles: Role) -> Desk:
    return Desk(Relation.OWN, frozenset(roles))


def _office(*roles: Role) -> Desk:
    return Desk(Relation.ISSUER, frozenset(roles))


EDITORS = (Role.DRAFTER, Role.DEPUTY, Role.SECRETARY)
UNIT_SEATS = frozenset(Role) - {Role.ADMINISTRATOR}
ISSUER_SEATS = frozenset({Role.OFFICER, Role.LEADER, Role.INSPECTOR})
# Who reads a request's urging letters, drafts too: its office, and who signs and numbers them.
LETTER_SEATS = ISSUER_SEATS | {Role.SECRETARY, Role.DEPUTY, Role.CLERK}
_CELL = frozenset({Role.DRAFTER, Role.MEMBER, Role.DEPUTY, Role.SECRETARY})

DESKS: Mapping[Verb, Desk] = {
    Verb.OPEN_REQUEST: Desk(Relation.OWN, UNIT_SEATS),
    Verb.SAVE_ENTRY: _unit(*EDITORS),
    Verb.ANSWER: _unit(*EDITORS),
    Verb.ASSIGN: _unit(Role.SECRETARY, Role.DEPUTY),
    Verb.SUBMIT_FOR_REVIEW: _unit(Role.DRAFTER),
    Verb.SUBMIT_FOR_SIGNING: _unit(Role.DRAFTER),
    Verb.GIVE_OPINION: Desk(Relation.OWN, _CELL),
    Verb.ENTER_MINUTES: _unit(Role.SECRETARY, Role.DEPUTY),
    Verb.CONCLUDE_REVIEW: _unit(Role.SECRETARY, Role.DEPUTY),
    Verb.RETURN_FOR_REVISION: _unit(Role.SECRETARY, Role.DEPUTY),
    Verb.RETURN_SIGNED: _unit(Role.SECRETARY, Role.DEPUTY),
    Verb.SIGN: _unit(Role.SECRETARY),
    Verb.ISSUE: _unit(Role.CLERK, Role.SECRETARY, Role.DEPUTY),
    Verb.RECALL: _unit(Role.DRAFTER),
    Verb.RECALL_SENT: _unit(Role.SECRETARY),
    Verb.ASK_EXTENSION: _unit(*EDITORS),
    Verb.GIVE_LATE_REASON: _unit(*EDITORS),
    Verb.EXCUSE_LATENESS: _office(Role.LEADER),
    Verb.RECEIVE: _office(Role.OFFICER),
    Verb.REGISTER_PAPER: _office(Role.OFFICER),
    Verb.REQUEST_SUPPLEMENT: _office(Role.OFFICER),
    Verb.WITHDRAW_SUPPLEMENT: _office(Role.OFFICER),
    Verb.INCLUDE: _office(Role.OFFICER),
    Verb.LEAVE_OUT: _office(Role.OFFICER),
    Verb.EXEMPT: _office(Role.OFFICER),
    Verb.REINSTATE: _office(Role.OFFICER),
    Verb.REMIND: _office(Role.OFFICER),
    Verb.ASSIGN_OFFICER: _office(Role.OFFICER),
    Verb.PROPOSE_EXTENSION: _office(Role.OFFICER),
    Verb.DECIDE_EXTENSION: _office(Role.LEADER),
    Verb.EDIT: _office(Role.OFFICER),
    Verb.OPEN: _office(Role.OFFICER),
    Verb.ADD_UNITS: _office(Role.OFFICER),
    Verb.AMEND: _office(Role.OFFICER),
    Verb.CUT_OFF: _office(Role.OFFICER),
    Verb.REOPEN: _office(Role.LEADER),
    Verb.CLOSE: _office(Role.LEADER),
    Verb.CANCEL: _office(Role.LEADER),
    Verb.TURN_INTO_OWN: _office(Role.LEADER),
    Verb.CHANGE_LADDER: _office(Role.OFFICER),
    Verb.PAUSE_LADDER: _office(Role.OFFICER),
    Verb.RESUME_LADDER: _office(Role.OFFICER),
    Verb.DRAFT_URGING: _office(Role.OFFICER),
    Verb.EDIT_URGING: _office(Role.OFFICER),
    Verb.SIGN_URGING: _office(Role.SECRETARY),
    Verb.ISSUE_URGING: _office(Role.CLERK, Role.SECRETARY, Role.DEPUTY),
    Verb.DISCARD_URGING: _office(Role.OFFICER),
    Verb.RESEND_NOTICES: _office(Role.OFFICER),
}

# Whose desk a report lies on, by state. The states that are not here are ends.
HOLDERS: Mapping[ReportState, Desk] = {
    ReportState.DRAFT: _unit(Role.DRAFTER),
    ReportState.REVIEW: Desk(Relation.OWN, _CELL),
    ReportState.REVISING: _unit(Role.DRAFTER),
    ReportState.SIGNING: _unit(Role.SECRETARY),
    ReportState.SIGNED: _unit(Role.CLERK, Role.SECRETARY, Role.DEPUTY),
    ReportState.SENT: _office(Role.OFFICER),
    ReportState.RECEIVED: _office(Role.OFFICER),
    ReportState.SUPPLEMENT: _unit(Role.DRAFTER),
}

READS: Mapping[Read, Mapping[Relation, frozenset[Role]]] = {
    Read.WORKING_COPY: {Relation.OWN: frozenset(EDITORS)},
    Read.REVIEW: {Relation.OWN: _CELL},
    Read.SUBMITTED: {Relation.OWN: _CELL},
    Read.SENT: {Relation.OWN: UNIT_SEATS, Relation.ISSUER: ISSUER_SEATS},
    Read.STATE: {Relation.OWN: UNIT_SEATS, Relation.ISSUER: ISSUER_SEATS},
    Read.HISTORY: {Relation.OWN: UNIT_SEATS, Relation.ISSUER: ISSUER_SEATS},
}

_SIGNED_OR_LATER = frozenset(
    {
        ReportState.SIGNED,
        ReportState.SENT,
        ReportState.RECEIVED,
        ReportState.SUPPLEMENT,
        ReportState.CONSOLIDATED,
    }
)


def held(holdings: Iterable[Holding], organization_id: int, roles: Iterable[Role]) -> Holding | None:
    """The holding that puts the actor at a desk: an own seat before a stand-in, a confirmed seat before a new one."""
    wanted = frozenset(roles)
    found = [h for h in holdings if h.organization_id == organization_id and h.role in wanted]
    return min(found, key=lambda h: (h.stand_in_id is not None, not h.confirmed, h.seat_id), default=None)


def at_desk(verb: Verb, holdings: Iterable[Holding], parties: Parties) -> Holding | None:
    desk = DESKS[verb]
    return held(holdings, parties.at(desk.relation), desk.roles)


def may_read(read: Read, holdings: Iterable[Holding], parties: Parties) -> bool:
    """Whether one of the holdings opens this kind of reading. SUBMITTED opens to the clerk from SIGNED on."""
    holdings = tuple(holdings)
    by_relation = dict(READS[read])
    if read is Read.SUBMITTED and parties.state in _SIGNED_OR_LATER:
        by_relation[Relation.OWN] = by_relation[Relation.OWN] | {Role.CLERK}
    return any(held(holdings, parties.at(relation), roles) for relation, roles in by_relation.items())


def may_see(holdings: Iterable[Holding], parties: Parties) -> bool:
    """Whether the report exists for the actor at all; otherwise the answer is 404."""
    return may_read(Read.STATE, holdings, parties)
