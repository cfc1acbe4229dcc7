"""The urging letter (công văn đôn đốc) as neutral blocks, with the list of its units (domain.md §3, §8b)."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from workflow.choices import DocumentType, Role
from workflow.documents.blocks import (
    Addressees,
    Annex,
    Block,
    Prose,
    Standing,
    closing_of,
    letterhead_now,
    letterhead_of,
)
from workflow.documents.runs import Paragraph, Run
from workflow.models import IssuedDocument, Organization, UrgingLetter
from workflow.rules.numbering import signature_block
from workflow.rules.urging import moment_words, recipients_of, signed_text
from workflow.rules.vietnamese import format_day_short

_COLUMNS = ("Tên đơn vị", "Bí thư", "Tình trạng", "Số ngày làm việc chậm", "Số lần đôn đốc", "Ghi chú")
_SHARES = (44, 25, 24, 19, 15, 23)
_CENTRED = (4, 5)
_DRAFT = "Dự thảo"


def letter_paper(letter: UrgingLetter, issuer: Organization) -> dict[str, Any]:
    """What the paper of a letter is made of, with the letterhead of now: an issued document freezes it."""
    return {
        "letterhead": {**letterhead_now(issuer), "kind": issuer.kind},
        "recipients": recipients_of(issuer.kind),
        "letter": {"id": letter.pk, "sha256": letter.sha256, "content": signed_text(letter)},
    }


def issued_letter(document: IssuedDocument) -> Mapping[str, Any]:
    """The paper of a numbered letter as it was frozen."""
    frozen: dict[str, Any] = json.loads(document.content)
    # Letters numbered before they were set as papers froze no letterhead, and nothing may be added to them.
    return frozen if "letterhead" in frozen else letter_paper(document.urging_letter, document.organization)


def letter_blocks(paper: Mapping[str, Any], standing: Standing, only: int | None = None) -> Sequence[Block]:
    """The blocks of a letter. `only`: the report of the one unit that reads it, whose line the annex is cut down to."""
    head, letter = paper["letterhead"], json.loads(paper["letter"]["content"])
    letterhead = letterhead_of(head, standing, DocumentType.LETTER)
    parts = [part.strip() for part in re.split(r"\n\s*\n", letter["body"]) if part.strip()]
    addressed = bool(parts) and parts[0].casefold().startswith("kính gửi")
    said = parts[1:] if addressed else parts
    return [
        replace(letterhead, about=letter["subject"], mark="" if standing.signer else _DRAFT),
        *([Addressees((_paragraph(parts[0]),))] if addressed else []),
        Prose("", tuple(map(_paragraph, said))),
        closing_of(paper["recipients"], standing, signature_block(head["kind"], Role.SECRETARY)),
        *_annex(letter, f"{letterhead.number}{_dated(standing)} của {head['organization']}", only),
    ]


def _paragraph(text: str) -> Paragraph:
    runs: list[Run] = []
    for line in text.splitlines():
        runs += [*([Run("\n")] if runs else []), Run(line.strip())]
    return Paragraph(tuple(runs))


def _dated(standing: Standing) -> str:
    return f", ngày {format_day_short(standing.day)}" if standing.day else ""


def _annex(letter: Mapping[str, Any], cited: str, only: int | None) -> list[Block]:
    """The list, where the letter speaks of one: a single unit is named by the letter itself."""
    lines = letter["annex"]
    if len(lines) < 2:
        return []
    name = "DANH SÁCH ĐƠN VỊ CHƯA GỬI BÁO CÁO" if only is None else "TRÍCH DANH SÁCH ĐƠN VỊ CHƯA GỬI BÁO CÁO"
    as_of = moment_words(datetime.fromisoformat(letter["as_of"]))
    return [
        Annex(
            name=name,
            about=f"(kèm theo Công văn {cited[0].lower()}{cited[1:]}; tính đến {as_of})",
            columns=_COLUMNS,
            shares=_SHARES,
            centred=_CENTRED,
            rows=tuple(_line(one) for one in lines if only in {None, int(one["report"])}),
        )
    ]


def _line(one: Mapping[str, Any]) -> tuple[str, ...]:
    days = int(one["days_late"])  # canonical JSON writes numbers as text
    late = f"{days:02d}" if days else "dưới 01"
    return one["place"], one["unit"], one["secretary"], one["status"], late, one["reminders"], one["note"]
