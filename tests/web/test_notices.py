"""Thông báo: by what they are about, unread first; the link in a mail."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests.builders import NOW, World, open_upper, revision_of, to_review, to_revising
from workflow.actions import organizations, review
from workflow.choices import OpinionKind, Role, Verb
from workflow.delivery.fanout import fan_out
from workflow.models import Notice, Person

SeenBy = Callable[[Person], Client]


@pytest.fixture
def told(world: World, frozen: time_machine.Traveller) -> World:
    to_revising(world, world.report())
    fan_out(now=NOW + timedelta(days=4))
    return world


def notice_to(person: Person, verb: Verb) -> Notice:
    return Notice.objects.get(person=person, event__verb=verb)


def test_notices_stand_by_report_with_the_unread_first(seen_by: SeenBy, told: World) -> None:
    client = seen_by(told.lan)
    page = client.get("/thong-bao/").content.decode()
    assert page.count('<p class="small muted">Chi bộ Sở Thông tin và Truyền thông</p>') == 1
    assert "Đánh dấu đã đọc tất cả" in page
    assert "Đã đọc</h2>" not in page
    client.get(f"/thong-bao/{notice_to(told.lan, Verb.SET_UP).pk}/")
    page = client.get("/thong-bao/").content.decode()
    assert page.index("Chưa đọc") < page.index("Đã đọc</h2>")


def test_read_notices_that_say_the_same_stand_once_and_unread_ones_each(
    seen_by: SeenBy, world: World, frozen: time_machine.Traveller
) -> None:
    report = to_review(world, world.report())
    for member in (world.nam, world.binh):
        review.give_opinion(
            report_id=report.pk,
            actor=member,
            revision_id=revision_of(report),
            kind=OpinionKind.AGREE,
            points=[],
            now=NOW,
        )
    fan_out(now=NOW)
    client = seen_by(world.lan)
    assert "2 lần" not in client.get("/thong-bao/").content.decode()
    client.post("/thong-bao/da-doc/")
    assert "2 lần" in client.get("/thong-bao/").content.decode()


def test_the_link_marks_as_read_and_leads_to_the_report(seen_by: SeenBy, told: World) -> None:
    notice = notice_to(told.lan, Verb.SET_UP)
    answer = seen_by(told.lan).get(f"/thong-bao/{notice.pk}/")
    assert answer["Location"] == f"/bao-cao/{told.report().pk}/"
    notice.refresh_from_db()
    assert notice.read_at == NOW


def test_anothers_notice_is_not_found_and_stays_unread(seen_by: SeenBy, told: World) -> None:
    notice = notice_to(told.lan, Verb.SET_UP)
    assert seen_by(told.oanh).get(f"/thong-bao/{notice.pk}/").status_code == 404
    assert seen_by(told.oanh).post("/thong-bao/da-doc/", {"notice": notice.pk}).status_code == 303
    notice.refresh_from_db()
    assert notice.read_at is None


def test_the_link_in_a_mail_works_after_signing_in(told: World) -> None:
    told.lan.set_password("Chiếc-lá-cuối-thu")
    told.lan.save()
    notice = notice_to(told.lan, Verb.SET_UP)
    client = Client()
    sent = client.get(f"/thong-bao/{notice.pk}/")
    assert sent["Location"].startswith("/dang-nhap/?next=")
    page = client.get(sent["Location"])
    answer = client.post(
        "/dang-nhap/", {"username": "lan", "password": "Chiếc-lá-cuối-thu", "next": page.context["next"]}, follow=True
    )
    assert answer.redirect_chain[-1][0] == f"/bao-cao/{told.report().pk}/"


def test_a_request_leads_its_office_to_it_and_a_unit_to_its_own_report(seen_by: SeenBy, world: World) -> None:
    upper = open_upper(world)
    fan_out(now=NOW)
    opened = Notice.objects.get(person=world.viet, event__stream="campaign", event__stream_id=upper.pk)
    assert seen_by(world.viet).get(f"/thong-bao/{opened.pk}/")["Location"] == f"/dot/{upper.pk}/"
    seat = organizations.grant_seat(
        organization_id=world.cell.pk, actor=world.xuan, person_id=world.stranger.pk, role=Role.CLERK,
        since=NOW.date(), now=NOW,
    )  # fmt: skip
    fan_out(now=NOW)
    granted = notice_to(world.stranger, Verb.GRANT_SEAT)
    assert granted.event.facts["seat"] == seat.pk
    assert seen_by(world.stranger).get(f"/thong-bao/{granted.pk}/")["Location"] == f"/to-chuc/{world.cell.pk}/"


def test_all_are_marked_at_once_and_twice_is_harmless(seen_by: SeenBy, told: World) -> None:
    client = seen_by(told.lan)
    for _time in range(2):
        assert client.post("/thong-bao/da-doc/").status_code == 303
    assert not Notice.objects.filter(person=told.lan, read_at__isnull=True).exists()
    assert Notice.objects.filter(person=told.oanh, read_at__isnull=True).exists()


def test_older_notices_are_on_the_next_page(seen_by: SeenBy, told: World) -> None:
    last = Notice.objects.filter(person=told.lan).order_by("-event_id").first()
    assert last is not None
    page = seen_by(told.lan).get(f"/thong-bao/?before={last.pk}").content.decode()
    assert f"/thong-bao/{last.pk}/" not in page
    assert f"/thong-bao/{notice_to(told.lan, Verb.SET_UP).pk}/" in page
    assert seen_by(told.lan).get("/thong-bao/?before=x").status_code == 200


def test_who_was_told_nothing_reads_what_will_come(seen_by: SeenBy, world: World) -> None:
    assert "Chưa có thông báo" in seen_by(world.stranger).get("/thong-bao/").content.decode()


@pytest.mark.parametrize("text", ["²", "0", "", str(2**63), "9" * 5000])
def test_what_is_no_notice_marks_none_as_read(seen_by: SeenBy, told: World, text: str) -> None:
    """Without ids all are marked; an id that nobody can have was once read as none at all."""
    assert seen_by(told.lan).post("/thong-bao/da-doc/", {"notice": text}).status_code == 303
    assert Notice.objects.filter(person=told.lan, read_at__isnull=True).exists()
