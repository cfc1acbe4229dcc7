"""The gateway: a real HTTP server hears it; what it may not talk to, it does not talk to."""

import hashlib
import hmac
import json
import re
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django import Settings

from tests.builders import NOW
from tests.delivery.servers import Gateway
from workflow.choices import Stream, Verb
from workflow.delivery import channels
from workflow.delivery.channels import Refused, Undelivered, Unreachable, post
from workflow.delivery.wording import Told

SECRET = "k" * 40
NAME = "gateway.example.vn"
NOTICE = Told(
    notice_id=7,
    at=NOW,
    read_at=None,
    verb=Verb.REMIND,
    stream=Stream.REPORT,
    stream_id=3,
    facts={},
    person_id=5,
    person="Nguyễn Thị Lan",
    language="vi",
    email="lan@example.vn",
    phone="0912345678",
    unit="Chi bộ Sở Thông tin và Truyền thông",
    kind="GRASSROOTS_CELL",
    report="sơ kết 5 năm",
    state="SIGNING",
    due=NOW,
    number="",
    visible=True,
)
Answers = Callable[..., None]


@pytest.fixture(autouse=True)
def _ours(settings: Settings) -> None:
    settings.GATEWAY_SECRET = SECRET
    settings.GATEWAY_HOSTS = ["127.0.0.1", NAME]
    settings.GATEWAY_PRIVATE = True


@pytest.fixture
def name_service(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Say which addresses the gateway's name stands for; each question after the last answer finds nothing."""
    ask = socket.getaddrinfo

    def answers(*of_each_question: list[str]) -> None:
        left = list(of_each_question)

        def asked(host: str, port: int, *args: Any, **more: Any) -> Any:
            if host != NAME:
                return ask(host, port, *args, **more)
            if not left:
                raise socket.gaierror("no such name")
            family = {True: socket.AF_INET6, False: socket.AF_INET}
            return [(family[":" in one], socket.SOCK_STREAM, 6, "", (one, port)) for one in left.pop(0)]

        monkeypatch.setattr(socket, "getaddrinfo", asked)

    return answers


def at(settings: Settings, gateway: Gateway, host: str = "127.0.0.1", scheme: str = "http") -> None:
    settings.GATEWAY_URL = f"{scheme}://{host}:{gateway.port}/sms/send?from=duk"


# what it says


def test_a_message_is_signed_dated_and_named(settings: Settings) -> None:
    with Gateway() as gateway:
        at(settings, gateway)
        post(NOTICE, "delivery-9", NOW)
    (asked,) = gateway.asked

    assert asked.path == "/sms/send?from=duk"
    assert asked.headers["Idempotency-Key"] == "delivery-9"
    assert asked.headers["Host"] == f"127.0.0.1:{gateway.port}"
    assert asked.headers["Content-Type"] == "application/json"
    said = json.loads(asked.body)
    assert said.keys() == {"id", "to", "text", "link"}
    assert (said["id"], said["to"], said["link"]) == ("delivery-9", "0912345678", "http://127.0.0.1:8000/thong-bao/7/")
    assert "“sơ kết 5 năm”" in said["text"]

    signed = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", asked.headers["X-Signature"])
    assert signed is not None
    assert int(signed[1]) == NOW.timestamp()
    expected = hmac.digest(SECRET.encode(), signed[1].encode() + b"." + asked.body, "sha256").hex()
    assert signed[2] == expected
    assert signed[2] != hmac.digest(b"another", signed[1].encode() + b"." + asked.body, hashlib.sha256).hex()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_text_is_in_the_persons_language(settings: Settings, language: str) -> None:
    with Gateway() as gateway:
        at(settings, gateway)
        post(replace(NOTICE, language=language), "delivery-9", NOW)
    assert ("Please send" in json.loads(gateway.asked[0].body)["text"]) == (language == "en")


# how it answers


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, None),
        (202, None),
        (204, None),
        (301, Refused),
        (302, Refused),
        (307, Refused),
        (400, Refused),
        (401, Refused),
        (404, Refused),
        (422, Refused),
        (408, Undelivered),
        (425, Undelivered),
        (429, Unreachable),
        (500, Undelivered),
        (502, Undelivered),
        (503, Unreachable),
        (504, Undelivered),
    ],
)
def test_the_status_says_what_becomes_of_it(settings: Settings, status: int, outcome: type[Undelivered] | None) -> None:
    with Gateway(status=status) as gateway:
        gateway.headers = {"Location": f"http://127.0.0.1:{gateway.port}/elsewhere"} if status // 100 == 3 else {}
        at(settings, gateway)
        if outcome is None:
            post(NOTICE, "delivery-9", NOW)
        else:
            with pytest.raises(outcome) as caught:
                post(NOTICE, "delivery-9", NOW)
            assert type(caught.value) is outcome
            assert caught.value.code == f"gateway {status}"
    assert [one.path for one in gateway.asked] == ["/sms/send?from=duk"], "asked once, and no redirect followed"


