"""How late the clocks are swept (what nobody has noted escalates nothing), and hand-offs that nobody confirms."""

from __future__ import annotations

from django.db.models import Exists, Min, OuterRef

from amscheckout.models import AmsCheckout
from bmscheckout.models import BmsCheckout
from task.models import SlaClock, SlaFact
from ticketing_common.database import database_now
from ticketing_common.metrics import gauge


@gauge("clocks_unswept_seconds", "How long the clock that was due first is breached without anybody noting it.")
def unswept() -> float:
    now = database_now()
    noted = SlaFact.objects.filter(clock_id=OuterRef("pk"), kind=SlaFact.Kind.BREACHED)
    due = SlaClock.objects.filter(~Exists(noted), due_at__lt=now, stopped_at__isnull=True).aggregate(at=Min("due_at"))
    return (now - due["at"]).total_seconds() if due["at"] else 0.0


@gauge("handoffs_overdue", "Hand-offs that the other system has not confirmed within a day, by system.", "system")
def handoffs_overdue() -> dict[tuple[str, ...], float]:
    now = database_now()
    return {(kind.system.lower(),): float(kind.objects.overdue(now).count()) for kind in (AmsCheckout, BmsCheckout)}
