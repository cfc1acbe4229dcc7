"""Two ledgers side by side: what must have come of a run, and what database and Maildir say."""

import email.policy
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

from django.db import connection

from tests.chaos.ledger import RUNGS, EventRow, Ledger
from workflow.queries.integrity import check_integrity

LINK = re.compile(r"/thong-bao/(\d+)/")
COUNT = re.compile(r"\d+")  # a digest's subject begins with it
BY_THE_CLOCK = (*RUNGS, "units_overdue", "draft_urging")


@dataclass(frozen=True)
class Mail:
    """`notices` are those that it names; a long digest only counts `more`."""

    id: str
    to: str
    notices: frozenset[int]
    more: int


@dataclass
class Comparison:
    """What does not agree, and the figures of the run."""

    problems: list[str]
    figures: dict[str, int]


def ask(query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters or None)
        return cursor.fetchall()


def compare(ledger: Ledger, maildir: Path, senders: int) -> Comparison:
    """Every sender that was killed, or broken off, may have sent one mail that is sent again."""
    events = [
        EventRow(pk, stream, stream_id, verb, actor, json.loads(facts), told)
        for pk, stream, stream_id, verb, actor, facts, told in ask(EVENTS)
    ]
    mails = read_mails(maildir)
    problems = [
        *differences("rungs climbed", ledger.reminders(), climbed()),
        *differences("reminders", ledger.rung_events(), rung_events(events)),
        *differences("units told of", ledger.units_told_of(), units_told_of(events)),
        *differences("verbs", ledger.happened, verbs(events)),
    ]
    heard = ledger.told(events)
    notices = {(name, event): notice for name, event, notice in ask(NOTICES)}
    problems += [
        *differences("notices", Counter(heard.keys()), Counter((name, event) for name, event, _id in ask(NOTICES))),
        *differences(
            "told", Counter(event for _name, event in heard), {one.id: one.told for one in events if one.told}
        ),
        *compare_deliveries({notices[key]: mode for key, mode in heard.items() if mode and key in notices}),
        *compare_mails(mails, {pk: name for (name, _event), pk in notices.items()}, ledger.cast.emails),
        *(f"integrity: {one.invariant} {one.ids}" for one in check_integrity()),
    ]
    extras = extra_copies(mails)
    if extras > senders:
        problems.append(f"{extras} extra mails, but only {senders} senders were stopped")
    figures = {
        "rungs climbed": len(climbed()),
        "reminders (events)": sum(rung_events(events).values()),
        "events": len(events),
        "notices": len(notices),
        "deliveries": ask("SELECT count(*) FROM workflow_delivery")[0][0],
        "mails": len(mails),
        "extra mails": extras,
        "senders killed or broken off": senders,
        "interrupted deliveries": ask("SELECT count(*) FROM workflow_delivery WHERE interrupted > 0")[0][0],
    }
    return Comparison(problems, figures)


NOTICES = """
    SELECT person.username, notice.event_id, notice.id FROM workflow_notice notice
      JOIN workflow_person person ON person.id = notice.person_id
"""
EVENTS = "SELECT id, stream, stream_id, verb, actor_id, facts::text, told FROM workflow_event"
DELIVERIES = "SELECT id, notice_id, channel, state, digest, interrupted, last_error FROM workflow_delivery"


def differences(what: str, expected: Iterable[Any], found: Iterable[Any]) -> Iterator[str]:
    """What is missing and what is too much, of things that count."""
    must, have = Counter(expected), Counter(found)
    for title, rest in (("missing", must - have), ("too much", have - must)):
        if rest:
            yield f"{what}: {title} {sum(rest.values())}, such as {list(rest.items())[:3]}"


def climbed() -> list[tuple[Any, ...]]:
    return ask("SELECT report_id, rung_id, due FROM workflow_climbedrung")


