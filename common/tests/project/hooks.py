"""The dead-letter hook of the test project."""

from project.models import Effect
from ticketing_common.inbox.models import DeadLetter


def tell(letter: DeadLetter) -> None:
    if "break the hook" in letter.body:
        raise KeyError("the hook is broken")
    Effect.objects.create(what=f"dead letter {letter.code}", message_id=letter.message_id)
