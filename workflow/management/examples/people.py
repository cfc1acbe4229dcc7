"""Persons and their seats."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from workflow.actions.register import PersonDraft, SeatDraft
from workflow.choices import CELL_KINDS, Body, Role
from workflow.management.examples.example import Example
from workflow.management.examples.marks import check_marks
from workflow.management.examples.nodes import Item

SEAT_KEYS = "since until voting body"


def read_seat_words(item: Item, example: Example) -> None:
    for word, meaning in item.pairs().items():
        example.seat_words[word] = _seat(meaning)


def read_people(root: Item, example: Example) -> None:
    top = root.fields("since seats", "invented")
    check_marks(top["invented"], "since seats")
    since = top["since"].day()
    for item in top["seats"].items():
        group = item.fields("organization people")
        code = known_organization(group["organization"], example)
        for person in group["people"].items():
            _read_person(person, code, since, example)
        if code:
            _check_group(item, code, example)


def known_organization(item: Item, example: Example) -> str:
    """The code of an organisation described before; empty when there is none."""
    code = item.code()
    if code and code not in example.organizations:
        item.refuse(_("no organisation has the code %(word)s"), word=code)
        return ""
    return code


def _read_person(item: Item, code: str, since: date, example: Example) -> None:
    given = item.fields("person seats", "name phone email")
    username = given["person"].code()
    if username in example.people:
        for key in ("name", "phone", "email"):
            if key in given:
                given[key].refuse(_("%(word)s is described further up already"), word=username)
    else:
        described = item.fields("person seats name phone", "email")
        example.people[username] = PersonDraft(
            username=username,
            full_name=described["name"].text(120),
            phone=described["phone"].text(20),
            email=_address(described["email"]) if "email" in described else "",
        )
    for seat in given["seats"].items():
        _read_seat(seat, username, code, since, example)


def _address(item: Item) -> str:
    address = item.text(254)
    try:
        if address:
            validate_email(address)
    except ValidationError:
        item.refuse(_("“%(word)s” is no e-mail address"), word=address)
    return address


def _read_seat(item: Item, username: str, code: str, since: date, example: Example) -> None:
    meaning: Mapping[str, Any]
    if item.is_mapping:
        meaning = _seat(item)
    else:
        word = item.text()
        if word and word not in example.seat_words:
            item.refuse(_("“%(word)s” is not one of %(words)s"), word=word, words=", ".join(example.seat_words))
        meaning = example.seat_words.get(word, {"role": Role.MEMBER})
    if not code:
        return
    own_body = Body.CELL if example.organizations[code].kind in CELL_KINDS else Body.COMMITTEE
    seat = SeatDraft(
        organization=code,
        person=username,
        **{"since": since, "body": own_body, **meaning},
    )
    if seat.until is not None and seat.until < seat.since:
        item.refuse(_("the last day lies before the first day"))
    if seat in example.seats:
        item.refuse(_("%(word)s is given twice"), word=f"{username} – {seat.role}")
    example.seats.append(seat)
    if seat.role == Role.ADMINISTRATOR:
        person = example.people[username]
        example.people[username] = replace(person, is_staff=True)


def _seat(item: Item) -> dict[str, Any]:
    given = item.fields("role", SEAT_KEYS)
    seat: dict[str, Any] = {"role": given["role"].choice(Role)}
    for key in ("since", "until"):
        if key in given and not given[key].is_null:
            seat[key] = given[key].day()
    if "voting" in given:
        seat["voting"] = given["voting"].flag()
    if "body" in given:
        seat["body"] = given["body"].choice(Body)
    return seat


def _check_group(item: Item, code: str, example: Example) -> None:
    """One secretary at a time, and no more voting members than official members."""
    unit = example.organizations[code]
    seats = [seat for seat in example.seats if seat.organization == code]
    secretaries = sorted((seat for seat in seats if seat.role == Role.SECRETARY), key=lambda seat: seat.since)
    for earlier, later in zip(secretaries, secretaries[1:], strict=False):
        if earlier.until is None or earlier.until >= later.since:
            item.refuse(_("%(unit)s has two secretaries at a time"), unit=code)
    voting = Counter(seat.body for seat in seats if seat.role == Role.MEMBER and seat.voting and seat.until is None)
    for body, count in voting.items():
        if count > unit.official_members:
            item.refuse(
                _("%(unit)s has %(count)s voting members (%(body)s) but %(official)s official members"),
                unit=code,
                count=count,
                body=body,
                official=unit.official_members,
            )
