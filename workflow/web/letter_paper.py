"""The urging letter as it is printed: its pages, its PDF, and the extract that one of its units reads."""

from django.http import HttpResponse
from django.urls import path

from workflow.documents.pdf import pdf_of
from workflow.documents.previews import blocks_key, page_images
from workflow.models import IssuedDocument
from workflow.queries.letter_desk import extract_for, letter_as_paper
from workflow.web.answers import page
from workflow.web.door import Asked, door
from workflow.web.files import PDF, as_download, handed_out_paper, page_of


@door
def letter_pages(request: Asked, campaign_id: int, letter_id: int) -> HttpResponse:
    found = letter_as_paper(campaign_id, letter_id, request.user, request.now)
    images = page_images(blocks_key(found.blocks), lambda: found.blocks)
    context = {
        "found": found,
        "letter": found.letter,
        "campaign_id": campaign_id,
        "pages": range(1, len(images) + 1),
        "section": "board",
    }
    return page(request, "urging/paper.html", context)


@door
def letter_image(request: Asked, campaign_id: int, letter_id: int, place: int) -> HttpResponse:
    found = letter_as_paper(campaign_id, letter_id, request.user, request.now)
    return page_of(request, blocks_key(found.blocks), lambda: found.blocks, place)


@door
def letter_pdf(request: Asked, campaign_id: int, letter_id: int) -> HttpResponse:
    found = letter_as_paper(campaign_id, letter_id, request.user, request.now)
    if found.document is None:
        answer = HttpResponse(pdf_of(found.blocks, found.letter.signed_at or found.letter.as_of), content_type=PDF)
        return as_download(answer, "Công văn đôn đốc, dự thảo.pdf")
    return handed_out_paper(found.document, _name(found.document), request.now)


@door
def letter_extract(request: Asked, report_id: int, document_id: int) -> HttpResponse:
    document, blocks = extract_for(report_id, document_id, request.user, request.now)
    return as_download(HttpResponse(pdf_of(blocks, document.issued_at), content_type=PDF), _name(document))


def _name(document: IssuedDocument) -> str:
    return f"Công văn số {document.printed_number}.pdf"


urlpatterns = [
    path("dot/<int:campaign_id>/don-doc/<int:letter_id>/ban-in/", letter_pages, name="letter_pages"),
    path(
        "dot/<int:campaign_id>/don-doc/<int:letter_id>/ban-in/trang-<int:place>.png", letter_image, name="letter_image"
    ),
    path("dot/<int:campaign_id>/don-doc/<int:letter_id>/tai-ve/", letter_pdf, name="letter_pdf"),
    path("bao-cao/<int:report_id>/don-doc/<int:document_id>/tai-ve/", letter_extract, name="letter_extract"),
]
