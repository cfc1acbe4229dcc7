"""The password in place: what confirms a signature, kept in the session for five minutes."""

from datetime import datetime

from workflow.actions.accounts import confirm_identity
from workflow.actions.opening import Confirmation
from workflow.errors import RuleBroken
from workflow.flows.conditions import confirmed_lately
from workflow.web.door import Asked, address_of

KEPT = "confirmed"


def confirmation(request: Asked) -> Confirmation | None:
    """By the password in the form, else what was confirmed lately. Raises PasswordWrong, SignInLocked (429)."""
    password = request.POST.get("password", "")
    if not password:
        return _lately(request)
    confirmed = confirm_identity(actor=request.user, password=password, address=address_of(request), now=request.now)
    request.session[KEPT] = {"person": confirmed.person_id, "at": confirmed.at.isoformat()}
    return confirmed


def needs_password(request: Asked) -> bool:
    return _lately(request) is None


def _lately(request: Asked) -> Confirmation | None:
    kept = request.session.get(KEPT)
    if kept is None:
        return None
    known = Confirmation(person_id=kept["person"], at=datetime.fromisoformat(kept["at"]))
    try:
        confirmed_lately(known, request.user, request.now)
    except RuleBroken:
        return None
    return known
