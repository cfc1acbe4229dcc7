"""Both examples, from the request to the consolidated report, by one command."""

import unicodedata
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.builders import World
from tests.scenarios import clock_played as clock
from workflow.choices import CampaignState, ReportState, ReviewMode, ReviewResult, Timeliness, Verb
from workflow.models import (
    Attachment,
    Campaign,
    Event,
    Extension,
    IssuedDocument,
    IssuedValue,
    Report,
    ReviewRound,
    Signature,
    StandIn,
    TimelinessRecord,
)
from workflow.queries.totals import campaign_totals
from workflow.rules.quorum import needed
from workflow.rules.vietnamese import format_number

# Verbs that leave no event of their own, or belong to the register's later life.
NOT_PLAYED = {
    Verb.SAVE_ENTRY,
    Verb.REOPEN,
    Verb.CANCEL,
    Verb.UPPER_CANCELLED,
    Verb.TURN_INTO_OWN,
    Verb.RENAME_ORGANIZATION,
    Verb.END_SEAT,
    Verb.CONFIRM_SEAT,
    Verb.END_STAND_IN,
    Verb.ISSUE_CODE,
    Verb.RENAME_PERSON,
    Verb.CHANGE_PASSWORD,
    Verb.RELEASE_SIGNING,
}


@pytest.mark.django_db(transaction=True)
def test_both_examples_are_played_to_the_end(settings, tmp_path: Path):
    settings.MEDIA_ROOT, settings.SEAL_DIRECTORY = tmp_path / "files", tmp_path / "seals"
    out = StringIO()

    call_command("walkthrough", "--out", str(tmp_path / "out"), "--mails", str(tmp_path / "mails"), stdout=out)

    told = out.getvalue()
    letter = Campaign.objects.get(number="630-CV/ĐUK")
    _every_verb_was_played()
    _the_units_stand_where_they_should(letter)
    _reviews_signatures_and_extensions_went_both_ways()
    _the_consolidation_was_signed_released_and_signed_again(letter)
    _the_table_tells_what_was_refused(told)
    _the_board_shows_totals_with_their_coverage(told, letter)
    _the_report_is_a_readable_paper(tmp_path / "out", letter)
    clock.every_mail_is_a_delivery_and_every_delivery_a_mail(tmp_path / "mails")
    clock.nothing_left_in_the_quiet_hours()
    clock.a_person_gets_one_digest_a_day()
    clock.nobody_is_reminded_twice_of_a_rung()
    clock.late_units_climb_to_the_leader(letter)
    clock.after_the_standstill_only_the_latest_rung_is_climbed()
    clock.the_letter_went_to_the_units_of_its_annex(letter, told)
    clock.what_came_back_went_after_the_address_was_corrected()
    clock.people_hear_as_they_chose()
    clock.lateness_is_excused_and_stays_late(letter)
    clock.it_is_told_readably(told)


def _every_verb_was_played() -> None:
    played = set(Event.objects.values_list("verb", flat=True))
    assert set(Verb.values) - played == {str(verb) for verb in NOT_PLAYED}


def _the_units_stand_where_they_should(letter: Campaign) -> None:
    assert letter.state == CampaignState.CLOSED
    states = list(Report.objects.filter(campaign=letter).values_list("state", flat=True))
    assert len(states) == 98
    assert states.count(ReportState.CONSOLIDATED) >= 90
    assert states.count(ReportState.EXEMPT) == 1
    assert set(Report.objects.filter(campaign__number="41-CV/ĐU").values_list("state", flat=True)) == {
        ReportState.CONSOLIDATED
    }
    timely = list(TimelinessRecord.objects.filter(report__campaign=letter).values_list("timeliness", flat=True))
    assert timely.count(Timeliness.LATE) == 3
    assert timely.count(Timeliness.OVERDUE) == 2
    paper = Report.objects.get(campaign=letter, organization__code="duong-sat-yen-lao")
    assert not IssuedDocument.objects.filter(report=paper).exists()
    assert Attachment.objects.filter(report=paper).exists()
    own = Campaign.objects.get(number="95-CV/ĐUK", house=False)
    assert own.reports.filter(organization__code="bao-yen-bai").exists(), "the unit that was added"
    assert Report.objects.get(campaign__house=True, campaign__number="95-CV/ĐUK").state == ReportState.RECEIVED


