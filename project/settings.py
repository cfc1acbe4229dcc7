"""Django settings, read from the environment.

PROFILE is demo (this machine only, http, example accounts), test, or production. It is production where
nothing else is said, and production refuses to start with what only the other two may have.
"""

from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parents[1]
VAR = BASE_DIR / "var"
PROFILES = ("demo", "test", "production")
SHORTEST_SECRET = 50

env = environ.Env()


def required(name: str, *, elsewhere: str) -> str:
    """Return the variable; outside production it may be missing and `elsewhere` stands in for it."""
    value: str = env.str(name, default="" if PRODUCTION else elsewhere)
    if not value:
        raise ImproperlyConfigured(f"Set {name} in the environment (or PROFILE=demo to try things out).")
    return value


PROFILE = env.str("PROFILE", default="production")
if PROFILE not in PROFILES:
    raise ImproperlyConfigured(f"Set PROFILE to one of {', '.join(PROFILES)}; it is {PROFILE!r}.")
PRODUCTION = PROFILE == "production"

SECRET_KEY = required("SECRET_KEY", elsewhere="known-to-everybody-and-good-for-demo-and-test-profiles-only")
if PRODUCTION and len(SECRET_KEY) < SHORTEST_SECRET:
    raise ImproperlyConfigured(f"Set SECRET_KEY to at least {SHORTEST_SECRET} random characters.")
DEBUG = False
ALLOWED_HOSTS = required("ALLOWED_HOSTS", elsewhere="127.0.0.1,localhost,testserver").split(",")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# Accounts whose password is printed in the documentation.
EXAMPLE_ACCOUNTS = env.bool("EXAMPLE_ACCOUNTS", default=not PRODUCTION)
if PRODUCTION and EXAMPLE_ACCOUNTS:
    raise ImproperlyConfigured("Unset EXAMPLE_ACCOUNTS: anybody could log in as an example person.")
EXAMPLE_PASSWORD = "chi-bo-mau"  # noqa: S105 – printed on the demonstration's sign-in page

SESSION_COOKIE_SECURE = env.bool("SESSION_COOKIE_SECURE", default=PRODUCTION)
CSRF_COOKIE_SECURE = env.bool("CSRF_COOKIE_SECURE", default=PRODUCTION)
if PRODUCTION and not (SESSION_COOKIE_SECURE and CSRF_COOKIE_SECURE):
    raise ImproperlyConfigured("Unset SESSION_COOKIE_SECURE and CSRF_COOKIE_SECURE: cookies need https.")
SECURE_SSL_REDIRECT = PRODUCTION
# A monitor on the server itself asks without TLS.
SECURE_REDIRECT_EXEMPT = [r"^suc-khoe/", r"^so-lieu/$"]
# Who may set X-Forwarded-For and -Proto: the proxy on this server (project/wsgi.py).
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=["127.0.0.1", "::1"] if PRODUCTION else [])
# Who may read the monitor's figures.
METRICS_FROM = env.list("METRICS_FROM", default=["127.0.0.1/32", "::1/128"])
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# No script or style but our own files and what carries the page's nonce.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
}
LOGIN_URL = "sign_in"
CSRF_FAILURE_VIEW = "workflow.web.failures.form_expired"
# A session ends after an hour without a page, and after a working day at the latest.
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", default=3600)
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# The preload list is kept by public browsers; a closed network's host has no place in it.
SILENCED_SYSTEM_CHECKS = ["security.W021"]

INSTALLED_APPS = [
    "workflow.apps.WorkflowConfig",  # before admin, so that its templates win
    "workflow.apps.RegisterConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_prose_editor",
]
# No LocaleMiddleware: the language is the person's own choice, never the browser's.
MIDDLEWARE = [
    "workflow.web.measured.Measured",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "workflow.web.gate.Gate",
]
ROOT_URLCONF = "project.urls"
WSGI_APPLICATION = "project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "workflow.web.frame.frame",
            ],
        },
    },
]

DATABASES = {"default": env.db_url_config(required("DATABASE_URL", elsewhere="postgresql:///workflow"))}
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("Set DATABASE_URL to postgresql://…: only PostgreSQL has the locks and triggers.")
DATABASES["default"] |= {
    "CONN_MAX_AGE": 600,
    "CONN_HEALTH_CHECKS": True,
    # Planning was half of the database's work for a page, so what is asked again is prepared (docs/adr/0025).
    "OPTIONS": {**DATABASES["default"].get("OPTIONS", {}), "server_side_binding": True, "prepare_threshold": 5},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# redis://… or, for Sentinel, sentinel://host:26379/0;sentinel://other:26379/0 with the name of the master.
REDIS_URL = required("REDIS_URL", elsewhere="redis://127.0.0.1:6379/0")
REDIS_SENTINEL_MASTER = env.str("REDIS_SENTINEL_MASTER", default="")
if REDIS_URL.startswith("sentinel:") and not REDIS_SENTINEL_MASTER:
    raise ImproperlyConfigured("Set REDIS_SENTINEL_MASTER: REDIS_URL names sentinels, not the master that they watch.")

AUTH_USER_MODEL = "workflow.Person"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if PROFILE == "test":  # Argon2 takes 0.14 s a time
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("username", "full_name", "phone", "email")}),
        ("MinimumLengthValidator", {}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "workflow/locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(VAR / "static"))
# Made by `make assets` from the npm packages: fonts and icons for pages, the papers' font for the typesetter.
STATICFILES_DIRS = [VAR / "assets"]
FONT_DIRECTORY = VAR / "fonts"
if PROFILE != "test":  # tests look at the sources, without a collected copy
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(VAR / "files"))
# With nginx in front: the internal location of MEDIA_ROOT, such as /kept/. Empty: Django hands files out itself.
ACCEL_PREFIX = env.str("ACCEL_PREFIX", default="")
# The largest file that may be brought, in bytes.
UPLOAD_LIMIT = env.int("UPLOAD_LIMIT", default=20 * 1024 * 1024)
# Where beat notes when it last ran.
BEAT_SCHEDULE = env.path("BEAT_SCHEDULE", default=str(VAR / "beat-schedule"))
# Outside the database, so that a cut tail of the chain of events shows.
SEAL_DIRECTORY = env.path("SEAL_DIRECTORY", default=str(VAR / "seals"))

# Where people reach the system: the links in mails begin with it.
SITE_URL = required("SITE_URL", elsewhere="http://127.0.0.1:8000").rstrip("/")

# E-mail is optional: without a host nobody gets any.
EMAIL_HOST = env.str("EMAIL_HOST", default="")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", default=False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="bao-cao@localhost")

# The demonstration keeps every mail here and shows it.
DEMO_MAILS = Path(env.str("DEMO_MAILS", default=str(VAR / "mails")))

# One outgoing HTTP gateway for SMS and the like; without a URL there is none.
GATEWAY_URL = env.str("GATEWAY_URL", default="")
GATEWAY_SECRET = env.str("GATEWAY_SECRET", default="")
GATEWAY_HOSTS = env.list("GATEWAY_HOSTS", default=[])
GATEWAY_PRIVATE = env.bool("GATEWAY_PRIVATE", default=False)
if GATEWAY_URL and not (GATEWAY_SECRET and GATEWAY_HOSTS):
    raise ImproperlyConfigured("Set GATEWAY_SECRET and GATEWAY_HOSTS together with GATEWAY_URL.")

# Log ids only: names, texts and numbers of reports stay in the database.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # A tick every two seconds is no news; a task that fails is.
    "loggers": {name: {"level": "WARNING"} for name in ("celery.app.trace", "celery.worker.strategy")},
}
