"""What an open request asks in addition: sections and indicators, composed on one page and sent to all at once."""

from typing import Any

from django import forms
from django.forms import formset_factory
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflow.actions import campaigns
from workflow.actions.outline_changes import drafted, free_key, with_section
from workflow.actions.outlines import IndicatorDraft, OutlineDraft, SectionDraft
from workflow.choices import Aggregation, AudienceRule, OrganizationKind, Role, SectionKind
from workflow.errors import RuleBroken
from workflow.queries.outline import lines_of
from workflow.queries.requests import progress_of
from workflow.queries.set_up import kinds_below
from workflow.rules.calendar import local_day
from workflow.web.answers import done, page
from workflow.web.door import Asked, door
from workflow.web.request_forms import Typed, columns_of, line_field, text_field
from workflow.web.request_verbs import amending
from workflow.web.set_up import unreadable
from workflow.web.typed import typed_id

TEMPLATE = "requests/additions.html"
NEW = "new-"
ADDED = (Aggregation.SUM, Aggregation.SNAPSHOT, Aggregation.YES_COUNT, Aggregation.TEXT)


class AddedSection(Typed):
    numbering = line_field(gettext_lazy("Numbering"), longest=20)
    heading = line_field(gettext_lazy("Heading"), required=True)
    parent = forms.ChoiceField(label=gettext_lazy("Stands below"), required=False)
    guidance = text_field(gettext_lazy("Guidance"), rows=3)
    kind = forms.ChoiceField(label=gettext_lazy("What is written here"), choices=SectionKind)
    columns = text_field(gettext_lazy("Columns of the rows"), gettext_lazy("Only for rows: one column a line."), rows=2)
    required = forms.BooleanField(label=gettext_lazy("Must be written"), required=False)
    audience_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Only these kinds of unit (none chosen: all)"),
        choices=OrganizationKind,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("kind") == SectionKind.ROWS and not columns_of(typed.get("columns", "")):
            self.add_error("columns", _("Rows need at least one column."))
        return typed


class AddedIndicator(Typed):
    code = line_field(gettext_lazy("Code"), longest=20, required=True)
    label = line_field(gettext_lazy("Indicator"), longest=300, required=True)
    unit = line_field(gettext_lazy("Unit of measure"), longest=40)
    section = forms.ChoiceField(label=gettext_lazy("Section"))
    aggregation = forms.ChoiceField(
        label=gettext_lazy("How it is added up"), choices=[(one.value, one.label) for one in ADDED]
    )
    required = forms.BooleanField(label=gettext_lazy("Must be given"), required=False)


Sections = formset_factory(AddedSection, extra=1, can_delete=True, max_num=30)
Indicators = formset_factory(AddedIndicator, extra=0, can_delete=True, max_num=60)


@door
def additions(request: Asked, campaign_id: int) -> HttpResponse:
    seen = amending(request, campaign_id, Role.OFFICER)
    draft = drafted(seen.campaign.outline)
    given = request.POST.copy() if request.method == "POST" else None
    asked = request.POST.get("go", "")
    for more, prefix in (("section", "s"), ("indicator", "i")):
        if asked == more and given is not None:
            given[f"{prefix}-TOTAL_FORMS"] = str(typed_id(given.get(f"{prefix}-TOTAL_FORMS", "0")) + 1)
    sections, indicators = Sections(given, prefix="s"), Indicators(given, prefix="i")
    kinds = kinds_below(seen.campaign.issuer_id, (), local_day(request.now))
    _offer(sections, indicators, draft, [(one.kind.value, one.kind.label) for one in kinds])
    context = {
        "section": "requests",
        "seen": seen,
        "campaign": seen.campaign,
        "sections": sections,
        "indicators": indicators,
        "lines": lines_of(seen.campaign.outline),
        "progress": progress_of(seen.campaign, request.now),
    }
    if asked != "send":
        return page(request, TEMPLATE, context)
    if not (sections.is_valid() and indicators.is_valid()):
        return unreadable(request, TEMPLATE, context)
    try:
        wanted = _wanted(_kept(sections), _kept(indicators), draft)
        campaigns.amend(campaign_id=campaign_id, actor=request.user, additions=wanted, now=request.now)
    except RuleBroken as refusal:
        return page(request, TEMPLATE, context, refusal)
    return done(
        request, reverse("request", args=[campaign_id]), _("The outline was added to. The units are being told.")
    )


def _offer(sections: Any, indicators: Any, draft: OutlineDraft, kinds: list[tuple[str, Any]]) -> None:
    known = [(one.key, f"{one.numbering} {one.heading}".strip()) for one in draft.sections]
    new = [(f"{NEW}{n}", _("New section %(number)s") % {"number": n + 1}) for n in range(len(sections.forms))]
    for form in sections.forms:
        form.fields["parent"].choices = [("", _("the top of the outline")), *known]
        form.fields["audience_kinds"].choices = kinds
    for form in indicators.forms:
        form.fields["section"].choices = [*new, *known]


def _kept(formset: Any) -> list[tuple[int, dict[str, Any]]]:
    typed = [(n, one.cleaned_data) for n, one in enumerate(formset.forms)]
    return [(n, one) for n, one in typed if one and not one.get("DELETE")]


def _wanted(
    sections: list[tuple[int, dict[str, Any]]], indicators: list[tuple[int, dict[str, Any]]], draft: OutlineDraft
) -> OutlineDraft:
    """The additions as a draft; a new section that was named by its place on the page gets its key."""
    added: dict[str, SectionDraft] = {}
    whole = draft
    for n, typed in sections:
        section = SectionDraft(
            key=free_key(whole, typed["parent"], typed["numbering"]),
            numbering=typed["numbering"],
            heading=typed["heading"],
            guidance=typed["guidance"],
            parent=typed["parent"],
            kind=typed["kind"],
            columns=columns_of(typed["columns"]) if typed["kind"] == SectionKind.ROWS else [],
            required=typed["required"],
            audience=AudienceRule.KINDS if typed["audience_kinds"] else AudienceRule.ALL,
            audience_kinds=typed["audience_kinds"],
        )
        added[f"{NEW}{n}"] = section
        whole = with_section(whole, section)
    names = ("code", "label", "unit", "aggregation", "required")
    figures = [
        IndicatorDraft(
            section=added[typed["section"]].key if typed["section"] in added else typed["section"],
            **{name: typed[name] for name in names},
        )
        for _n, typed in indicators
    ]
    return OutlineDraft(title=draft.title, sections=list(added.values()), indicators=figures)


urlpatterns = [path("dot/<int:campaign_id>/bo-sung-de-cuong/", additions, name="request_additions")]
