"""What is typed about a request, read into what the actions take."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from workflow.actions.preparing import NOTHING
from workflow.choices import Aggregation, AudienceRule, HolidayRule, OrganizationKind, ReviewMode, SectionKind
from workflow.errors import DayUnreadable
from workflow.models import Campaign
from workflow.queries.set_up import due_words
from workflow.rules.deadline import Reading
from workflow.web.typed import typed_day


def posted(request: HttpRequest) -> QueryDict | None:
    """What was typed, also when it is nothing; None while the page is only looked at."""
    return request.POST if request.method == "POST" else None


class DayField(forms.DateField):
    """A day as everywhere: 31/07/2026 or 2026-07-31, never the month first."""

    def to_python(self, value: Any) -> date | None:
        try:
            return value if isinstance(value, date) else typed_day(value or "")
        except DayUnreadable as refusal:
            raise forms.ValidationError(str(refusal)) from None


def day_field(label: Any, help_text: Any = "") -> DayField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return DayField(label=label, help_text=help_text, required=False, widget=widget)


def hour_field(label: Any, help_text: Any = "") -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(label=label, help_text=help_text, required=False, widget=widget)


def line_field(label: Any, help_text: Any = "", *, longest: int = 500, required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, max_length=longest, required=required)


def text_field(label: Any, help_text: Any = "", *, rows: int = 3, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, widget=forms.Textarea(attrs={"rows": rows})
    )


class Typed(forms.Form):
    """Labels stand above their fields, without a colon."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["label_suffix"] = ""
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = _("Please fill in this field.")


class NewRequest(Typed):
    subject = line_field(
        _("What the letter is about (trích yếu)"), _("As it will stand on the letter: “V/v …”."), required=True
    )
    issuer = forms.TypedChoiceField(label=_("Issuing office"), coerce=int)


class Letter(Typed):
    """Step 1."""

    number = line_field(_("Number and symbol"), _("For example: 630-CV/ĐUK"), longest=60)
    date = day_field(_("Date of the letter"))
    subject = line_field(_("Subject of the letter"), required=True)
    answers = forms.TypedChoiceField(
        label=_("Carries out a request from above"),
        help_text=_("The units' reports are then gathered for the report that your committee owes there."),
        coerce=int,
        empty_value=None,
        required=False,
    )
    legal_basis = text_field(_("Legal basis"), _("One basis a line, in the words of the letter."), rows=4)
    signer = text_field(_("Signature of the letter"), _("As printed: authority, position, full name."))
    period_from = day_field(_("Assessed from"))
    period_until = day_field(_("Assessed until"))
    report_subject = line_field(
        _("Subject of the units' reports"), _("Stands on every unit's report; the unit may change it.")
    )
    report_basis = text_field(_("Basis of the units' reports"), rows=2)
    report_recipients = text_field(
        _("Recipients of the units' reports"),
        _(
            "One recipient a line. Where each unit's own name shall stand, write {unit}; where Chi bộ or Đảng ủy shall "
            "stand, as the unit is, write {body}. "
            "Every report then has its own words: “Lưu {body}” becomes “Lưu Chi bộ”."
        ),
    )
    file = forms.FileField(label=_("File of the letter or an annex"), required=False)
    file_title = line_field(_("Title of the file"), longest=300)
    declared = forms.BooleanField(
        label=_("I declare that this file is not on the list of state secrets."), required=False
    )
    FIELDS: ClassVar = (
        "number", "date", "subject", "legal_basis", "signer", "period_from", "period_until", "report_subject",
        "report_basis",
    )  # fmt: skip

    @classmethod
    def of(cls, campaign: Campaign) -> dict[str, Any]:
        initial = {name: getattr(campaign, name) for name in cls.FIELDS}
        recipients = "\n".join(campaign.report_recipients)
        return {**initial, "report_recipients": recipients, "answers": campaign.answers_id or ""}

    def asked(self) -> dict[str, Any]:
        typed = self.cleaned_data
        recipients = [line.strip() for line in typed["report_recipients"].splitlines() if line.strip()]
        fields = {name: typed[name] for name in self.FIELDS} | {"report_recipients": recipients}
        return {"fields": fields, "answers_id": typed["answers"] or NOTHING}

    def clean_report_recipients(self) -> str:
        typed: str = self.cleaned_data["report_recipients"]
        if any(len(line) > 200 for line in typed.splitlines()):
            raise forms.ValidationError(_("A recipient has at most 200 characters."))
        return typed


class Audience(Typed):
    """Step 3. The units themselves are read by the view: there may be hundreds."""

    audience = forms.ChoiceField(choices=AudienceRule, widget=forms.RadioSelect)
    audience_kinds = forms.MultipleChoiceField(choices=OrganizationKind, required=False)


class Deadline(Typed):
    """Step 4."""

    deadline_text = line_field(
        _("Deadline in the words of the letter"), _("For example: “trong tháng 7 năm 2022”."), longest=200
    )
    holiday_rule = forms.ChoiceField(label=_("When the last day is a day off"), choices=HolidayRule)
    last_day = day_field(_("Last day to send"))
    hour = hour_field(_("By the hour of that day"), _("Empty: until the end of the day."))
    consolidation_day = day_field(_("Last day of the consolidation"), _("The committee's own report is due then."))
    data_cut_off = day_field(_("Figures as of"), _("Figures “as of” a day are counted on this day."))

    @classmethod
    def of(cls, campaign: Campaign, reading: Reading | None) -> dict[str, Any]:
        """The day as stated, where the text says so; the stored due has been moved by the holiday rule."""
        stated = due_words(campaign.due) if reading is None else reading.stated
        return {
            "deadline_text": campaign.deadline_text,
            "holiday_rule": campaign.holiday_rule,
            "last_day": stated.last_day,
            "hour": stated.hour,
            "consolidation_day": due_words(campaign.consolidation_due).last_day,
            "data_cut_off": campaign.data_cut_off,
        }


