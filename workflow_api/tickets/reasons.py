"""The reasons that the system itself gives, by their codes.

They are stored as English sentences, which clients read as they are. Whoever shows them in another language has the
code beside each (`reason_code`), for rows of releases before, too: a sentence that is changed keeps its old wording in
`FORMER`.
"""

from __future__ import annotations

# By their stable codes: what a hold says where nobody adds words. `other` is nothing without words.
HOLD_REASONS = {
    "waiting_for_requester": "Waiting for the requester.",
    "waiting_for_supplier": "Waiting for a supplier.",
    "waiting_for_date": "Waiting for a date.",
    "other": "",
}
SENTENCES = {
    **{code: sentence for code, sentence in HOLD_REASONS.items() if sentence},
    "hold_time_over": "The time of the hold is over.",
    "requester_answered": "The requester has answered.",
    "step_at_risk": "The step is at risk of missing its deadline.",
    "step_breached": "The step's time is up.",
    "still_not_done": "It was escalated before, and the step is not done.",
    "away_too_long": "Away for longer than the workflow waits.",
    "priority_corrected_by_source": "Corrected by the source.",
    "held_by_source": "The source holds the ticket.",
    "resumed_by_source": "The source goes on with the ticket.",
    "withdrawn_by_source": "The source closed or withdrew the ticket.",
    "reopened_by_source": "Reopened by the source.",
    "handoff_not_acknowledged": "The system accepted the hand-off and did not acknowledge it in time.",
    "workflow_paused": "The workflow is paused.",
    "closed_after_end": "Closed by the source after its task had ended.",
}
# Errors whose beginning names the fault of the connection.
ENDINGS = {
    "handoff_no_answer": ": the system did not answer.",
    "handoff_not_sent": ": the hand-off could not be sent.",
}
# Sentences of releases before, as `sentence: code`.
FORMER: dict[str, str] = {}
_CODES = {**FORMER, **{sentence: code for code, sentence in SENTENCES.items()}}


def code_of(reason: object) -> str:
    """Return the code of a reason that the system gives; nothing for the words of a person."""
    if not isinstance(reason, str):
        return ""
    by_ending = (code for code, ending in ENDINGS.items() if reason.endswith(ending))
    return _CODES.get(reason) or next(by_ending, "")
