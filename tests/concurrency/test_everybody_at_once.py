"""Six actors go through every verb of an upper report, its lower reports and both requests, each in another order.

Whatever they run into is a refusal in words: no deadlock, no violated constraint, and integrity is clean afterwards.
"""

from collections import Counter
from functools import partial
from math import gcd

from tests.builders import World
from tests.concurrency.cascade import Cascade
from tests.concurrency.interleaving import together
from workflow.choices import Verb
from workflow.errors import RuleBroken
from workflow.models import Event
from workflow.queries.integrity import check_integrity

CALLS = 40
STRIDES = (1, 5, 7, 11, 13, 17)


def test_everybody_at_once_meets_refusals_only_and_integrity_is_clean(shared_world: World) -> None:
    verbs = Cascade.build(shared_world).verbs()
    assert all(gcd(stride, len(verbs)) == 1 for stride in STRIDES), "an actor would miss verbs"
    before = Event.objects.latest("pk").pk

    def go_through(actor: int, stride: int) -> Counter[str]:
        met: Counter[str] = Counter()
        for call in range(CALLS):
            try:
                verbs[(4 * actor + stride * call) % len(verbs)]()
                met["done"] += 1
            except RuleBroken as refusal:
                met[refusal.code] += 1
        return met

    outcome = together(*(partial(go_through, actor, stride) for actor, stride in enumerate(STRIDES)))

    assert not outcome.accidents, outcome.accidents
    assert check_integrity() == []
    met = sum((value for value in outcome.values if isinstance(value, Counter)), Counter[str]())
    assert met.total() == CALLS * len(STRIDES)
    assert met["already_done"]
    done = set(Event.objects.filter(pk__gt=before).values_list("verb", flat=True))
    assert {Verb.SIGN, Verb.CLOSE, Verb.REOPEN, Verb.AMEND, Verb.LEAVE_OUT} <= done
