"""The WSGI entry point for production servers.

Behind a proxy the client's address is what a trusted proxy says; anybody else's X-Forwarded-For is only a header.
"""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

application = get_wsgi_application()
if settings.TRUSTED_PROXIES:
    application = wrap_wsgi_with_proxy_headers(application, trusted_hosts=settings.TRUSTED_PROXIES)

# What was imported stays to the end. A collection that looked through all of it held up every fortieth page for 90 ms.
get_resolver().url_patterns  # noqa: B018 – imports the pages
gc.collect()
gc.freeze()
