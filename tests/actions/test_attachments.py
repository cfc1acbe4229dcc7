"""Files of a draft, and the handing over of what was attached; marks of secrecy at the hand-over."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import NOW, World, prepared_campaign, to_review, to_signing, write_everything
from tests.refusals import refused
from workflow import errors
from workflow.actions import campaigns
from workflow.actions.attachments import attach_to_report, attach_to_request, remove_from_report, remove_from_request
from workflow.actions.drafting import Figure, recall, save_entry, submit_for_review
from workflow.models import Attachment, Campaign, Entry, Event, Person, Report, Revision, Section
from workflow.queries.beside import beside


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def bring(world: World, content: bytes = b"so lieu", name: str = "a.txt", declared: bool = True) -> Attachment:
    return attach_to_report(
        report_id=world.report().pk,
        actor=world.lan,
        title="Biểu",
        name=name,
        content=content,
        declared=declared,
        now=NOW,
    )


def handed_over(report: Report) -> list[str]:
    report.refresh_from_db()
    assert report.current_revision is not None
    return [one["sha256"] for one in json.loads(report.current_revision.content)["attachments"]]


def test_a_file_is_kept_under_its_key_and_known_by_its_hash(world: World) -> None:
    file = bring(world, name="../../etc/passwd")
    path = Path(file.file.path)
    assert path.name == f"{file.key}.txt"
    assert path.read_bytes() == b"so lieu"
    assert len(file.sha256) == 64
    assert world.report().started_at == NOW


def test_attaching_is_an_edit_in_the_history(world: World) -> None:
    bring(world)
    assert Event.objects.filter(stream="report", stream_id=world.report().pk, verb="edited").count() == 1


def test_what_is_attached_is_handed_over_and_what_was_taken_out_is_not(world: World) -> None:
    kept, dropped = bring(world), bring(world, b"khac")
    remove_from_report(report_id=world.report().pk, actor=world.lan, key=dropped.key, now=NOW)
    assert handed_over(to_review(world, world.report())) == [kept.sha256]


def test_a_revision_keeps_the_file_that_is_taken_out_after_it(world: World) -> None:
    file = bring(world)
    report = to_review(world, world.report())
    recall(report_id=report.pk, actor=world.lan, reason="Sửa.", now=NOW)
    remove_from_report(report_id=report.pk, actor=world.lan, key=file.key, now=NOW)
    assert file.sha256 in Revision.objects.get().content
    assert Path(file.file.path).is_file()
    submit_for_review(report_id=report.pk, actor=world.lan, closes_at=NOW + timedelta(days=3), now=NOW)
    assert handed_over(report) == []


def test_a_file_that_was_taken_out_can_be_brought_again(world: World) -> None:
    first = bring(world)
    remove_from_report(report_id=world.report().pk, actor=world.lan, key=first.key, now=NOW)
    assert bring(world).pk != first.pk
    assert bring(world).removed_at is None


def test_a_file_without_the_declaration_or_of_a_wrong_kind_leaves_nothing(world: World) -> None:
    with refused(errors.DeclarationMissing, errors.DeclarationMissing.code):
        bring(world, declared=False)
    with refused(errors.FileRefused, errors.FileRefused.code):
        bring(world, b"MZ\x90\x00")
    assert not Attachment.objects.exists()
    assert world.report().started_at is None


def test_what_lies_before_the_signer_takes_no_file(world: World) -> None:
    file = bring(world)
    to_signing(world, world.report())
    with refused(errors.AlreadyDone, errors.AlreadyDone.code):
        bring(world, b"khac")
    with refused(errors.AlreadyDone, errors.AlreadyDone.code):
        remove_from_report(report_id=world.report().pk, actor=world.lan, key=file.key, now=NOW)


def write(world: World, key: str, text: str = "", **said: Any) -> None:
    section = world.section(key)
    entry = Entry.objects.get(report=world.report(), section=section)
    save_entry(
        report_id=world.report().pk, actor=world.lan, section_id=section.pk, version=entry.version, text=text, now=NOW,
        **said,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("I.1", {"text": "Kính gửi\nTỐI MẬT\nNội dung"}),
        ("I.1", {"text": "<p>Kính gửi</p><p><strong>MẬT</strong></p>"}),
        ("I.2", {"rows": [{"name": "MẬT"}]}),
    ],
)
def test_a_draft_with_a_line_that_is_a_mark_is_not_handed_over(world: World, key: str, said: dict[str, Any]) -> None:
    report = world.report()
    write_everything(world, report)
    write(world, key, **said)
    with pytest.raises(errors.SecretMarkFound) as refusal:
        submit_for_review(report_id=report.pk, actor=world.lan, closes_at=NOW + timedelta(days=3), now=NOW)
    assert refusal.value.facts["missing"] == [key]
    assert not Revision.objects.exists()

    write(world, key, text="Công tác bảo mật được quan tâm.", rows=[])
    assert submit_for_review(report_id=report.pk, actor=world.lan, closes_at=NOW + timedelta(days=3), now=NOW)


def test_an_answer_in_words_is_looked_at_too(world: World) -> None:
    write_everything(world, world.report())
    write(world, "III", figures={"A2": Figure(text="MẬT")})
    with refused(errors.SecretMarkFound, errors.SecretMarkFound.code):
        submit_for_review(report_id=world.report().pk, actor=world.lan, closes_at=NOW + timedelta(days=3), now=NOW)


def of_a_draft(world: World, number: str = "640-CV/ĐUK") -> tuple[Campaign, Attachment]:
    campaign = prepared_campaign(world.duk, world.dung, number=number)
    file = attach_to_request(
        campaign_id=campaign.pk, actor=world.yen, title="Công văn", name="a.pdf", content=b"%PDF-1.7", declared=True,
        now=NOW,
    )  # fmt: skip
    return campaign, file


def take_out(world: World, campaign: Campaign, file: Attachment, actor: Person | None = None) -> Attachment:
    return remove_from_request(campaign_id=campaign.pk, actor=actor or world.yen, key=file.key, now=NOW)


def test_a_file_leaves_a_draft_with_one_event_however_often_one_clicks(world: World) -> None:
    campaign, file = of_a_draft(world)
    before = Event.objects.count()
    first, second = take_out(world, campaign, file), take_out(world, campaign, file, world.dung)
    assert (first.removed_at, second.removed_by) == (NOW, world.yen)
    assert Event.objects.count() == before + 1
    told = Event.objects.latest("pk")
    assert (told.verb, told.facts) == ("edit", {"removed": file.pk, "sha256": file.sha256})
    assert Path(file.file.path).read_bytes() == b"%PDF-1.7"


def test_a_file_that_left_the_draft_lies_beside_no_section(world: World) -> None:
    campaign, file = of_a_draft(world)
    stays = attach_to_request(
        campaign_id=campaign.pk, actor=world.yen, title="Phụ lục", name="b.pdf", content=b"%PDF-1.6", declared=True,
        now=NOW,
    )  # fmt: skip
    take_out(world, campaign, file)
    campaigns.open_campaign(campaign_id=campaign.pk, actor=world.dung, now=NOW)
    report = Report.objects.get(campaign=campaign, organization=world.cell)
    section = Section.objects.filter(outline=campaign.outline_id).latest("pk")
    assert list(beside(report, section, [], None, {}).attachments) == [stays]


def test_no_file_leaves_a_request_that_is_open(world: World) -> None:
    campaign, file = of_a_draft(world)
    campaigns.open_campaign(campaign_id=campaign.pk, actor=world.dung, now=NOW)
    with refused(errors.AlreadyDone, "already_done"):
        take_out(world, campaign, file)
    file.refresh_from_db()
    assert file.removed_at is None


def test_files_of_a_draft_are_the_officers_and_of_that_draft(world: World) -> None:
    campaign, file = of_a_draft(world)
    other, _file = of_a_draft(world, "641-CV/ĐUK")
    for actor, one, refusal, code in (
        (world.khanh, campaign, errors.NotYourDesk, "not_your_desk"),
        (world.lan, campaign, errors.NotVisible, "not_visible"),
        (world.yen, other, errors.NotVisible, "not_visible"),
    ):
        with refused(refusal, code):
            take_out(world, one, file, actor)
    file.refresh_from_db()
    assert file.removed_at is None
