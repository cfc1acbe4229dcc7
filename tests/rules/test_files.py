"""Which files are taken in: by what they hold, whatever they are called."""

import zlib
from io import BytesIO
from time import monotonic
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import typst
from django.conf import settings
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject
from xlsxwriter import Workbook

from workflow.errors import FileRefused
from workflow.rules.files import FileKind, check_file

MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
WORD = f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/>'


def document(
    parts: dict[str, Any] | None = None,
    *,
    text: str = "<w:p><w:r><w:t>Nội dung</w:t></w:r></w:p>",
    types: str = WORD,
) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f"<Types>{types}</Types>")
        archive.writestr("word/document.xml", f"<w:document><w:body>{text}</w:body></w:document>")
        for name, part in (parts or {}).items():
            archive.writestr(name, part)
    return made.getvalue()


def workbook(text: str = "Số liệu") -> bytes:
    made = BytesIO()
    with Workbook(made) as book:
        book.add_worksheet().write(0, 0, text)
    return made.getvalue()


def pdf(text: str = "Báo cáo") -> bytes:
    source = f'#set text(font: "Tinos")\n{text}'.encode()
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(settings.FONT_DIRECTORY)])
    made: bytes = typst.compile(source, format="pdf", font_paths=fonts)
    return made


def written(writer: PdfWriter) -> bytes:
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def with_script() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)
    return written(writer)


def with_file() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_attachment("a.exe", b"MZ")
    return written(writer)


def locked() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("x", algorithm="RC4-128")
    return written(writer)


def packed_script(name: bytes = b"/ObjStm") -> bytes:
    objects = zlib.compress(b"1 0 << /S /JavaScript /JS (app.alert(1)) >>")
    return b"%PDF-1.5\n1 0 obj << /Type " + name + b" /Filter /FlateDecode >>\nstream\n" + objects + b"\nendstream"


def refused(name: str, content: bytes, limit: int = 1024 * 1024) -> str:
    with pytest.raises(FileRefused) as refusal:
        check_file(name, content, limit)
    return str(refusal.value.facts["rule"])


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (pdf(), FileKind.PDF),
        (document(), FileKind.DOCX),
        (workbook(), FileKind.XLSX),
        (b"\xff\xd8\xff\xe0" + bytes(20), FileKind.JPEG),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), FileKind.PNG),
        ("Văn bản thuần.\r\n".encode("utf-8-sig"), FileKind.TEXT),
    ],
)
@pytest.mark.parametrize("name", ["a.pdf", "b.exe", "c"])
def test_a_file_is_what_it_holds_whatever_it_is_called(content: bytes, kind: FileKind, name: str) -> None:
    assert check_file(name, content) is kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00",
        b"\x7fELF",
        b"<html><script>alert(1)</script>",
        b"#!/bin/sh",
        "utf-16".encode("utf-16"),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"PK\x03\x04",
        b"Rar!\x1a\x07",
        b"GIF89a\x01\x00",
        document(types="<Override ContentType='application/vnd.oasis.opendocument.text'/>"),
    ],
)
def test_what_is_not_on_the_list_is_refused(content: bytes) -> None:
    assert refused("a.pdf", content)


def test_a_file_of_the_limit_is_taken_and_one_byte_more_is_not() -> None:
    assert check_file("a.txt", b"a" * 100, 100) is FileKind.TEXT
    assert "MB" in refused("a.txt", b"a" * 101, 100)


@pytest.mark.parametrize(
    "content",
    [
        document({"word/vbaProject.bin": b"x"}),
        document({"word/VBAPROJECT.BIN": b"x"}),
        document({"word/activeX/activeX1.xml": "x"}),
        document({"word/embeddings/oleObject1.bin": b"x"}),
        document({"word/embeddings/thu.exe": b"x"}),
        document({"word/embeddings/Sheet.xlsm": b"x"}),
        document(
            types=WORD.replace(
                "openxmlformats-officedocument.wordprocessingml.document", "ms-word.document.macroEnabled"
            )
        ),
        document(types=WORD + '<Override ContentType="application/vnd.ms-office.vbaProject"/>'),
    ],
)
def test_macros_and_embedded_programs_are_refused(content: bytes) -> None:
    assert refused("a.docx", content)


