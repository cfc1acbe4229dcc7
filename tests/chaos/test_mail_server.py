"""The mail server of tests and demo keeps what it takes, and ends with its parent."""

import smtplib
import subprocess
import sys
from email.message import EmailMessage
from mailbox import Maildir
from pathlib import Path

from tests.chaos.stage import CLONE, begin, end, until
from tests.chaos.troupe import is_alive


def test_a_mail_lands_in_the_maildir_as_it_was_sent(tmp_path: Path) -> None:
    server = begin("project.servers.mail", "--directory", str(tmp_path / "var" / "mails"), stdout=subprocess.PIPE)
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        message = EmailMessage()
        message["Subject"], message["From"], message["To"] = "Đôn đốc báo cáo", "a@example.org", "b@example.org"
        message.set_content("Đề nghị đồng chí gửi báo cáo.")
        with smtplib.SMTP("127.0.0.1", port) as sender:
            sender.send_message(message)
            sender.send_message(message)
    finally:
        end(server)

    kept = list(Maildir(tmp_path / "var" / "mails", create=False))
    assert [one["X-RcptTo"] for one in kept] == ["b@example.org"] * 2
    body = kept[0].get_payload(decode=True)
    assert isinstance(body, bytes)
    assert body.decode() == "Đề nghị đồng chí gửi báo cáo.\n"


def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "project.servers.mail", "--directory", str(tmp_path / "mails")]
    shell = subprocess.Popen(
        ["sh", "-c", '"$@" & echo $!; read never', "sh", *command],
        cwd=CLONE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert shell.stdout is not None
    pid = int(shell.stdout.readline())
    assert int(shell.stdout.readline()) > 0
    shell.kill()
    shell.communicate()
    until(lambda: not is_alive(pid), "the end of the mail server")
