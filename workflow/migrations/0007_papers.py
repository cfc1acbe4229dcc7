import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What was frozen is never written over, and never taken away.
GUARD = """
CREATE TRIGGER workflow_paperfile_refuse_rewriting BEFORE UPDATE OR DELETE ON workflow_paperfile FOR EACH ROW
    EXECUTE FUNCTION workflow_refuse_rewriting();
CREATE TRIGGER workflow_paperfile_refuse_truncate BEFORE TRUNCATE ON workflow_paperfile FOR EACH STATEMENT
    EXECUTE FUNCTION workflow_refuse_rewriting();
"""
UNDO = """
DROP TRIGGER workflow_paperfile_refuse_rewriting ON workflow_paperfile;
DROP TRIGGER workflow_paperfile_refuse_truncate ON workflow_paperfile;
"""


class Migration(migrations.Migration):
    dependencies = [("workflow", "0006_account_verbs")]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="removed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="attachment",
            name="removed_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="PaperFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.FileField(max_length=200, upload_to="")),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveBigIntegerField()),
                ("frozen_at", models.DateTimeField()),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paper",
                        to="workflow.issueddocument",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
