"""What people are told: one line per verb – the sentence, who hears it, and by which channels beside the in-app notice.

Sentences carry unit, report, time and state only: never content, reasons, votes or names of sections.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workflow.choices import Channel, NoticeMode, Relation, Role, Verb

Channels = Mapping[Channel, NoticeMode]
IN_APP_ONLY: Channels = {}
IN_DIGEST: Channels = {Channel.EMAIL: NoticeMode.DIGEST}
BY_MAIL: Channels = {Channel.EMAIL: NoticeMode.NOW}
BOTH: Channels = {Channel.EMAIL: NoticeMode.NOW, Channel.GATEWAY: NoticeMode.NOW}
PRESSING: Channels = {Channel.EMAIL: NoticeMode.DIGEST, Channel.GATEWAY: NoticeMode.NOW}


@dataclass(frozen=True, slots=True)
class Line:
    """`sentence` may use %(unit)s, %(report)s, %(due)s, %(state)s, %(number)s, %(days)s, %(count)s.

    An empty audience tells nobody, but for whom the event names. `by_rung`: the rung in the event says who hears it.
    `falls`: a drafter's seat without a holder falls to the secretary, the secretary's to the issuer's officers.
    `named`: the person in the event's facts. `counted`: whom the round of the event's revision counts.
    `mandatory`: no channel of it can be switched off.
    """

    sentence: str | Promise
    audience: Mapping[Relation, frozenset[Role]] = field(default_factory=dict)
    channels: Channels = field(default_factory=dict)
    by_rung: bool = False
    falls: bool = False
    named: bool = False
    counted: bool = False
    mandatory: bool = False


def _unit(*roles: Role) -> Mapping[Relation, frozenset[Role]]:
    return {Relation.OWN: frozenset(roles)}


def _office(*roles: Role) -> Mapping[Relation, frozenset[Role]]:
    return {Relation.ISSUER: frozenset(roles)}


EDITORS = (Role.DRAFTER, Role.DEPUTY, Role.SECRETARY)

CATALOGUE: Mapping[Verb, Line] = {
    Verb.SET_UP: Line(
        _("%(unit)s is asked for the report “%(report)s”. To be sent before: %(due)s."),
        _unit(*EDITORS),
        BY_MAIL,
        falls=True,
        mandatory=True,
    ),
    Verb.OPEN_REQUEST: Line(_("%(unit)s has read the request.")),
    Verb.SAVE_ENTRY: Line(_("The draft of %(unit)s was saved.")),
    Verb.EDITED: Line(_("The draft of %(unit)s was edited.")),
    Verb.ANSWER: Line(_("An opinion on the report of %(unit)s was answered.")),
    Verb.ASSIGN: Line(
        _("You are asked to draft the report “%(report)s”. To be sent before: %(due)s."), channels=BY_MAIL, named=True
    ),
    Verb.SUBMIT_FOR_REVIEW: Line(
        _("The draft report “%(report)s” asks for opinions. Please give yours."),
        _unit(Role.DEPUTY, Role.SECRETARY),
        BY_MAIL,
        counted=True,
    ),
    Verb.SUBMIT_FOR_SIGNING: Line(
        _("The report “%(report)s” is submitted to you for signature."), _unit(Role.SECRETARY), BY_MAIL
    ),
    Verb.GIVE_OPINION: Line(_("An opinion on “%(report)s” was given."), _unit(Role.DRAFTER)),
    Verb.ENTER_MINUTES: Line(_("The result of the meeting on “%(report)s” was entered."), _unit(Role.DRAFTER)),
    Verb.CONCLUDE_REVIEW: Line(
        _("The round of opinions on “%(report)s” is closed. It is now at: %(state)s."), _unit(*EDITORS), BY_MAIL
    ),
    Verb.RETURN_FOR_REVISION: Line(
        _("The report “%(report)s” was returned for revision. Please see the reasons in the system."),
        _unit(Role.DRAFTER),
        BY_MAIL,
    ),
    Verb.RETURN_SIGNED: Line(
        _("The signature of “%(report)s” was withdrawn and the report returned. Please see the reasons in the system."),
        _unit(Role.DRAFTER, Role.CLERK),
        BY_MAIL,
    ),
    Verb.SIGN: Line(_("The report “%(report)s” is signed and waits for its number."), _unit(Role.CLERK, Role.DRAFTER)),
    Verb.ISSUE: Line(
        _("%(unit)s has sent the report “%(report)s”, number %(number)s."), _office(Role.OFFICER), IN_DIGEST
    ),
    Verb.RECALL: Line(_("The drafter has taken back the report “%(report)s”."), _unit(Role.DEPUTY, Role.SECRETARY)),
    Verb.RECALL_SENT: Line(_("%(unit)s has taken back what it sent for “%(report)s”."), _office(Role.OFFICER), BY_MAIL),
    Verb.RECEIVE: Line(_("The office has received the report “%(report)s” of %(unit)s."), _unit(*EDITORS), BY_MAIL),
    Verb.REGISTER_PAPER: Line(
        _("The office has registered the report “%(report)s” of %(unit)s that came on paper."), _unit(*EDITORS), BY_MAIL
    ),
    Verb.REQUEST_SUPPLEMENT: Line(
        _("Please supplement the report “%(report)s” before %(due)s; see the system for what is asked."),
        _unit(*EDITORS),
        BOTH,
        falls=True,
        mandatory=True,
    ),
    Verb.WITHDRAW_SUPPLEMENT: Line(
        _("The office has withdrawn its request to supplement “%(report)s”."), _unit(*EDITORS)
    ),
    Verb.INCLUDE: Line(_("The report of %(unit)s counts in the consolidation.")),
    Verb.LEAVE_OUT: Line(_("The report of %(unit)s does not count in the consolidation."), _office(Role.LEADER)),
    Verb.CONSOLIDATE: Line(_("The report “%(report)s” of %(unit)s was consolidated."), _unit(Role.DRAFTER)),
    Verb.RELEASE: Line(_("The report “%(report)s” of %(unit)s was released from the consolidation.")),
    Verb.EXEMPT: Line(_("%(unit)s need not send the report “%(report)s”."), _unit(*EDITORS), BY_MAIL),
    Verb.REINSTATE: Line(
        _("%(unit)s has to send the report “%(report)s” after all, before %(due)s."), _unit(*EDITORS), BOTH
    ),
    Verb.REMIND: Line(
        _("Please send the report “%(report)s” of %(unit)s before %(due)s. It is now at: %(state)s."),
        _unit(*EDITORS),
        BOTH,
        falls=True,
    ),
    Verb.ASSIGN_OFFICER: Line(_("You are asked to follow the report of %(unit)s."), channels=BY_MAIL, named=True),
    Verb.ASK_EXTENSION: Line(_("%(unit)s asks for a later deadline for “%(report)s”."), _office(Role.OFFICER), BY_MAIL),
    Verb.PROPOSE_EXTENSION: Line(
        _("A decision is proposed on the deadline of %(unit)s for “%(report)s”."), _office(Role.LEADER), BY_MAIL
    ),
    Verb.DECIDE_EXTENSION: Line(
        _("The deadline of %(unit)s for “%(report)s” was decided on: before %(due)s."),
        {Relation.OWN: frozenset(EDITORS), Relation.ISSUER: frozenset({Role.OFFICER})},
        BOTH,
        mandatory=True,
    ),
    Verb.GIVE_LATE_REASON: Line(
        _("%(unit)s has said why “%(report)s” is late. Please see the reason in the system."),
        _office(Role.OFFICER, Role.LEADER),
    ),
    Verb.EXCUSE_LATENESS: Line(
        _("The lateness of %(unit)s with “%(report)s” was excused."),
        {Relation.OWN: frozenset(EDITORS), Relation.ISSUER: frozenset({Role.OFFICER})},
        IN_DIGEST,
    ),
    Verb.DUE_NEAR: Line(
        _(
            "%(days)s working days are left to send the report “%(report)s” of %(unit)s (before %(due)s)."
            " It is now at: %(state)s."
        ),
        channels=IN_DIGEST,
        by_rung=True,
        falls=True,
    ),
    Verb.DUE_DAY: Line(
        _("The report “%(report)s” of %(unit)s is due: before %(due)s. It is now at: %(state)s."),
        channels=PRESSING,
        by_rung=True,
        falls=True,
        mandatory=True,
    ),
    Verb.OVERDUE: Line(
        _(
            "The report “%(report)s” of %(unit)s is %(days)s working days overdue. Please see that it is completed and"
            " sent at once; if something is in the way, please say why or ask for an extension."
        ),
        channels=PRESSING,
        by_rung=True,
        falls=True,
        mandatory=True,
    ),
    Verb.DESK_WAITS: Line(
        _("The report “%(report)s” of %(unit)s has waited for more than %(days)s working days at: %(state)s."),
        channels=IN_DIGEST,
        by_rung=True,
        falls=True,
    ),
    Verb.UNITS_OVERDUE: Line(
        _("%(count)s units have not sent the report “%(report)s” (due before %(due)s). Please see the list."),
        channels=IN_DIGEST,
        by_rung=True,
    ),
    Verb.EDIT: Line(_("The request “%(report)s” is being prepared.")),
    Verb.OPEN: Line(_("The request “%(report)s” was sent out."), _office(Role.OFFICER, Role.LEADER)),
    Verb.ADD_UNITS: Line(_("Units were added to the request “%(report)s”."), _office(Role.OFFICER)),
    Verb.AMEND: Line(
        _("The request “%(report)s” was amended. Please see what is new. To be sent before: %(due)s."),
        _unit(*EDITORS),
        BOTH,
    ),
    Verb.CUT_OFF: Line(_("The figures of “%(report)s” were cut off."), _office(Role.OFFICER, Role.LEADER)),
    Verb.REOPEN: Line(_("The request “%(report)s” runs again."), _unit(*EDITORS), BY_MAIL),
    Verb.CLOSE: Line(_("The request “%(report)s” was closed."), _unit(*EDITORS)),
    Verb.CANCEL: Line(_("The request “%(report)s” was cancelled."), _unit(*EDITORS), BOTH),
    Verb.UPPER_AMENDED: Line(
        _("The request above “%(report)s” was amended. Please consider whether to amend yours as well."),
        _office(Role.OFFICER, Role.LEADER),
        BY_MAIL,
    ),
    Verb.UPPER_CANCELLED: Line(
        _("The request above “%(report)s” was cancelled. Yours may go on as an own request, or be cancelled."),
        _office(Role.OFFICER, Role.LEADER),
        BY_MAIL,
    ),
    Verb.CHANGE_LADDER: Line(_("The ladder of reminders of “%(report)s” was changed."), _office(Role.OFFICER)),
    Verb.PAUSE_LADDER: Line(_("The reminders of “%(report)s” are paused."), _office(Role.OFFICER, Role.LEADER)),
    Verb.RESUME_LADDER: Line(_("The reminders of “%(report)s” go on."), _office(Role.OFFICER, Role.LEADER)),
    Verb.DRAFT_URGING: Line(
        _("A letter urging the units that have not sent “%(report)s” is drafted. Please check it."),
        _office(Role.OFFICER),
        IN_DIGEST,
    ),
    Verb.EDIT_URGING: Line(_("The letter urging the units that have not sent “%(report)s” was changed.")),
    Verb.SIGN_URGING: Line(
        _("The letter urging the units that have not sent “%(report)s” is signed and waits for its number."),
        _office(Role.OFFICER),
    ),
    Verb.ISSUE_URGING: Line(
        _("Letter number %(number)s urges you to send the report “%(report)s” before %(due)s."),
        _unit(*EDITORS),
        BOTH,
        mandatory=True,
    ),
    Verb.DISCARD_URGING: Line(_("The urging letter on “%(report)s” was discarded."), _office(Role.OFFICER)),
    Verb.RESEND_NOTICES: Line(_("Failed notices of “%(report)s” are sent again.")),
    Verb.TURN_INTO_OWN: Line(
        _("The request “%(report)s” goes on as the committee's own request."), _office(Role.OFFICER)
    ),
    Verb.REGISTER_ORGANIZATION: Line(_("%(unit)s was entered in the register.")),
    Verb.RENAME_ORGANIZATION: Line(_("%(unit)s has a new name."), _unit(Role.SECRETARY, Role.CLERK)),
    Verb.START_TERM: Line(
        _("A new term began in %(unit)s; document numbers restart."), _unit(Role.CLERK, Role.SECRETARY)
    ),
    Verb.GRANT_SEAT: Line(_("You were given a seat in %(unit)s."), named=True),
    Verb.END_SEAT: Line(_("Your seat in %(unit)s was ended."), named=True),
    Verb.CONFIRM_SEAT: Line(_("A signing seat in %(unit)s was confirmed."), _unit(Role.SECRETARY)),
    Verb.APPOINT_STAND_IN: Line(
        _("A deputy of %(unit)s was asked to sign for the secretary."), _unit(Role.DEPUTY, Role.SECRETARY)
    ),
    Verb.END_STAND_IN: Line(
        _("A deputy of %(unit)s no longer signs for the secretary."), _unit(Role.DEPUTY, Role.SECRETARY)
    ),
    Verb.ISSUE_CODE: Line(
        _("A one-time code was issued for your account. If you did not ask for one, please call the administrator."),
        channels=BY_MAIL,
        named=True,
        mandatory=True,
    ),
    Verb.RENAME_PERSON: Line(_("Your name in the system was corrected."), named=True),
    Verb.CHANGE_PASSWORD: Line(_("Your password was changed.")),
    Verb.RELEASE_SIGNING: Line(_("You may sign again: a second person has confirmed it."), named=True),
    Verb.SET_CALENDAR: Line(_("The working calendar of %(unit)s was changed."), _office(Role.OFFICER)),
    Verb.EXPORT_TIMELINESS: Line(_("The timeliness ledger of %(unit)s was exported.")),
}
