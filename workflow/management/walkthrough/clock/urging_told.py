"""The urging letter (công văn đôn đốc) with its annex as plain text; its words are Vietnamese, whoever reads them."""

from collections.abc import Iterator

from workflow.management.walkthrough.clock.grid import grid
from workflow.management.walkthrough.paper import HALF, WIDTH, paragraphs, side_by_side, wrapped
from workflow.models import Campaign, UrgingLetter
from workflow.rules.calendar import local_day
from workflow.rules.urging import days_words
from workflow.rules.vietnamese import format_day_long

ANNEX = ("TT", "Tên đơn vị", "Bí thư", "Tình trạng", "Số ngày chậm", "Lần đôn đốc", "Ghi chú")


def urging_told(campaign: Campaign) -> Iterator[str]:
    """Every issued letter of a request."""
    letters = UrgingLetter.objects.filter(campaign=campaign, document__isnull=False).select_related("document")
    for letter in letters.order_by("pk"):
        yield from _head(campaign, letter)
        yield ""
        for paragraph in letter.body.split("\n\n"):
            yield from paragraphs(paragraph)
            yield ""
        yield from _foot(letter)
        yield ""
        yield "PHỤ LỤC".center(WIDTH).rstrip()
        yield "Danh sách đơn vị quá hạn gửi báo cáo".center(WIDTH).rstrip()
        yield from grid(ANNEX, _annex(letter), numbers={0, 5})


def _head(campaign: Campaign, letter: UrgingLetter) -> Iterator[str]:
    issuer, document = campaign.issuer, letter.document
    assert document is not None  # noqa: S101 – issued
    left = [*wrapped(issuer.letterhead_above), *wrapped(issuer.letterhead_name), "*", f"Số {document.printed_number}"]
    dated = f"{issuer.place}, {format_day_long(local_day(document.issued_at))}"
    right = ["ĐẢNG CỘNG SẢN VIỆT NAM", "─" * 22, *[""] * (len(left) - 3), dated]
    yield from side_by_side(left, right)
    yield from side_by_side([*wrapped(letter.subject)], [])


def _foot(letter: UrgingLetter) -> Iterator[str]:
    signer = letter.signed_by
    assert signer is not None  # noqa: S101 – issued
    left = ["Nơi nhận:", "- Như kính gửi,", "- Lưu Văn phòng."]
    right = [letter.authority, letter.position, "", "(Đã ký)", "", signer.full_name]
    for place, line in enumerate(right):
        yield f"{left[place] if place < len(left) else '':<{HALF}}{line.center(HALF)}".rstrip()


def _annex(letter: UrgingLetter) -> list[tuple[str, ...]]:
    return [
        (
            str(line["place"]),
            line["unit"],
            line["secretary"],
            line["status"],
            days_words(line["days_late"]),
            str(line["reminders"]),
            line["note"],
        )
        for line in letter.annex
    ]
