"""Which files are taken in: known by their content, never by their name; nothing in them that runs or hides."""

import logging
import re
import zlib
from collections.abc import Iterator
from enum import Enum
from html import unescape
from io import BytesIO
from itertools import islice
from typing import NoReturn
from zipfile import BadZipFile, ZipFile, ZipInfo

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from pypdf import PdfReader

from workflow.errors import FileRefused
from workflow.rules.secrecy import marked_line, marked_name

# Its warnings quote the file.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

MEGABYTE = 1024 * 1024
LIMIT = 20 * MEGABYTE
# An office document has some dozens of parts and grows tenfold; a bomb has thousands, or grows a thousandfold.
MOST_PARTS, LARGEST_OPENED, LARGEST_RATIO = 2000, 200 * MEGABYTE, 200
LARGEST_READ = 16 * MEGABYTE
# A mark of secrecy stands on the first page, above the text (HD 36-HD/VPTW box 10).
PAGES_READ = 2
# A long book; whoever brings more lines of text than that must not hold up the others.
LINES_READ = 200_000


class FileKind(Enum):
    """A kind of file that is taken: how its name ends and what a browser is told that it is."""

    PDF = ("pdf", "application/pdf")
    DOCX = ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    XLSX = ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    JPEG = ("jpg", "image/jpeg")
    PNG = ("png", "image/png")
    TEXT = ("txt", "text/plain; charset=utf-8")

    def __init__(self, ending: str, media_type: str) -> None:
        self.ending, self.media_type = ending, media_type


ACCEPTED = ".pdf,.docx,.xlsx,.jpg,.jpeg,.png,.txt"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIN = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": FileKind.DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": FileKind.XLSX,
}
_MACROS = re.compile(rb"macroEnabled|vbaProject|ms-office\.activeX", re.IGNORECASE)
_MACRO_PART = re.compile(r"vba(project|data)|/activex/|oleobject|\.(bin|exe|dll|js|vbs|ps1|bat|docm|xlsm|jar)$", re.I)
_PRINTER_SETTINGS = re.compile(r"/printersettings/|customproperty\d*\.bin$", re.IGNORECASE)
# Parts that are fetched and run when the document is opened; an ordinary link waits for a click.
_FETCHED = re.compile(
    rb"<[^>]*(?:attachedTemplate|oleObject|frame|subDocument|control)\"[^>]*TargetMode\s*=\s*[\"']External",
    re.IGNORECASE,
)
_ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_TEXT_END = re.compile(rb"</w:p>|<w:br\b[^>]*>|</si>|</t>")
_TAG = re.compile(rb"<[^>]*>")
_PDF_ACTIVE = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA|ImportData)(?![A-Za-z0-9])")
_PDF_LOCKED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
_PDF_STREAM = re.compile(rb"stream\r?\n")
_PDF_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_OBJECTS = re.compile(rb"/ObjStm(?![A-Za-z0-9])")


