"""Accounts: who issues a code, what it holds, and who lets a signer sign again."""

import re
from datetime import timedelta

import pytest

from tests.builders import NOW, World, confirmation, revision_of, to_signing
from tests.refusals import refused
from workflow import errors
from workflow.actions import accounts, organizations, signing
from workflow.choices import Role, Stream, Verb
from workflow.models import Event, Person, SignInAttempt

LATER = NOW + timedelta(hours=1)
ADDRESS = "10.0.0.1"
NEW = "mưa rơi trên Yên Bái"


def again(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def set_own(person: Person, code: str) -> Person:
    return accounts.change_password(actor=again(person), current=code, new=NEW, again=NEW, address=ADDRESS, now=LATER)


def release(world: World, actor: Person, person: Person | None = None) -> Person:
    return accounts.release_signing(person_id=(person or world.hung).pk, actor=actor, now=LATER)


def test_a_code_can_be_read_aloud_and_is_another_each_time(world: World) -> None:
    codes = {accounts.issue_code(person_id=world.lan.pk, actor=world.xuan, now=NOW) for _time in range(5)}
    assert len(codes) == 5
    assert all(re.fullmatch(r"([2-9A-HJ-NP-Z]{4}-){2}[2-9A-HJ-NP-Z]{4}", code) for code in codes)


def test_a_code_takes_the_place_of_the_password_and_is_told_without_the_code(world: World) -> None:
    SignInAttempt.objects.create(username="lan", address=ADDRESS, at=NOW)
    code = accounts.issue_code(person_id=world.lan.pk, actor=world.xuan, now=NOW)
    lan = again(world.lan)
    assert lan.check_password(code)
    assert lan.must_change_password
    assert lan.signing_hold_since is None  # she signs nothing
    assert not SignInAttempt.objects.exists()
    told = Event.objects.get(stream=Stream.ACCOUNT, stream_id=lan.pk)
    assert (told.verb, told.actor_id, told.facts) == (Verb.ISSUE_CODE, world.xuan.pk, {"person": lan.pk})


def test_nobody_issues_a_code_for_himself_or_beyond_his_part_of_the_tree(world: World) -> None:
    organizations.grant_seat(
        organization_id=world.duk.pk, actor=world.xuan, person_id=world.yen.pk, role=Role.ADMINISTRATOR,
        since=NOW.date(), now=NOW,
    )  # fmt: skip
    with refused(errors.NotForYourself, "not_for_yourself"):
        accounts.issue_code(person_id=world.xuan.pk, actor=world.xuan, now=NOW)
    with refused(errors.NotVisible, "not_visible"):
        accounts.issue_code(person_id=world.viet.pk, actor=world.yen, now=NOW)
    with refused(errors.NotVisible, "not_visible"):  # no seat: for the top's administrator only
        accounts.issue_code(person_id=world.stranger.pk, actor=world.yen, now=NOW)
    for person, actor in ((world.lan, world.hung), (world.lan, world.khanh)):
        with refused(errors.NotYourDesk, "not_your_desk"):
            accounts.issue_code(person_id=person.pk, actor=actor, now=NOW)
    accounts.issue_code(person_id=world.hung.pk, actor=world.yen, now=NOW)
    accounts.issue_code(person_id=world.stranger.pk, actor=world.xuan, now=NOW)


def test_who_also_sits_higher_up_is_not_taken_over_from_below(world: World) -> None:
    organizations.grant_seat(
        organization_id=world.cell.pk, actor=world.xuan, person_id=world.tam.pk, role=Role.ADMINISTRATOR,
        since=NOW.date(), now=NOW,
    )  # fmt: skip
    organizations.grant_seat(
        organization_id=world.cell.pk, actor=world.tam, person_id=world.khanh.pk, role=Role.MEMBER,
        since=NOW.date(), now=NOW,
    )  # fmt: skip
    with refused(errors.NotYourDesk, "not_your_desk"):
        accounts.issue_code(person_id=world.khanh.pk, actor=world.tam, now=NOW)


def test_who_may_enter_the_register_gets_his_code_at_the_top(world: World) -> None:
    Person.objects.filter(pk=world.lan.pk).update(is_staff=True)
    organizations.grant_seat(
        organization_id=world.duk.pk, actor=world.xuan, person_id=world.yen.pk, role=Role.ADMINISTRATOR,
        since=NOW.date(), now=NOW,
    )  # fmt: skip
    with refused(errors.NotYourDesk, "not_your_desk"):
        accounts.issue_code(person_id=world.lan.pk, actor=world.yen, now=NOW)
    accounts.issue_code(person_id=world.lan.pk, actor=world.xuan, now=NOW)


def test_a_signer_with_a_new_password_cannot_sign_until_a_second_person_has_confirmed(world: World) -> None:
    report = to_signing(world, world.report())
    code = accounts.issue_code(person_id=world.hung.pk, actor=world.xuan, now=NOW)
    own = set_own(world.hung, code)

    def sign() -> object:
        hung = again(own)
        confirmed = confirmation(hung, LATER)
        return signing.sign(
            report_id=report.pk, actor=hung, revision_id=revision_of(report), confirmed=confirmed, now=LATER
        )

    with refused(errors.SigningOnHold, "signing_on_hold"):
        sign()
    release(world, world.khanh)
    sign()


@pytest.mark.parametrize(
    ("who", "refusal", "code"),
    [
        ("xuan", errors.NotForYourself, "not_for_yourself"),  # issued the code
        ("hung", errors.NotYourDesk, "not_your_desk"),  # whose signature it is
        ("binh", errors.NotYourDesk, "not_your_desk"),
        ("dung", errors.NotYourDesk, "not_your_desk"),
        ("oanh", errors.NotVisible, "not_visible"),
        ("stranger", errors.NotVisible, "not_visible"),
    ],
)
def test_only_a_second_person_who_answers_for_the_seat_confirms(
    world: World, who: str, refusal: type[errors.RuleBroken], code: str
) -> None:
    set_own(world.hung, accounts.issue_code(person_id=world.hung.pk, actor=world.xuan, now=NOW))
    with refused(refusal, code):
        release(world, world.people[who])
    release(world, world.ngoc)
    assert Event.objects.latest("pk").verb == Verb.RELEASE_SIGNING


def test_whoever_knows_a_code_that_was_issued_meanwhile_is_no_second_person(world: World) -> None:
    accounts.issue_code(person_id=world.hung.pk, actor=world.xuan, now=NOW)
    set_own(world.hung, accounts.issue_code(person_id=world.hung.pk, actor=world.ngoc, now=NOW))
    for actor in (world.xuan, world.ngoc):
        with refused(errors.NotForYourself, "not_for_yourself"):
            release(world, actor)


def test_nothing_is_confirmed_before_the_code_was_used_nor_twice(world: World) -> None:
    code = accounts.issue_code(person_id=world.hung.pk, actor=world.xuan, now=NOW)
    with refused(errors.CodeUnused, "code_unused"):
        release(world, world.khanh)
    set_own(world.hung, code)
    release(world, world.khanh)
    with refused(errors.NothingHeld, "nothing_held"):
        release(world, world.khanh)


def test_an_own_change_of_password_holds_no_signing(world: World) -> None:
    world.hung.set_password("Chiếc-lá-cuối-thu")
    world.hung.save()
    assert set_own(world.hung, "Chiếc-lá-cuối-thu").signing_hold_since is None


def test_a_name_that_no_database_can_hold_is_nobodys(world: World) -> None:
    with pytest.raises(errors.SignInRefused):
        accounts.check_password(username="lan\x00", password="x", address=ADDRESS, now=NOW)
    with pytest.raises(errors.SignInRefused):
        accounts.check_password(username="lan", password="\ud800", address=ADDRESS, now=NOW)


def rename(world: World, name: str, actor: Person | None = None, person: Person | None = None) -> Person:
    return accounts.rename_person(
        person_id=(person or world.lan).pk, actor=actor or world.xuan, full_name=name, now=NOW
    )


def test_a_name_is_corrected_and_told_without_the_name(world: World) -> None:
    rename(world, "  Nguyễn  Thị Lan Anh ")
    assert again(world.lan).full_name == "Nguyễn Thị Lan Anh"
    told = Event.objects.get(stream=Stream.ACCOUNT, stream_id=world.lan.pk)
    assert (told.verb, told.actor_id, told.facts) == (Verb.RENAME_PERSON, world.xuan.pk, {"person": world.lan.pk})


def test_the_name_that_stands_there_already_is_no_event(world: World) -> None:
    rename(world, world.lan.full_name)
    assert not Event.objects.filter(stream=Stream.ACCOUNT).exists()


def test_a_name_is_there_and_fits(world: World) -> None:
    with refused(errors.NameMissing, "name_missing"):
        rename(world, " \u200b ")
    with refused(errors.TextTooLong, "text_too_long"):
        rename(world, "a" * 121)
    with refused(errors.UnreadableText, "unreadable_text"):
        rename(world, "Lan\x00")


def test_nobody_renames_himself_or_beyond_his_part_of_the_tree(world: World) -> None:
    organizations.grant_seat(
        organization_id=world.duk.pk, actor=world.xuan, person_id=world.yen.pk, role=Role.ADMINISTRATOR,
        since=NOW.date(), now=NOW,
    )  # fmt: skip
    with refused(errors.NotForYourself, "not_for_yourself"):
        rename(world, "Khác", world.xuan, world.xuan)
    with refused(errors.NotVisible, "not_visible"):
        rename(world, "Khác", world.yen, world.viet)
    for actor in (world.hung, world.khanh):
        with refused(errors.NotYourDesk, "not_your_desk"):
            rename(world, "Khác", actor)
    rename(world, "Khác", world.yen)