class Process(Typed):
    """Step 5."""

    review_mode = forms.ChoiceField(label=_("How opinions are asked"), choices=ReviewMode, widget=forms.RadioSelect)
    review_minimum_days = forms.IntegerField(label=_("Days at least for opinions"), min_value=0, max_value=60)

    @classmethod
    def of(cls, campaign: Campaign) -> dict[str, Any]:
        return {"review_mode": campaign.review_mode, "review_minimum_days": campaign.review_minimum_days}


class SectionForm(Typed):
    """A section of the outline."""

    numbering = line_field(_("Numbering"), _("As printed: I, 1, a)"), longest=20)
    heading = line_field(_("Heading"), required=True)
    parent = forms.ChoiceField(label=_("Stands below"), required=False)
    guidance = text_field(_("Guidance"), _("The letter's own words on what to write here."), rows=5)
    kind = forms.ChoiceField(
        label=_("What is written here"), choices=SectionKind, initial=SectionKind.NARRATIVE, widget=forms.RadioSelect
    )
    columns = text_field(_("Columns of the rows"), _("Only for rows: one column a line."), rows=3)
    required = forms.BooleanField(label=_("Must be written"), required=False, initial=True)
    audience = forms.ChoiceField(
        label=_("Who is asked"), choices=AudienceRule, initial=AudienceRule.ALL, widget=forms.RadioSelect
    )
    audience_kinds = forms.MultipleChoiceField(choices=OrganizationKind, required=False)
    feeds = forms.ChoiceField(label=_("Goes into this section above"), required=False)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("kind") == SectionKind.ROWS and not columns_of(typed.get("columns", "")):
            self.add_error("columns", _("Rows need at least one column."))
        if typed.get("audience") == AudienceRule.KINDS and not typed.get("audience_kinds"):
            self.add_error("audience", _("Choose at least one kind of unit."))
        return typed


def columns_of(text: str, known: list[dict[str, str]] | None = None) -> list[dict[str, str]]:
    """One column a line; a column whose label was there before keeps its key."""
    keys = {column["label"]: column["key"] for column in known or []}
    labels = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    taken = set(keys.values())
    columns = []
    for label in labels:
        key = keys.get(label) or next(f"c{n}" for n in range(1, len(labels) + len(taken) + 2) if f"c{n}" not in taken)
        taken.add(key)
        columns.append({"key": key, "label": label})
    return columns


class IndicatorForm(Typed):
    """An indicator of the outline."""

    code = line_field(_("Code"), _("Short, for formulas: A5"), longest=20, required=True)
    label = line_field(_("Indicator"), longest=300, required=True)
    unit = line_field(_("Unit of measure"), longest=40)
    section = forms.ChoiceField(label=_("Section"))
    aggregation = forms.ChoiceField(label=_("How it is added up"), choices=Aggregation, initial=Aggregation.SUM)
    numerator = forms.ChoiceField(label=_("Numerator"), required=False)
    denominator = forms.ChoiceField(label=_("Denominator"), required=False)
    decimals = forms.IntegerField(label=_("Decimal places"), min_value=0, max_value=4, initial=0)
    minimum = forms.DecimalField(label=_("At least"), max_digits=20, decimal_places=4, required=False)
    maximum = forms.DecimalField(label=_("At most"), max_digits=20, decimal_places=4, required=False)
    required = forms.BooleanField(label=_("Must be given"), required=False, initial=True)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("aggregation") == Aggregation.RATIO and not (typed.get("numerator") and typed.get("denominator")):
            self.add_error("numerator", _("A ratio needs a numerator and a denominator."))
        least, most = typed.get("minimum"), typed.get("maximum")
        if least is not None and most is not None and most < least:
            self.add_error("maximum", _("The maximum lies below the minimum."))
        return typed


class CheckForm(Typed):
    """A cross-check of two figures."""

    left = forms.ChoiceField(label=_("Figure"))
    op = forms.ChoiceField(
        label=_("Comparison"), choices=[("<=", "≤"), ("<", "<"), (">=", "≥"), (">", ">"), ("==", "=")]
    )
    right = forms.ChoiceField(label=_("Other figure"))
    message = line_field(_("What the unit is told"), longest=200)


class Reason(Typed):
    reason = text_field(_("Reason"))


class NewDue(Typed):
    """A deadline that moves."""

    last_day = day_field(_("New last day to send"))
    hour = hour_field(_("By the hour of that day"), _("Empty: until the end of the day."))


class PauseForm(Typed):
    everybody = forms.ChoiceField(
        choices=[("all", _("All units")), ("some", _("Chosen units only"))], initial="all", widget=forms.RadioSelect
    )
    until = day_field(_("Until the end of"), _("Empty: until you let the reminders go on."))
    reason = text_field(_("Reason"), _("For example: storm, congress."))
