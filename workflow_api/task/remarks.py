"""What is said together with an act: it goes to messaging in the act's transaction (ADR 0024)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from task.notifications import iso
from ticketing_common.contracts.messages import PostComment

if TYPE_CHECKING:
    from audit.actor import Actor
    from task.run import Run

MAX_REASON = 2_000


@dataclass(frozen=True)
class Remark:
    """A comment that goes with an act."""

    text: str
    visibility: str
    client_id: str
    mentions: tuple[int, ...] = ()
    uploads: tuple[int, ...] = ()

    @property
    def as_reason(self) -> str:
        """The text as the reason of an act that needs one."""
        text = self.text.strip()
        return text if len(text) <= MAX_REASON else f"{text[: MAX_REASON - 1]}…"


def say(run: Run, remark: Remark | None, *, actor: Actor) -> None:
    """Have the remark posted on the ticket when the act is committed; the act's timeline entries name it."""
    if remark is None:
        return
    run.said = remark.client_id
    run.journal.notify(
        PostComment(
            ticket_number=run.task.ticket_number,
            author={"user_id": actor.user_id, "full_name": actor.full_name[:255]},
            text=remark.text,
            visibility=remark.visibility,
            client_id=remark.client_id,
            mentions=list(remark.mentions),
            uploads=list(remark.uploads),
            occurred_at=iso(run.now),
        )
    )
