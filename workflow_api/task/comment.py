"""Comment on a task's ticket without any other act, as bulk acts do; the conversation itself is messaging's."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from audit.actor import Actor
from task.journal import Journal
from task.remarks import Remark, say
from task.run import Run, lock_visible


@transaction.atomic
def comment(*, task_id: int, with_comment: Remark, actor: Actor, now: datetime) -> Run:
    """Have the comment posted on the ticket; the task itself stays as it is. Whoever may see it may comment."""
    journal = Journal(now, actor)
    run = lock_visible(task_id, journal)
    say(run, with_comment, actor=actor)
    journal.write()
    return run