def test_a_gateway_that_does_not_answer_in_time_is_asked_again_later(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "GATEWAY_TIMEOUT", urllib3.Timeout(connect=1, read=0.1))
    with Gateway() as gateway:
        at(settings, gateway)
        gateway.hangs.clear()
        with pytest.raises(Undelivered) as caught:
            post(NOTICE, "delivery-9", NOW)
    assert type(caught.value) is Undelivered
    assert caught.value.code == "gateway ReadTimeoutError"


def test_a_gateway_that_is_not_there_cannot_be_reached(settings: Settings) -> None:
    with Gateway() as gateway:
        at(settings, gateway)
    with pytest.raises(Unreachable, match="gateway NewConnectionError"):
        post(NOTICE, "delivery-9", NOW)


def test_a_person_without_a_number_is_not_asked_for(settings: Settings) -> None:
    with Gateway() as gateway:
        at(settings, gateway)
        with pytest.raises(Refused, match="no address"):
            post(replace(NOTICE, phone=""), "delivery-9", NOW)
    assert gateway.asked == []


# where it goes


def test_a_host_that_is_not_on_the_list_is_not_talked_to(settings: Settings) -> None:
    settings.GATEWAY_HOSTS = [NAME]
    with Gateway() as gateway:
        at(settings, gateway)
        with pytest.raises(Unreachable, match="host not allowed"):
            post(NOTICE, "delivery-9", NOW)
        settings.GATEWAY_URL = f"http://{NAME}@127.0.0.1:{gateway.port}/"
        with pytest.raises(Unreachable, match="host not allowed"):
            post(NOTICE, "delivery-9", NOW)
    assert gateway.asked == []


@pytest.mark.parametrize(("private", "scheme"), [(False, "http"), (True, "ftp"), (True, "file")])
def test_only_https_is_spoken_unless_the_gateway_is_private(settings: Settings, private: bool, scheme: str) -> None:
    settings.GATEWAY_PRIVATE = private
    settings.GATEWAY_URL = f"{scheme}://{NAME}/"
    with pytest.raises(Unreachable, match="scheme not allowed"):
        post(NOTICE, "delivery-9", NOW)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.9",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 – not bound, refused
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%1",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.1.2.3",
        "::ffff:169.254.169.254",
    ],
)
def test_a_name_that_stands_for_an_inner_address_is_refused(
    settings: Settings, name_service: Answers, address: str
) -> None:
    settings.GATEWAY_PRIVATE = False
    settings.GATEWAY_URL = f"https://{NAME}/"
    for answer in ([address], ["203.0.114.5", address]):
        name_service(answer)
        with pytest.raises(Unreachable, match="address is private"):
            post(NOTICE, "delivery-9", NOW)


def test_a_name_that_stands_for_public_addresses_passes(settings: Settings, name_service: Answers) -> None:
    settings.GATEWAY_PRIVATE = False
    name_service(["203.0.114.5", "2001:4860:4860::8888", "203.0.114.5", "::ffff:203.0.114.5"])
    address = channels.urlsplit(f"https://{NAME.upper()}/")
    assert channels._places(address) == [
        ("203.0.114.5", 443),
        ("2001:4860:4860::8888", 443),
        ("::ffff:203.0.114.5", 443),
    ]


def test_a_name_that_nobody_knows_cannot_be_reached(settings: Settings, name_service: Answers) -> None:
    name_service()
    settings.GATEWAY_URL = f"http://{NAME}/"
    with pytest.raises(Unreachable, match="host unknown"):
        post(NOTICE, "delivery-9", NOW)


def test_the_name_is_asked_for_once_and_the_address_found_harmless_is_the_one_connected_to(
    settings: Settings, name_service: Answers
) -> None:
    """A second answer of the name service – an inner address this time – would never be heard."""
    with Gateway() as gateway:
        at(settings, gateway, NAME)
        name_service(["127.0.0.1"])
        post(NOTICE, "delivery-9", NOW)
    assert gateway.asked[0].headers["Host"] == f"{NAME}:{gateway.port}"


def test_where_one_address_is_not_there_the_next_is_tried(settings: Settings, name_service: Answers) -> None:
    with Gateway() as gateway:
        at(settings, gateway, NAME)
        name_service(["127.0.0.2", "127.0.0.1"])
        post(NOTICE, "delivery-9", NOW)
    assert len(gateway.asked) == 1


# TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for NAME, made for this run; nobody trusts it but who is told to."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("gateway") / "gateway.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_a_certificate_that_nobody_vouches_for_is_refused(
    settings: Settings, name_service: Answers, certificate: Path
) -> None:
    with Gateway(certificate=certificate) as gateway:
        at(settings, gateway, NAME, "https")
        name_service(["127.0.0.1"])
        with pytest.raises(Unreachable, match="gateway SSLError"):
            post(NOTICE, "delivery-9", NOW)
    assert gateway.asked == []


def test_a_certificate_is_good_for_its_own_name_only(
    settings: Settings, name_service: Answers, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Gateway(certificate=certificate) as gateway:
        at(settings, gateway, NAME, "https")
        name_service(["127.0.0.1"])
        post(NOTICE, "delivery-9", NOW)
        assert len(gateway.asked) == 1

        at(settings, gateway, "127.0.0.1", "https")
        with pytest.raises(Unreachable, match="gateway SSLError"):
            post(NOTICE, "delivery-9", NOW)
    assert len(gateway.asked) == 1
