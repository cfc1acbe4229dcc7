"""What the demonstration's stories look for: its reports, and persons who get the example's password as well."""

from django.conf import settings
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Page

from workflow.models import Person, Report

MAIN, QUARTER = "630-CV/ĐUK", "95-CV/ĐUK"
# The unit of the drafter, the secretary and the clerk; the cell of the member and the deputy.
OWN, CELL = "so-tttt", "ldld"


def report(unit: str = OWN, number: str = MAIN) -> Report:
    return Report.objects.get(campaign__number=number, organization__code=unit)


def let_in(username: str) -> str:
    """Give one more person the password that the chosen ones have."""
    Person.objects.filter(username=username).update(password=make_password(settings.EXAMPLE_PASSWORD))
    return username


def fits(page: Page) -> bool:
    """Nothing has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
