"""The site's addresses."""

from django.contrib import admin
from django.urls import include, path

handler404 = "workflow.web.failures.not_found"
handler500 = "workflow.web.failures.broken"
urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("workflow.web.urls")),
]