def check_file(name: str, content: bytes, limit: int = LIMIT) -> FileKind:
    """The kind of a file that may be kept. Raises FileRefused (rule): too large, of no known kind, active, marked."""
    if not content:
        _refuse(_("it is empty"))
    if len(content) > limit:
        _refuse(format_lazy(_("it is larger than {size} MB"), size=limit // MEGABYTE))
    if marked_name(name):
        _refuse(_("its name bears a mark of state secrets; such content must not be on this system"))
    kind = _kind_of(content)
    if marked_line(islice(_lines(kind, content), LINES_READ)) is not None:
        _refuse(_("a line of it is a mark of state secrets; such content must not be on this system"))
    return kind


def _refuse(rule: str | Promise) -> NoReturn:
    raise FileRefused(rule=rule)


def _kind_of(content: bytes) -> FileKind:
    if b"%PDF-" in content[:1024]:
        _check_pdf(content)
        return FileKind.PDF
    if content.startswith(b"PK\x03\x04"):
        return _office_kind(content)
    if content.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if content.startswith(_OLE):
        _refuse(_("it is an old Office file or one with a password; save it as .docx or .xlsx without a password"))
    if not _is_text(content):
        _refuse(_("only PDF, Word (.docx), Excel (.xlsx), JPEG, PNG and plain text are taken"))
    return FileKind.TEXT


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not re.search(r"[\x00-\x08\x0e-\x1f\x7f]", text) and not text.lstrip().startswith(("<", "#!"))


def _office_kind(content: bytes) -> FileKind:
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_parts(parts)
            types = _part(archive, "[Content_Types].xml")
            if _MACROS.search(types):
                _refuse(_("it holds macros; save it as a document without macros"))
            for part in parts:
                if part.filename.endswith((".rels", ".xml")):
                    _check_part(_part(archive, part.filename))
    except (BadZipFile, KeyError, NotImplementedError, RuntimeError, EOFError, OSError, zlib.error):
        _refuse(_("it is damaged or has a password"))
    for main, kind in _MAIN.items():
        if main.encode() in types:
            return kind
    _refuse(_("only PDF, Word (.docx), Excel (.xlsx), JPEG, PNG and plain text are taken"))


def _check_parts(parts: list[ZipInfo]) -> None:
    opened = sum(part.file_size for part in parts)
    swollen = any(
        part.file_size > MEGABYTE and part.file_size > LARGEST_RATIO * max(part.compress_size, 1) for part in parts
    )
    if len(parts) > MOST_PARTS or opened > LARGEST_OPENED or swollen:
        _refuse(_("it is packed so tightly that it cannot be opened safely"))
    for part in parts:
        if _MACRO_PART.search(f"/{part.filename}") and not _PRINTER_SETTINGS.search(f"/{part.filename}"):
            _refuse(_("it holds macros or embedded programs; save it as a document without them"))


def _check_part(part: bytes) -> None:
    if _ENTITIES.search(part[:4096]):
        _refuse(_("it is packed so tightly that it cannot be opened safely"))
    if _FETCHED.search(part):
        _refuse(_("it fetches a template or an object from another place when it is opened"))


def _part(archive: ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(LARGEST_READ)


def _check_pdf(content: bytes) -> None:
    for piece in (content, *_object_streams(content)):
        plain = _PDF_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), piece)
        if _PDF_ACTIVE.search(plain):
            _refuse(_("it holds scripts, programs or other files; print it to PDF again without them"))
        if _PDF_LOCKED.search(plain):
            _refuse(_("it is locked by a password; save it without one"))


def _object_streams(content: bytes) -> Iterator[bytes]:
    """The objects that a PDF keeps packed together, opened up to a bound."""
    left = 4 * LARGEST_READ
    for found in _PDF_STREAM.finditer(content):
        before = _PDF_ESCAPE.sub(
            lambda escaped: bytes([int(escaped[1], 16)]), content[max(0, found.start() - 1024) : found.start()]
        )
        if not _OBJECTS.search(before[max(before.rfind(b" obj"), 0) :]):
            continue
        try:
            opened = zlib.decompressobj().decompress(content[found.end() :], max(left, 1))
        except zlib.error:
            _refuse(_("it is damaged or has a password"))
        left -= len(opened)
        if left <= 0:
            _refuse(_("it is packed so tightly that it cannot be opened safely"))
        yield opened


def _lines(kind: FileKind, content: bytes) -> Iterator[str]:
    """The lines of text that can be read without drawing the pages."""
    if kind is FileKind.TEXT:
        yield from content.decode("utf-8-sig").splitlines()
    elif kind is FileKind.PDF:
        yield from _pdf_lines(content)
    elif kind in {FileKind.DOCX, FileKind.XLSX}:
        with ZipFile(BytesIO(content)) as archive:
            for name in archive.namelist():
                if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml|xl/sharedStrings\.xml", name):
                    marked = _TEXT_END.sub(b"\n", _part(archive, name))
                    yield from _unescaped(_TAG.sub(b"", marked)).splitlines()


def _unescaped(text: bytes) -> str:
    return unescape(text.decode("utf-8", "replace"))


def _pdf_lines(content: bytes) -> Iterator[str]:
    """The first pages' text; a PDF that only shows pictures, or that cannot be read, has none."""
    if b"startxref" not in content[-2048:]:
        return
    try:
        # strict: a broken table of contents is not looked for through the whole file
        pages = PdfReader(BytesIO(content), strict=True).pages
        for place in range(min(PAGES_READ, len(pages))):
            yield from pages[place].extract_text().splitlines()
    except Exception:  # whatever a broken PDF makes of its reader
        return
