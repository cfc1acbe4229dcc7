"""Requests: what a letter asks of whom, by when, with its outline."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from workflow.choices import AudienceRule, HolidayRule, ReviewMode, Role
from workflow.management.examples.example import AskedUnits, Example, FileDraft, OutlineText, RequestDraft
from workflow.management.examples.marks import check_marks
from workflow.management.examples.nodes import Fields, Item
from workflow.management.examples.outlines import copy_outline, read_audience, read_outline
from workflow.management.examples.people import known_organization
from workflow.rules.vietnamese import format_day_short

KEYS = (
    "number issuer date subject legal_basis answers audience period_text period_from period_to data_cut_off"
    " deadline_text due_on holiday_rule review_mode review_minimum_days consolidation_due_on ladder letter attachments"
    " report_defaults proposed"
)


def read_request(root: Item, example: Example, folder: Path) -> None:
    top = root.fields("request", "invented outline outline_of without")
    check_marks(top["invented"], KEYS)
    given = top["request"].fields(KEYS)
    check_marks(given["proposed"], KEYS)
    number = given["number"].text(60)
    if number in example.requests:
        given["number"].refuse(_("“%(key)s” is given twice"), key=number)
    issuer = known_organization(given["issuer"], example)
    if issuer and not any(seat.organization == issuer and seat.role == Role.OFFICER for seat in example.seats):
        given["issuer"].refuse(_("%(unit)s has no officer who could prepare a request"), unit=issuer)
    upper = _upper(given, issuer, example)
    audience = read_audience(given["audience"], example)
    _check_audience(given["audience"], issuer, audience, example)
    _check_days(given, upper, example)
    if (ladder := given["ladder"].text()) not in example.ladders:
        given["ladder"].refuse(_("no ladder has the name %(word)s"), word=ladder)
    example.requests[number] = RequestDraft(
        number=number,
        issuer=issuer,
        answers=upper.number if upper else "",
        audience=audience,
        fields=_texts(given, number) | {"audience": audience.rule, "audience_kinds": list(audience.kinds)},
        last_day=given["due_on"].day(),
        consolidation_day=given["consolidation_due_on"].day(),
        ladder=ladder,
        outline=_outline(top, example, upper),
        files=_files(given, folder),
    )


def _upper(given: Fields, issuer: str, example: Example) -> RequestDraft | None:
    if given["answers"].is_null:
        return None
    upper = example.requests.get(given["answers"].text())
    if upper is None:
        given["answers"].refuse(
            _("no request with the number %(word)s is described before"), word=given["answers"].text()
        )
    elif issuer and issuer not in example.addressed(upper.issuer, upper.audience):
        given["answers"].refuse(_("%(upper)s does not ask %(unit)s"), upper=upper.number, unit=issuer)
    return upper


def _check_audience(item: Item, issuer: str, audience: AskedUnits, example: Example) -> None:
    """Somebody is asked, all below the issuer, and nobody together with his own superior."""
    if not issuer:
        return
    asked = example.addressed(issuer, audience)
    if not asked:
        item.refuse(_("nobody is addressed"))
    if audience.rule == AudienceRule.LIST:
        for unit in set(audience.units) - set(asked) - {""}:
            item.refuse(_("%(unit)s does not lie below %(issuer)s"), unit=unit, issuer=issuer)
    for unit in asked:
        for superior in set(example.line_of(unit)) & set(asked):
            item.refuse(_("%(unit)s and its superior %(superior)s are both addressed"), unit=unit, superior=superior)


def _check_days(given: Fields, upper: RequestDraft | None, example: Example) -> None:
    in_order = ["date", "due_on", "consolidation_due_on"]
    for earlier, later in [*zip(in_order, in_order[1:], strict=False), ("period_from", "period_to")]:
        if given[later].day() < given[earlier].day():
            given[later].refuse(_("“%(later)s” lies before “%(earlier)s”"), later=later, earlier=earlier)
    consolidated, due = given["consolidation_due_on"].day(), given["due_on"].day()
    if upper is not None and consolidated > upper.last_day:
        given["consolidation_due_on"].refuse(
            _("%(upper)s is due before, on %(day)s"), upper=upper.number, day=upper.last_day
        )
    if not any(day.day.year == due.year and not day.organization for day in example.calendar):
        given["due_on"].refuse(_("the calendar of %(year)s is empty"), year=due.year)


def _texts(given: Fields, number: str) -> dict[str, Any]:
    """The fields as edit_campaign takes them."""
    defaults = given["report_defaults"].fields("subject basis recipients")
    given["period_text"].text()
    return {
        "number": number,
        "date": given["date"].day(),
        "subject": given["subject"].text(500),
        "legal_basis": "\n".join(item.text() for item in given["legal_basis"].items()),
        "signer": _signer(given["letter"]),
        "period_from": given["period_from"].day(),
        "period_until": given["period_to"].day(),
        "deadline_text": given["deadline_text"].text(200),
        "holiday_rule": given["holiday_rule"].choice(HolidayRule),
        "data_cut_off": given["data_cut_off"].day(),
        "review_mode": given["review_mode"].choice(ReviewMode),
        "review_minimum_days": given["review_minimum_days"].integer(least=0),
        "report_subject": defaults["subject"].text(500),
        "report_basis": defaults["basis"].text(),
        "report_recipients": [item.text(200) for item in defaults["recipients"].items()],
    }


def _signer(letter: Item) -> str:
    if letter.is_null:
        return ""
    given = letter.fields("addressee file signer recipients")
    given["addressee"].text()
    for item in given["recipients"].items():
        item.text()
    signer = given["signer"].fields("capacity mark name")
    lines = [item.text() for item in signer["capacity"].items()]
    return "\n".join([*lines, signer["mark"].text(), signer["name"].text()])


def _files(given: Fields, folder: Path) -> list[FileDraft]:
    """The letter itself first, then what is attached to it."""
    files = []
    if not given["letter"].is_null:
        title = f"Công văn số {given['number'].text()}, ngày {format_day_short(given['date'].day())}"
        files.append(_file(given["letter"].fields("addressee file signer recipients")["file"], title, "", folder))
    for item in given["attachments"].items():
        attached = item.fields("file title source")
        files.append(_file(attached["file"], attached["title"].text(300), attached["source"].text(300), folder))
    return files


def _file(item: Item, title: str, source: str, folder: Path) -> FileDraft:
    path = inside(folder, item)
    if not path.is_file():
        item.refuse(_("there is no file %(path)s"), path=item.text())
    return FileDraft(path, title, source)


def inside(folder: Path, item: Item) -> Path:
    """The path in the folder; one that leads out of it is refused."""
    path = (folder / (item.text() or ".")).resolve()
    if not path.is_relative_to(folder.resolve()):
        item.refuse(_("the path leads out of the folder"))
        return folder
    return path


def _outline(top: Fields, example: Example, upper: RequestDraft | None) -> OutlineText:
    if ("outline" in top) == ("outline_of" in top):
        top.item.refuse(_("either “outline” or “outline_of” is expected"))
    if "outline" in top or "outline_of" not in top:
        return read_outline(top["outline"], example, upper)
    named = top["outline_of"]
    if upper is None or named.text() != upper.number:
        named.refuse(_("“outline_of” names the request that is answered"))
        return read_outline(Item(named.file, None, named.line), example, None)
    return copy_outline(named, top["without"], upper.outline)
