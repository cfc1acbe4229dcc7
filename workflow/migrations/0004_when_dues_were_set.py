"""When the dues and ladders of requests that run already were set: as their request was opened."""

from django.db import migrations

SET = """
UPDATE workflow_report report SET due_set_at = campaign.opened_at
  FROM workflow_campaign campaign WHERE campaign.id = report.campaign_id AND campaign.opened_at IS NOT NULL;
UPDATE workflow_rung rung SET since = campaign.opened_at
  FROM workflow_campaign campaign WHERE campaign.id = rung.campaign_id AND campaign.opened_at IS NOT NULL;
UPDATE workflow_timelinessrecord record SET original_due = report.original_due
  FROM workflow_report report WHERE report.id = record.report_id;
"""


class Migration(migrations.Migration):
    dependencies = [("workflow", "0003_the_clock")]

    operations = [migrations.RunSQL(SET, migrations.RunSQL.noop)]