def test_an_ordinary_embedded_workbook_and_a_printer_s_settings_are_no_macros() -> None:
    parts = {"word/embeddings/Sheet1.xlsx": workbook(), "xl/printerSettings/printerSettings1.bin": b"x"}
    assert check_file("a.docx", document(parts)) is FileKind.DOCX


@pytest.mark.parametrize(
    ("relation", "taken"), [("hyperlink", True), ("attachedTemplate", False), ("oleObject", False), ("frame", False)]
)
def test_a_link_is_taken_but_nothing_that_is_fetched_on_opening(relation: str, taken: bool) -> None:
    rels = f'<Relationship Type="http://x/relationships/{relation}" Target="http://x/" TargetMode="External"/>'
    content = document({"word/_rels/document.xml.rels": rels})
    if taken:
        assert check_file("a.docx", content) is FileKind.DOCX
    else:
        assert refused("a.docx", content)


def test_entities_in_a_part_are_refused() -> None:
    assert refused("a.docx", document({"word/styles.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x/>'}))


def test_a_zip_bomb_is_refused_without_being_opened() -> None:
    assert refused("a.docx", document({"word/media/a.xml": bytes(40 * 1024 * 1024)}))
    assert refused("a.docx", document({f"word/{place}.xml": b"" for place in range(2001)}))


def test_a_broken_archive_is_refused() -> None:
    assert refused("a.docx", document()[:-40])
    whole = bytearray(document({"word/styles.xml": "x" * 5000}))
    whole[60:80] = bytes(20)
    assert refused("a.docx", bytes(whole))


@pytest.mark.parametrize(
    "content",
    [
        with_script(),
        with_script().replace(b"/JavaScript", b"/Java#53cript"),
        with_file(),
        locked(),
        packed_script(),
        packed_script(b"/Obj#53tm"),
        b"%PDF-1.7 1 0 obj << /S /Launch /F (cmd.exe) >>",
    ],
)
def test_an_active_or_locked_pdf_is_refused(content: bytes) -> None:
    assert refused("a.pdf", content)


def test_a_pdf_that_swells_without_bound_is_refused() -> None:
    swelling = b"1 0 obj << /Type /ObjStm >>\nstream\n" + zlib.compress(bytes(70 * 1024 * 1024)) + b"\nendstream"
    assert refused("a.pdf", b"%PDF-1.5\n" + swelling)


@pytest.mark.parametrize("mark", ["MẬT", "TỐI MẬT", "TUYỆT MẬT"])
def test_a_line_of_its_own_that_is_a_mark_is_found_in_every_kind_of_text(mark: str) -> None:
    in_runs = "".join(f"<w:r><w:t>{letter}</w:t></w:r>" for letter in mark)
    escaped = "".join(f"&#{ord(letter)};" for letter in mark)
    for content in (
        f"Kính gửi\n{mark}\nNội dung".encode(),
        document(text=f"<w:p>{in_runs}</w:p><w:p><w:r><w:t>Nội dung</w:t></w:r></w:p>"),
        document(text=f"<w:p><w:r><w:t>{escaped}</w:t></w:r></w:p>"),
        document({"word/header1.xml": f"<w:hdr><w:p><w:r><w:t>{mark}</w:t></w:r></w:p></w:hdr>"}),
        workbook(mark),
        pdf(f"Kính gửi\n\n{mark}\n\nNội dung"),
    ):
        assert "bí mật" in refused("a", content) or "secret" in refused("a", content)


def test_the_word_bao_mat_is_found_nowhere() -> None:
    said = "Công tác bảo mật, bí mật nhà nước"
    for content in (
        said.encode(),
        document(text=f"<w:p><w:r><w:t>{said}</w:t></w:r></w:p>"),
        workbook(said),
        pdf(said),
    ):
        assert check_file("bảo mật.txt", content)


def test_a_name_with_a_mark_is_refused_whatever_it_holds() -> None:
    assert refused("Báo cáo TỐI MẬT.txt", b"x")


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n" + bytes(range(1, 256)) * 75_000 + b"\nstartxref\n0\n%%EOF",
        b"at\n" * 6_000_000,
    ],
)
def test_a_large_file_that_is_made_to_be_slow_is_soon_done_with(content: bytes) -> None:
    """Twenty megabytes of noise once took pypdf 20 seconds to repair, and short lines 90 seconds to look through."""
    begun = monotonic()
    assert check_file("a", content)
    assert monotonic() - begun < 15
