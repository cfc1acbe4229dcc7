"""The administrator: an account with a one-time code, a seat, a day of the calendar; the new person comes in."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.demo.reports import OWN
from workflow.choices import DayKind, Role
from workflow.models import CalendarDay, Organization, Person, Seat

SignedIn = Callable[..., Page]
UNIT, NEW = "Chi bộ Sở Thông tin và Truyền thông", "mưa rơi trên Yên Bái"


def unit_of(page: Page) -> None:
    page.get_by_role("link", name="Tổ chức", exact=True).click()
    page.get_by_label("Tên, có dấu hay không dấu").fill("so thong tin")
    page.get_by_role("button", name="Tìm", exact=True).click()
    page.get_by_role("link", name=UNIT, exact=True).click()


def test_an_administrator_makes_an_account_and_its_person_has_to_choose_a_password(signed_in: SignedIn) -> None:
    page = signed_in("ngo-duc-dung")
    unit_of(page)
    page.get_by_role("link", name="Thêm đồng chí mới vào đơn vị").click()
    page.get_by_label("Họ và tên").fill("Lò Văn Páo")
    page.get_by_label("Tên đăng nhập").fill("pao.lv")
    page.get_by_label("Điện thoại").fill("0912 345 678")
    page.get_by_label("Vị trí").select_option("Người soạn thảo")
    page.get_by_role("button", name="Thêm đồng chí").click()
    page.get_by_role("button", name="Cấp mã một lần").click()
    expect(page.get_by_role("button", name="In phiếu")).to_be_visible()
    code = page.locator("#word").inner_text()
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}", code)
    page.emulate_media(media="print")
    expect(page.get_by_text(code)).to_be_visible()
    expect(page.get_by_role("button", name="In phiếu")).to_be_hidden()
    made = Person.objects.get(username="pao.lv")
    assert made.must_change_password

    newcomer = signed_in("pao.lv", code)
    expect(newcomer).to_have_url(re.compile("/tai-khoan/mat-khau/$"))
    newcomer.goto("/bao-cao/")
    expect(newcomer).to_have_url(re.compile("/tai-khoan/mat-khau/"))
    newcomer.get_by_label("Mã một lần").fill(code)
    newcomer.get_by_label("Mật khẩu mới", exact=True).fill(NEW)
    newcomer.get_by_label("Nhập lại mật khẩu mới").fill(NEW)
    newcomer.get_by_role("button", name="Đặt mật khẩu").click()
    expect(newcomer.get_by_role("heading", name="Chào đồng chí Lò Văn Páo")).to_be_visible()
    made.refresh_from_db()
    assert made.check_password(NEW)
    assert not made.must_change_password
    assert made.seats.get().role == Role.DRAFTER


def test_an_administrator_gives_a_seat_and_ends_it(signed_in: SignedIn) -> None:
    page = signed_in("ngo-duc-dung")
    unit_of(page)
    page.get_by_role("link", name="Phân công vị trí công tác").click()
    page.get_by_label("Họ tên hoặc tên đăng nhập, có dấu hay không dấu").fill("nguyen-quynh-ly")
    page.get_by_role("button", name="Tìm", exact=True).click()
    page.get_by_label("Vị trí").select_option("Văn thư")
    page.get_by_role("main").get_by_role("button", name="Phân công vị trí công tác").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã phân công vị trí công tác.")
    seat = Seat.objects.get(organization__code=OWN, person__username="nguyen-quynh-ly", role=Role.CLERK)
    assert seat.granted_by is not None
    assert seat.granted_by.username == "ngo-duc-dung"
    page.get_by_role("link", name="Kết thúc : Nguyễn Quỳnh Lý, Văn thư").click()
    page.get_by_role("main").get_by_role("button", name="Kết thúc").click()
    expect(page.get_by_role("link", name="Kết thúc : Nguyễn Quỳnh Lý, Văn thư")).to_have_count(0)
    assert not Seat.objects.filter(pk=seat.pk, until=None).exists()


def test_an_administrator_enters_a_day_of_a_unit(signed_in: SignedIn) -> None:
    page = signed_in("ngo-duc-dung")
    unit_of(page)
    page.get_by_role("link", name="Lịch làm việc").click()
    page.get_by_label("Ngày đầu").fill("2026-06-15")
    page.get_by_label("Loại ngày").select_option("Nghỉ hoán đổi")
    page.get_by_label("Ghi chú", exact=True).fill("Ngày hội của cơ quan")
    page.get_by_role("button", name="Nhập vào lịch").click()
    expect(page.get_by_role("row", name="Thứ Hai, 15/06/2026 Nghỉ hoán đổi Ngày hội của cơ quan")).to_be_visible()
    day = CalendarDay.objects.get(organization=Organization.objects.get(code=OWN))
    assert (day.kind, day.note) == (DayKind.SWAPPED_OFF, "Ngày hội của cơ quan")
