"""What is stuck and wants a hand: dead letters, the pool, failed hand-offs, messages that wait to be published."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Min, OuterRef, QuerySet, Subquery

from amscheckout.models import AmsCheckout
from audit.actor import Actor
from bmscheckout.models import BmsCheckout
from task.bulk import DoPart
from task.journal import Journal
from task.models import StepVisit, Task
from task.unassigned_queue import settle_roles
from ticketing_common.bodies import Unreadable, read_json
from ticketing_common.context import current_request_id
from ticketing_common.contracts.registry import queues
from ticketing_common.errors import Conflict, NotFound, Refusal
from ticketing_common.inbox.models import DeadLetter
from ticketing_common.outbox import CHANNEL
from ticketing_common.outbox.models import OutboxMessage
from tickets.models import IntakeRecord, Ticket
from workflowmanager import intake
from workflowmanager.raw_bodies import raw_body_of

# A message that waits longer than this has a reason.
OVERDUE = timedelta(minutes=1)


class NotReplayable(Conflict):
    code = "not_replayable"
    default_detail = "The message can't be read: it can't be sent again as it was."


class AlreadyResolved(Conflict):
    code = "already_resolved"
    default_detail = "This dead letter is settled already."


class AlreadyPublished(Conflict):
    code = "already_published"
    default_detail = "The message is published already."


def overview(now: datetime) -> dict[str, Any]:
    """Count what is stuck, by kind, with the oldest of each."""
    letters = DeadLetter.objects.filter(resolved_at__isnull=True)
    waiting = OutboxMessage.objects.unpublished()
    pool = pooled()
    unmatched = Ticket.objects.filter(intake_state=Ticket.IntakeState.UNMATCHED)
    return {
        "dead_letters": _count(letters, "created_at"),
        "pool": _count(pool, "pooled_at"),
        "needs_lead": pool.filter(needs_lead=True).count()
        + StepVisit.objects.filter(closed_at__isnull=True, pooled_at__isnull=True, needs_lead=True).count(),
        "unmatched_tickets": _count(unmatched, "received_at"),
        "failed_handoffs": AmsCheckout.objects.filter(status="failed").count()
        + BmsCheckout.objects.filter(status="failed").count(),
        "overdue_handoffs": AmsCheckout.objects.overdue(now).count() + BmsCheckout.objects.overdue(now).count(),
        "outbox": {
            **_count(waiting, "created_at"),
            "overdue": waiting.filter(created_at__lt=now - OVERDUE).count(),
            "failing": waiting.filter(attempts__gt=0).count(),
        },
    }


def _count(rows: QuerySet[Any], column: str) -> dict[str, Any]:
    found = rows.aggregate(count=Count("pk"), oldest_at=Min(column))
    return {"count": found["count"], "oldest_at": found["oldest_at"]}


def pooled() -> QuerySet[StepVisit]:
    """Return the stays that nobody has, oldest first."""
    return (
        StepVisit.objects.filter(closed_at__isnull=True, pooled_at__isnull=False, task__status__in=Task.OPEN)
        .select_related("task", "step", "role")
        .order_by("pooled_at", "id")
    )


def retry_pools(*, actor: Actor, now: datetime) -> int:
    """Give out what waits, role by role, each in its own transaction; return how many stays somebody has now."""
    waiting = {visit_id: role_id for visit_id, role_id in pooled().values_list("id", "role_id") if role_id is not None}
    role_ids = sorted(set(waiting.values()))
    settle_roles(role_ids, now=now)
    given = StepVisit.objects.filter(pk__in=waiting, pooled_at__isnull=True).count()
    with transaction.atomic():
        journal = Journal(now, actor)
        journal.audit("pool.retried", "pool", "all", new={"roles": role_ids, "given": given})
        journal.write()
    return given


def dead_letters() -> QuerySet[DeadLetter]:
    """Return the dead letters, each with its row of the ledger as `intake_id`, None where it has none."""
    record = IntakeRecord.objects.filter(dead_letter_id=OuterRef("pk")).order_by("id").values("id")
    return DeadLetter.objects.annotate(intake_id=Subquery(record[:1]))


def dead_letter_counts() -> list[dict[str, Any]]:
    """Count those that are open by queue and reason, the most frequent first."""
    rows = DeadLetter.objects.filter(resolved_at__isnull=True).order_by().values("queue", "code")
    counted = rows.annotate(count=Count("pk"), oldest_at=Min("created_at")).order_by("-count", "queue", "code")
    return [dict(row) for row in counted]


def settle_dead_letters(
    *, resolution: str, ids: list[int], reason: str, actor: Actor, now: datetime, do: DoPart
) -> list[dict[str, Any]]:
    """Send or dismiss each, in the transaction that `do` makes of it; return what came of each."""
    results: list[dict[str, Any]] = []
    for letter_id in dict.fromkeys(ids):

        def work(letter_id: int = letter_id) -> dict[str, Any]:
            if resolution == "replay":
                replay_dead_letter(letter_id, actor=actor, now=now)
            else:
                dismiss_dead_letter(letter_id, reason=reason, actor=actor, now=now)
            return {"id": letter_id, "ok": True}

        try:
            results.append(do(str(letter_id), work))
        except Refusal as refusal:
            error = {"code": refusal.code, "detail": refusal.detail, "attr": refusal.attr}
            results.append({"id": letter_id, "ok": False, "error": error})
    return results


@transaction.atomic
def replay_dead_letter(letter_id: int, *, actor: Actor, now: datetime) -> DeadLetter:
    """Send a dead letter again as it was: tickets through the ledger, anything else through its queue."""
    letter = DeadLetter.objects.select_for_update().filter(pk=letter_id).first()
    if letter is None:
        raise NotFound("There is no such dead letter.")
    if letter.resolved_at is not None:
        raise AlreadyResolved()
    record = IntakeRecord.objects.filter(dead_letter_id=letter.pk).order_by("id").first()
    if record is not None:
        intake.replay(record.pk, body=None, actor=actor, now=now)
    else:
        _publish_again(letter, now)
    letter.resolved_at = now
    letter.save(update_fields=["resolved_at"])
    _note(letter, "dead_letter.replayed", actor, now)
    return letter


def _publish_again(letter: DeadLetter, now: datetime) -> None:
    queue = queues().get(letter.queue)
    kwargs = _kwargs_in(raw_body_of(letter))
    if queue is None or kwargs is None or letter.task not in queue.tasks:
        raise NotReplayable()
    OutboxMessage.objects.create(
        queue=letter.queue,
        task=letter.task,
        kwargs=kwargs,
        request_id=current_request_id(),
        next_attempt_at=now,
    )
    _wake_relay()


def _kwargs_in(body: bytes) -> dict[str, Any] | None:
    try:
        content = read_json(body)
    except Unreadable:
        return None
    if isinstance(content, list) and len(content) == 3 and isinstance(content[1], dict):
        return content[1] if not content[0] else None
    if isinstance(content, dict) and isinstance(content.get("kwargs"), dict) and not content.get("args"):
        return dict(content["kwargs"])
    return None


@transaction.atomic
def dismiss_dead_letter(letter_id: int, *, reason: str, actor: Actor, now: datetime) -> DeadLetter:
    """Settle a dead letter without sending it again, for a stated reason."""
    letter = DeadLetter.objects.select_for_update().filter(pk=letter_id).first()
    if letter is None:
        raise NotFound("There is no such dead letter.")
    if letter.resolved_at is not None:
        raise AlreadyResolved()
    letter.resolved_at = now
    letter.save(update_fields=["resolved_at"])
    _note(letter, "dead_letter.dismissed", actor, now, reason)
    return letter


@transaction.atomic
def retry_message(message_id: int, *, actor: Actor, now: datetime) -> OutboxMessage:
    """Let the relay try a waiting message at once."""
    message = OutboxMessage.objects.select_for_update().filter(pk=message_id).first()
    if message is None:
        raise NotFound("There is no such message.")
    if message.published_at is not None:
        raise AlreadyPublished()
    message.next_attempt_at = now
    message.save(update_fields=["next_attempt_at"])
    _wake_relay()
    journal = Journal(now, actor)
    journal.audit("outbox.retried", "outbox_message", message.pk, new={"queue": message.queue, "task": message.task})
    journal.write()
    return message


def _note(letter: DeadLetter, action: str, actor: Actor, now: datetime, reason: str = "") -> None:
    journal = Journal(now, actor)
    journal.audit(action, "dead_letter", letter.pk, new={"queue": letter.queue, "task": letter.task}, reason=reason)
    journal.write()


def _wake_relay() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
