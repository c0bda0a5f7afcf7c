"""Why a task stays in its step although its workflow would let it go on by itself."""

from __future__ import annotations

from task.run import Run
from workflow.conditions import reasons_of, undecided


def decision_problem(run: Run) -> str:
    """Return in a sentence which conditions could not be decided, or that no transition fits; empty for neither."""
    step = run.step
    if step is None or step.is_end or not run.task.is_open:
        return ""
    onward = [item for item in run.graph.outgoing(step.id) if item.outcome != "return"]
    verdicts = {item.id: run.verdict(item) for item in onward}
    automatic = [verdicts[item.id] for item in onward if item.is_automatic and step.kind != "approval"]
    if automatic and all(verdict.value is not True for verdict in automatic) and (problem := undecided(automatic)):
        return problem
    if onward and all(verdict.value is not True for verdict in verdicts.values()):
        return f"No transition fits: {reasons_of(verdicts.values())}."
    return ""
