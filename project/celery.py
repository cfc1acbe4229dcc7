"""The Celery application and the beat table: celery -A project worker | beat.

The broker only carries ids; what is due and what was sent is kept in PostgreSQL.
"""

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

app = Celery("project", broker=settings.REDIS_URL)
app.conf.update(
    timezone=settings.TIME_ZONE,
    task_ignore_result=True,
    broker_connection_retry_on_startup=True,
    beat_schedule={},
)
app.autodiscover_tasks()
