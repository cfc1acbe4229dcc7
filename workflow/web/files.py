"""Files and papers: each asks who reads it, and goes out as a download that no browser runs or guesses at."""

from collections.abc import Callable, Sequence
from datetime import datetime
from mimetypes import guess_type
from pathlib import Path
from typing import cast
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse
from django.urls import path, reverse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workflow.actions.attachments import attach_to_report, remove_from_report
from workflow.actions.papers import freeze_paper
from workflow.documents.blocks import Block
from workflow.documents.kept import kept
from workflow.documents.pdf import pdf_of
from workflow.documents.previews import page_images, preview_key
from workflow.errors import FileNotChosen, NotVisible, NotYourDesk, RuleBroken
from workflow.models import IssuedDocument
from workflow.queries.files import Preview, preview, readable_file, report_files
from workflow.rules.files import ACCEPTED, FileKind
from workflow.web.answers import done, page
from workflow.web.door import Asked, door

# Whatever a browser makes of it, it has no script, no form and no origin.
SANDBOX = "sandbox; default-src 'none'"
TEXTS = {f".{kind.ending}": kind.media_type for kind in FileKind}
PDF = FileKind.PDF.media_type


@door
def file(request: Asked, key: UUID) -> HttpResponse:
    attachment = readable_file(key, request.user, request.now)
    kept_as = str(attachment.file.name)
    ending = Path(kept_as).suffix
    return handed_out(kept_as, f"{attachment.title.removesuffix(ending)}{ending}")


@door
def preview_page(request: Asked, report_id: int, number: int) -> HttpResponse:
    found = preview(report_id, number, request.user, request.now)
    images = [] if found.on_paper else page_images(_key(found), found.blocks)
    context = {
        "preview": found,
        "report": found.report,
        "pages": range(1, len(images) + 1),
        "blocks": found.blocks(),
        "section": "reports",
    }
    return page(request, "files/preview.html", context)


@door
def page_image(request: Asked, report_id: int, number: int, place: int) -> HttpResponse:
    found = preview(report_id, number, request.user, request.now)
    if found.on_paper:
        raise NotVisible
    return page_of(request, _key(found), found.blocks, place)


def page_of(request: Asked, key: str, blocks: Callable[[], Sequence[Block]], place: int) -> HttpResponse:
    """One page of a paper as an image, counted from 1. Raises NotVisible for one that it does not have."""
    images = page_images(key, blocks)
    if not 1 <= place <= len(images):
        raise NotVisible
    etag = f'"{key}-{place}"'
    # Kept by the browser, but asked for every time: who may read can change.
    answer = get_conditional_response(request, etag=etag) or _streamed(images[place - 1], "image/png")
    answer["ETag"], answer["Cache-Control"] = etag, "private, no-cache"
    return answer


@door
def download(request: Asked, report_id: int, number: int) -> HttpResponse:
    found = preview(report_id, number, request.user, request.now)
    if found.on_paper:
        raise NotVisible
    if found.document is not None:
        return handed_out_paper(found.document, _paper_name(found), request.now)
    answer = HttpResponse(pdf_of(found.blocks(), found.revision.made_at), content_type=PDF)
    return as_download(answer, _paper_name(found))


def _key(found: Preview) -> str:
    return preview_key(found.revision.sha256, found.standing)


def _paper_name(found: Preview) -> str:
    unit = found.report.organization.name
    if found.standing.number:
        return f"Báo cáo số {found.standing.number} - {unit}.pdf"
    return f"Báo cáo, dự thảo lần {found.revision.number} - {unit}.pdf"


def handed_out_paper(document: IssuedDocument, shown: str, now: datetime) -> HttpResponse:
    """The frozen PDF of a numbered paper; it is frozen now where the clock has not come to it yet."""
    paper = getattr(document, "paper", None) or freeze_paper(document, now=now)
    return handed_out(str(paper.file.name), shown)


def handed_out(name: str, shown: str) -> HttpResponse:
    """A kept file as a download: by the web server in front where there is one, else from here."""
    media_type = TEXTS.get(Path(name).suffix) or guess_type(name)[0] or "application/octet-stream"
    if settings.ACCEL_PREFIX:
        answer = HttpResponse(content_type=media_type)
        answer["X-Accel-Redirect"] = f"{settings.ACCEL_PREFIX}{quote(name)}"
        return as_download(answer, shown)
    if not kept(name).is_file():
        raise NotVisible
    return as_download(_streamed(kept(name), media_type), shown)


def _streamed(path: Path, media_type: str) -> HttpResponse:
    # A FileResponse has a response's headers and status; only its body is read piece by piece.
    return cast(HttpResponse, FileResponse(path.open("rb"), content_type=media_type))


def as_download(answer: HttpResponse, shown: str) -> HttpResponse:
    plain = "".join(" " if char in '\\/:*?"<>|\r\n\t' else char for char in shown)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=plain) or "attachment"
    answer["Content-Security-Policy"], answer["X-Content-Type-Options"] = SANDBOX, "nosniff"
    return answer


@door
def attachments(request: Asked, report_id: int) -> HttpResponse:
    """The files of a working copy. Brought from the drafting page, one goes back there."""
    if request.method != "POST":
        return _shown(request, report_id)
    chosen = request.FILES.get("file")
    try:
        if not isinstance(chosen, UploadedFile):
            raise FileNotChosen
        attachment = attach_to_report(
            report_id=report_id,
            actor=request.user,
            title=request.POST.get("title", "").strip() or Path(chosen.name or "").stem,
            name=chosen.name or "",
            content=chosen.read(settings.UPLOAD_LIMIT + 1),
            declared=bool(request.POST.get("declared")),
            now=request.now,
        )
    except (NotVisible, NotYourDesk):
        raise
    except RuleBroken as refusal:
        return _shown(request, report_id, refusal)
    return done(request, _back(request, report_id), _("“%(title)s” was attached.") % {"title": attachment.title})


@door
@require_POST
def detach(request: Asked, report_id: int, key: UUID) -> HttpResponse:
    removed = remove_from_report(report_id=report_id, actor=request.user, key=key, now=request.now)
    return done(request, _back(request, report_id), _("“%(title)s” was taken out.") % {"title": removed.title})


def _shown(request: Asked, report_id: int, refusal: RuleBroken | None = None) -> HttpResponse:
    found = report_files(report_id, request.user, request.now)
    context = {
        "found": found,
        "report": found.report,
        "title": request.POST.get("title", ""),
        "back": request.POST.get("back", ""),
        "accepted": ACCEPTED,
        "section": "reports",
    }
    return page(request, "files/attachments.html", context, refusal)


def _back(request: Asked, report_id: int) -> str:
    return reverse("drafting" if request.POST.get("back") == "drafting" else "attachments", args=[report_id])


urlpatterns = [
    path("tep/<uuid:key>/", file, name="file"),
    path("bao-cao/<int:report_id>/ban/<int:number>/", preview_page, name="preview"),
    path("bao-cao/<int:report_id>/ban/<int:number>/trang-<int:place>.png", page_image, name="preview_image"),
    path("bao-cao/<int:report_id>/ban/<int:number>/tai-ve/", download, name="paper_pdf"),
    path("bao-cao/<int:report_id>/tep-kem-theo/", attachments, name="attachments"),
    path("bao-cao/<int:report_id>/tep-kem-theo/<uuid:key>/bo/", detach, name="detach"),
]
