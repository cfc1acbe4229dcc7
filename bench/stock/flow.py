"""A report in five steps as a BPMN flow of stock viewflow: write, submit, sign, issue, receive."""

from typing import Any

from viewflow import this
from viewflow.workflow import flow


class ReportFlow(flow.Flow):
    """The report of one unit; each step waits on a desk until somebody takes it."""

    start = flow.StartHandle(this.set_up).Next(this.write)
    write = flow.View(None).Next(this.submit)
    submit = flow.View(None).Next(this.sign)
    sign = flow.View(None).Next(this.issue)
    issue = flow.View(None).Next(this.receive)
    receive = flow.View(None).Next(this.end)
    end = flow.End()

    def set_up(self, activation: Any, organization_id: int) -> Any:
        activation.process.data = {"organization": organization_id}
        return activation.process


STEPS = (ReportFlow.write, ReportFlow.submit, ReportFlow.sign, ReportFlow.issue, ReportFlow.receive)
