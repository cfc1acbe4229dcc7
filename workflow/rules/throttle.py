"""When a sign-in has to wait: by (name, address) soon, by name alone late, by address alone never.

Whole agencies share one address, so that one careless person must not lock out a building.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

FROM_ONE_ADDRESS, FROM_ANYWHERE = 5, 20
WINDOW = timedelta(minutes=15)


def minutes_locked(attempts: Iterable[tuple[str, datetime]], address: str, now: datetime) -> int:
    """Whole minutes to wait after these attempts (address, moment) on one user name; 0: none."""
    lately = [(where, at) for where, at in attempts if now - WINDOW < at <= now]
    here = [at for where, at in lately if where == address]
    everywhere = [at for _where, at in lately]
    waits = [
        sorted(moments)[-limit] + WINDOW - now
        for moments, limit in ((here, FROM_ONE_ADDRESS), (everywhere, FROM_ANYWHERE))
        if len(moments) >= limit
    ]
    return max((-(-wait // timedelta(minutes=1)) for wait in waits), default=0)
