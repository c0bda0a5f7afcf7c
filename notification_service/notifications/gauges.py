"""What an operator watches: mails that wait, and for how long."""

from __future__ import annotations

from django.db.models import Min
from django.utils import timezone

from notifications.models import Notification, Status
from ticketing_common.metrics import gauge


@gauge("mails_waiting", "Mails that are queued or being retried.")
def waiting() -> float:
    return float(Notification.objects.open().count())


@gauge("mails_overdue_seconds", "How long the mail that should have left first is late.")
def overdue() -> float:
    now = timezone.now()
    oldest = Notification.objects.due(now).aggregate(at=Min("due_at"))["at"]
    return max(0.0, (now - oldest).total_seconds()) if oldest else 0.0


@gauge("mails_failed", "Mails refused for good that are still kept.")
def failed() -> float:
    return float(Notification.objects.filter(status=Status.FAILED).count())