def _reviews_signatures_and_extensions_went_both_ways() -> None:
    votes = Event.objects.filter(verb=Verb.CONCLUDE_REVIEW, facts__counted=16)
    by_result = {event.facts["result"]: event.facts["yes"] for event in votes.order_by("pk")}
    assert by_result == {ReviewResult.NOT_ADOPTED: needed(16) - 1, ReviewResult.ADOPTED: needed(16)}
    results = set(ReviewRound.objects.values_list("mode", "result"))
    assert {(ReviewMode.VOTE, ReviewResult.ADOPTED), (ReviewMode.VOTE, ReviewResult.NOT_ADOPTED)} <= results
    assert {(ReviewMode.OPINIONS, ReviewResult.WITHDRAWN), (ReviewMode.OPINIONS, ReviewResult.VOID)} <= results
    stood_in = Signature.objects.get(stand_in=StandIn.objects.get())
    assert stood_in.position == "PHÓ BÍ THƯ"
    assert Signature.objects.filter(self_signed=True).exists()
    decided = set(Extension.objects.values_list("decision", flat=True))
    assert decided == {"GRANTED", "REFUSED"}
    extended = Report.objects.get(campaign__number="630-CV/ĐUK", organization__code="thpt-nguyen-hue")
    assert extended.due > extended.original_due
    supplemented = Report.objects.get(campaign__number="630-CV/ĐUK", organization__code="so-khdt")
    assert IssuedDocument.objects.filter(report=supplemented).count() == 2
    assert supplemented.timeliness_record.timeliness == Timeliness.ON_TIME


def _the_consolidation_was_signed_released_and_signed_again(letter: Campaign) -> None:
    taken = Report.objects.filter(campaign=letter, state=ReportState.CONSOLIDATED)
    for verb, times in ((Verb.CONSOLIDATE, 2), (Verb.RELEASE, 1)):
        events = Event.objects.filter(stream="report", stream_id__in=taken, verb=verb)
        assert events.count() == times * taken.count()
    assert letter.answers is not None
    assert letter.answers.state == ReportState.RECEIVED
    totals = campaign_totals(letter)
    for value in IssuedValue.objects.filter(revision=letter.answers.received_revision).select_related("indicator"):
        assert value.number == totals[value.indicator.code].value


def _the_table_tells_what_was_refused(told: str) -> None:
    refused = [line for line in told.splitlines() if " ✗ " in line]
    assert len(refused) >= 15
    assert len({line.split(": ", 1)[-1] for line in refused}) >= 13


def _the_board_shows_totals_with_their_coverage(told: str, letter: Campaign) -> None:
    total = campaign_totals(letter)["A1"]
    assert total.value is not None
    line = next(line for line in told.splitlines() if line.startswith("  A1 "))
    assert format_number(total.value) in line
    assert f"{total.with_value}/{total.expected}" in line
    assert total.expected == 97, "98 asked, one exempt"
    last = told.strip().splitlines()[-1]
    assert "0" in last


def _the_report_is_a_readable_paper(out: Path, letter: Campaign) -> None:
    document = IssuedDocument.objects.get(report=letter.answers)
    files = sorted(out.glob("*.txt"))
    assert len(files) == 3
    assert len(list(out.glob("*.xlsx"))) == 2
    text = next(file for file in files if "630" in file.name).read_text(encoding="utf-8")
    for words in (
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        f"Số {document.printed_number}",
        "BÁO CÁO",
        "Đảng ủy Khối cơ quan và doanh nghiệp tỉnh báo cáo kết quả",
        "Chi bộ Sở Thông tin và Truyền thông: ",
        "T/M BAN THƯỜNG VỤ",
        document.signer,
        "Nơi nhận:",
        f"{format_number(campaign_totals(letter)['A5'].value or 0)} người",
    ):
        assert words in text
    assert "{" not in text
    assert text == unicodedata.normalize("NFC", text)
    assert max(map(len, text.splitlines())) < 160


def test_it_refuses_a_database_with_reports(world: World):
    before = Event.objects.count()

    with pytest.raises(CommandError):
        call_command("walkthrough", stdout=StringIO())

    assert Event.objects.count() == before
