"""“Sao chép nội dung nhắc”: what an officer copies into a telephone, by where the report stands. domain.md §8b."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils.translation import override

from tests.builders import NOW, World, to_sent, to_signing, to_supplement
from workflow import errors
from workflow.actions import campaigns, intake
from workflow.choices import DayKind
from workflow.models import CalendarDay
from workflow.queries.urging import reminder_text

LINK = "https://baocao.example/b"
DUE = "trước 24 giờ ngày 31/7/2026"


def text(world: World, now: datetime) -> str:
    return reminder_text(world.report().pk, world.dung, now, address=LINK)


def morning(day: int, month: int = 7) -> datetime:
    """08:00 in Việt Nam."""
    return datetime(2026, month, day, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (morning(20), "Còn 09 ngày làm việc đến hạn gửi Báo cáo sơ kết 5 năm"),
        (morning(28), "Còn 03 ngày làm việc đến hạn gửi Báo cáo sơ kết 5 năm"),
        (morning(31), "Hôm nay đến hạn gửi Báo cáo sơ kết 5 năm"),
        (morning(1, 8), "đã quá hạn dưới 01 ngày làm việc."),
        (morning(4, 8), "đã quá hạn 02 ngày làm việc."),
    ],
)
def test_the_text_follows_the_calendar_of_the_issuer(world: World, now: datetime, words: str) -> None:
    found = text(world, now)

    assert words in found
    assert DUE in found
    assert found.startswith("Kính gửi Chi bộ Sở Thông tin và Truyền thông:")
    assert "Hiện trạng: Chưa thực hiện." in found
    assert "gửi về Đảng ủy Khối cơ quan và doanh nghiệp tỉnh" in found
    assert found.endswith(LINK)


def test_a_day_off_of_the_issuer_is_not_counted_and_one_of_the_unit_is(world: World) -> None:
    CalendarDay.objects.create(organization=world.cell, day=date(2026, 7, 29), kind=DayKind.HOLIDAY)
    assert "Còn 03 ngày làm việc" in text(world, morning(28))

    CalendarDay.objects.create(organization=world.duk, day=date(2026, 7, 29), kind=DayKind.HOLIDAY)
    assert "Còn 02 ngày làm việc" in text(world, morning(28))


def test_the_state_is_told_in_vietnamese_on_an_english_screen_too(world: World) -> None:
    to_signing(world, world.report())
    with override("en"):
        assert "Hiện trạng: Chờ ký." in text(world, morning(28))


def test_a_supplement_is_reminded_of_with_its_own_due_and_without_what_is_asked(world: World) -> None:
    to_supplement(world, world.report())
    asked = "trước 9 giờ 00 ngày 21/6/2026"

    before, after = text(world, NOW + timedelta(days=10)), text(world, NOW + timedelta(days=22))

    assert f"Đề nghị bổ sung Báo cáo sơ kết 5 năm của Chi bộ Sở Thông tin và Truyền thông {asked}" in before
    assert "Hiện trạng: Yêu cầu bổ sung, chỉnh sửa." in before
    assert f"(hạn: {asked}) đã quá hạn 02 ngày làm việc." in after
    assert "số hội nghị" not in before + after


def test_nobody_is_reminded_of_what_is_sent_exempt_or_of_a_request_that_ended(world: World) -> None:
    to_sent(world, world.report())
    intake.exempt(report_id=world.report("other").pk, actor=world.dung, reason="Sáp nhập.", now=NOW)
    for unit in ("cell", "other"):
        with pytest.raises(errors.AlreadyDone):
            reminder_text(world.report(unit).pk, world.dung, NOW, address=LINK)
    reminder_text(world.report("party").pk, world.dung, NOW, address=LINK)
    campaigns.close(campaign_id=world.campaign.pk, actor=world.khanh, reason="Hết kỳ.", now=NOW)

    with pytest.raises(errors.CampaignNotRunning):
        reminder_text(world.report("party").pk, world.dung, NOW, address=LINK)
