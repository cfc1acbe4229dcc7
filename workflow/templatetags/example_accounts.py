"""The sign-in page of the demonstration: {% load example_accounts %}{% accounts as found %}."""

from typing import Any

from django import template
from django.conf import settings

from workflow.queries import example_accounts

register = template.Library()


@register.simple_tag(takes_context=True)
def accounts(context: dict[str, Any]) -> Any:
    """Who may sign in with the example's password; nobody where example accounts are not allowed."""
    return example_accounts.example_accounts(context["request"].now) if settings.EXAMPLE_ACCOUNTS else []


@register.simple_tag
def example_password() -> str:
    return settings.EXAMPLE_PASSWORD
