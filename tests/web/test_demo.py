"""What only the demonstration shows: its mails, its accounts; production knows neither address nor password."""

from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.builders import NOW, World
from workflow.models import Person
from workflow.queries.example_accounts import example_accounts

pytestmark = pytest.mark.django_db


@pytest.fixture
def mails(tmp_path: Path, settings: Any) -> Path:
    """A demonstration with a Maildir of its own."""
    settings.PROFILE, settings.DEMO_MAILS = "demo", tmp_path
    (tmp_path / "new").mkdir()
    return tmp_path / "new"


def mail(folder: Path, name: str, to: str, subject: str, text: str = "Kính gửi đồng chí") -> None:
    letter = EmailMessage()
    letter["To"], letter["Subject"], letter["Date"] = to, subject, "Mon, 01 Jun 2026 02:00:00 -0000"
    letter.set_content(text)
    (folder / name).write_bytes(letter.as_bytes())


def test_the_mails_are_shown_and_searched_by_address(client: Client, mails: Path) -> None:
    mail(mails, "1", "lan@so-tttt.example", "Nhắc hạn")
    mail(mails, "2", "quy@buu-dien.example", "Trả lại")
    everything = client.get("/demo/thu/").content.decode()
    found = client.get("/demo/thu/?den=so-tttt").content.decode()
    assert "09:00 01/06/2026" in everything
    assert "Nhắc hạn" in everything
    assert "Trả lại" in everything
    assert "Nhắc hạn" in found
    assert "Trả lại" not in found


def test_a_mail_is_shown_as_text_whatever_it_contains(client: Client, mails: Path) -> None:
    mail(mails, "1", "lan@so-tttt.example", "Nhắc hạn", "Còn 3 ngày <script>alert(1)</script>")
    shown = client.get("/demo/thu/1/").content.decode()
    assert "Còn 3 ngày &lt;script&gt;" in shown


def test_no_other_file_of_the_machine_is_shown(client: Client, mails: Path) -> None:
    (mails.parent / "secret").write_text("To: nobody\n\nsecret")
    assert client.get("/demo/thu/..%2Fsecret/").status_code == 404


def test_outside_a_demonstration_there_is_no_such_page(client: Client, mails: Path, settings: Any) -> None:
    mail(mails, "1", "lan@so-tttt.example", "Nhắc hạn")
    settings.PROFILE = "test"
    assert client.get("/demo/thu/").status_code == 404
    assert client.get("/demo/thu/1/").status_code == 404


def test_one_account_of_each_role_stands_on_the_sign_in_page(client: Client, world: World, mails: Path) -> None:
    chosen = [world.lan, world.nam, world.mai, world.khanh]
    Person.objects.filter(pk__in=[person.pk for person in chosen]).update(password="md5$x$y")
    Person.objects.exclude(pk__in=[person.pk for person in chosen]).update(password="!")
    shown = client.get("/dang-nhap/").content.decode()
    assert all(f"<code>{person.username}</code>" in shown for person in chosen)
    assert f"<code>{world.dung.username}</code>" not in shown


def test_nobody_stands_for_two_roles(world: World) -> None:
    Person.objects.update(password="md5$x$y")
    found = example_accounts(NOW)
    assert len({account.person for account in found}) == len({account.role for account in found}) == 9