def rung_events(events: list[EventRow]) -> Counter[tuple[Any, ...]]:
    return Counter(
        (one.stream, one.stream_id, one.verb, one.facts.get("rung", 0), one.facts.get("due", one.facts.get("since", 0)))
        for one in events
        if one.verb in BY_THE_CLOCK
    )


def units_told_of(events: list[EventRow]) -> dict[tuple[int, int], int]:
    return {(one.facts["rung"], one.facts["due"]): one.facts["units"] for one in events if one.verb == "units_overdue"}


def verbs(events: list[EventRow]) -> Counter[tuple[str, int, str]]:
    return Counter((one.stream, one.stream_id, one.verb) for one in events if one.verb not in BY_THE_CLOCK)


def compare_deliveries(expected: dict[int, str]) -> Iterator[str]:
    rows = ask(DELIVERIES)
    yield from differences("deliveries", expected.items(), [(row[1], "DIGEST" if row[4] else "NOW") for row in rows])
    odd = [row for row in rows if row[2:4] != ("EMAIL", "SENT") or row[6]]
    if odd:
        yield f"deliveries that did not go: {len(odd)}, such as {odd[:3]}"


def read_mails(maildir: Path) -> list[Mail]:
    """In the order in which they came; what lies in tmp was never taken."""
    files = sorted((maildir / "new").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    parser = BytesParser(EmailMessage, policy=email.policy.default)
    return [_mail(parser.parsebytes(path.read_bytes())) for path in files]


def _mail(message: Any) -> Mail:
    notices = frozenset(map(int, LINK.findall(message.get_body(("plain",)).get_content())))
    told = COUNT.match(message["Subject"]) if message["Message-ID"].startswith("<digest-") else None
    return Mail(message["Message-ID"], message["To"], notices, int(told[0]) - len(notices) if told else 0)


def compare_mails(mails: list[Mail], person_of: dict[int, str], addresses: dict[str, str]) -> Iterator[str]:
    copies, ids = Counter[int](), defaultdict[frozenset[int], set[str]](set)
    for mail in mails:
        copies.update(mail.notices)
        ids[mail.notices].add(mail.id)
        wrong = {notice for notice in mail.notices if addresses.get(person_of.get(notice, "")) != mail.to}
        if wrong or not mail.notices:
            yield f"mail {mail.id} to {mail.to} is about {sorted(wrong)}"
    same = Counter(name for names in ids.values() for name in names)
    yield from (f"one id for different mails: {name}" for name in same if same[name] > 1)
    interrupted = {row[1]: row[5] for row in ask(DELIVERIES)}
    for title, odd in {
        "never arrived": _never_arrived(mails, [one for one in interrupted if not copies[one]], person_of, addresses),
        "arrived without a delivery": [one for one in copies if one not in interrupted],
        "arrived more often than was noted": [one for one in copies if copies[one] - 1 > interrupted.get(one, 0)],
        "came again under another id": [min(one) for one in ids if len(ids[one]) > 1],
    }.items():
        if odd:
            yield f"notices whose mail {title}: {len(odd)}, such as {sorted(odd)[:5]}"


def _never_arrived(
    mails: list[Mail], unnamed: list[int], person_of: dict[int, str], addresses: dict[str, str]
) -> list[int]:
    """Of the notices that no mail names, those that no long digest can have counted either."""
    more = Counter[str]()
    for mail in {mail.id: mail for mail in mails}.values():
        more[mail.to] += mail.more
    by_address = defaultdict[str, list[int]](list)
    for notice in unnamed:
        by_address[addresses[person_of[notice]]].append(notice)
    return [one for to, ones in by_address.items() if len(ones) > more[to] for one in ones]


def extra_copies(mails: list[Mail]) -> int:
    """Mails that bring again what an earlier one has brought."""
    seen: set[int] = set()
    extras = 0
    for mail in mails:
        extras += bool(mail.notices & seen)
        seen |= mail.notices
    return extras
