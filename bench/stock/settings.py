"""Stock viewflow as its documentation installs it. Nothing of the project is loaded."""

import environ

DATABASES = {"default": environ.Env().db_url_config(environ.Env().str("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "viewflow",
    "viewflow.workflow",
    "bench.stock",
]
MIDDLEWARE: list[str] = []
SECRET_KEY = "for-a-bench-only"  # noqa: S105
USE_TZ = True
