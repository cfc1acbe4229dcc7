"""What left the system: how much of it, in which state, what came back, and one digest as it was read."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path
from textwrap import wrap

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from workflow.choices import DeliveryState, Verb
from workflow.management.walkthrough.clock.grid import grid, heading
from workflow.management.walkthrough.clock.ladder_told import moment_told
from workflow.management.walkthrough.clock.sink import files_in, mails_to
from workflow.management.walkthrough.story import NotPlayed
from workflow.models import Delivery, Person, Preference
from workflow.queries.notices import Failure
from workflow.rules.calendar import LOCAL, local_day
from workflow.rules.quiet import is_quiet_hour
from workflow.rules.vietnamese import format_number

WIDTH = 120


def mails_told(after: int) -> Iterator[str]:
    """The deliveries of the events after one, by state and way, and in how many mails they went."""
    found = Delivery.objects.filter(notice__event__gt=after)
    counted = Counter(found.values_list("state", "digest"))
    rows = [
        (str(state.label), *(format_number(counted[state, digest]) for digest in (False, True)))
        for state in DeliveryState
        if counted[state, False] or counted[state, True]
    ]
    yield heading(_("E-mail"))
    yield from grid((_("Notices"), _("At once"), _("In a digest")), rows, numbers={1, 2})
    digests = digests_in(found)
    yield "  " + _("Mails: %(mails)s, of them %(digests)s digests") % {
        "mails": format_number(counted[DeliveryState.SENT, False] + len(digests)),
        "digests": format_number(len(digests)),
    }


def digests_in(deliveries: QuerySet[Delivery]) -> set[tuple[int, datetime]]:
    """The digests that went: to whom, when."""
    went = deliveries.filter(digest=True, state=DeliveryState.SENT).values_list("notice__person", "sent_at")
    return {(person, at) for person, at in went if at is not None}


def every_mail_arrived(directory: Path) -> None:
    """Raises NotPlayed unless the server holds exactly the mails that the system takes for sent."""
    everything = Delivery.objects.all()
    single = everything.filter(digest=False, state=DeliveryState.SENT).count()
    expected, arrived = single + len(digests_in(everything)), len(files_in(directory))
    if arrived != expected:
        raise NotPlayed(f"{expected} mails were sent, {arrived} have arrived")


def failures_told(came_back: Sequence[Failure], wrong: str, right: str) -> Iterator[str]:
    """What the office saw of an address that was wrong."""
    yield heading(_("What came back, as the office sees it"))
    rows = [(one.person, one.unit, moment_told(one.at), str(one.attempts), one.reason) for one in came_back]
    head = (_("Person"), _("Unit"), _("Notice of"), _("Attempts"), _("Answer of the mail server"))
    yield from grid(head, rows, numbers={3})
    yield "  " + _("The address %(wrong)s was corrected to %(right)s, and the notices went.") % {
        "wrong": wrong,
        "right": right,
    }


def digest_told(directory: Path, person: Person, day: date) -> Iterator[str]:
    """A person's digest of a day, as it lies on the server. Raises NotPlayed when there is none."""
    sent = Delivery.objects.filter(notice__person=person, digest=True, state=DeliveryState.SENT).order_by("notice")
    of_the_day = [one for one in sent if one.sent_at is not None and local_day(one.sent_at) == day]
    if not of_the_day:
        raise NotPlayed(f"{person} got no digest on {day}")
    link = f"/thong-bao/{of_the_day[0].notice_id}/"
    for mail in mails_to(directory, person.email):
        text = _text(mail)
        if link in text:
            yield heading(
                _("A digest: %(when)s") % {"when": moment_told(of_the_day[0].sent_at or mail["Date"].datetime)}
            )
            yield "  │ " + _("Mail to: %(address)s") % {"address": mail["To"]}
            yield "  │ " + _("Subject: %(subject)s") % {"subject": mail["Subject"]}
            yield "  │"
            for line in text.strip().splitlines():
                yield from (f"  │ {part}".rstrip() for part in wrap(line, WIDTH, subsequent_indent="  ") or [""])
            return
    raise NotPlayed(f"the digest of {person} is not on the server")


def choices_told() -> Iterator[str]:
    """Who gets which kind of notice otherwise than the house sends it."""
    chosen = Preference.objects.select_related("person").order_by("verb", "mode", "person__username")
    rows = [(str(one.person), str(one.get_verb_display()), str(one.get_mode_display())) for one in chosen]
    yield heading(_("What people have chosen"))
    yield from grid((_("Person"), _("Notices"), _("By e-mail")), rows)


def nights_told(after: int) -> Iterator[str]:
    """What happened in the quiet hours, and when it was written about."""
    sent = Delivery.objects.filter(notice__event__gt=after, digest=False, state=DeliveryState.SENT)
    rows = [
        (Verb(verb).label, moment_told(at), moment_told(sent_at), person)
        for verb, at, sent_at, person in sent.order_by("pk").values_list(
            "notice__event__verb", "notice__event__at", "sent_at", "notice__person__full_name"
        )
        if sent_at is not None and is_quiet_hour(at.astimezone(LOCAL).time())
    ]
    yield heading(_("Quiet hours"))
    yield from grid((_("What"), _("Happened"), _("Mail sent"), _("Mail to")), [tuple(map(str, row)) for row in rows])


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""
