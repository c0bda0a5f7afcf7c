"""Why an act on a task is refused."""

from __future__ import annotations

from ticketing_common.errors import Conflict, Forbidden, Invalid


class WithState:
    """A refusal whose answer says how the task stands now."""


class StaleVersion(WithState, Conflict):
    code = "stale_version"
    default_detail = "The ticket has changed meanwhile."


class TaskOnHold(WithState, Conflict):
    code = "task_on_hold"
    default_detail = "The ticket is on hold."


class AlreadyOnHold(WithState, Conflict):
    code = "already_on_hold"
    default_detail = "The ticket is on hold already."


class NotOnHold(WithState, Conflict):
    code = "not_on_hold"
    default_detail = "The ticket is not on hold."


class HoldEndsInThePast(Invalid):
    code = "until_past"
    default_detail = "The hold must end in the future."


class HoldTooLong(Invalid):
    code = "until_too_far"
    default_detail = "A hold ends within a year."


class TaskClosed(WithState, Conflict):
    code = "task_closed"
    default_detail = "The ticket is closed."


class NotAssigned(WithState, Conflict):
    code = "not_assigned"
    default_detail = "Nobody has the ticket. Claim or transfer it first."


class AlreadyTaken(WithState, Conflict):
    code = "already_taken"
    default_detail = "Somebody has the ticket already."


class NotAssignee(WithState, Forbidden):
    code = "not_assignee"
    default_detail = "Only the person who has the ticket may do this."


class NotEligible(Invalid):
    code = "not_eligible"
    default_detail = "This person can't take the ticket now."


class TransitionNotAvailable(WithState, Conflict):
    code = "transition_not_available"
    default_detail = "This transition does not leave the ticket's current step."


class ConditionNotMet(Conflict):
    code = "condition_not_met"
    default_detail = "The ticket does not fulfil this transition's condition."


class FourEyes(Forbidden):
    code = "four_eyes"
    default_detail = "Nobody approves what they asked for or did themselves."


class NotVoted(Conflict):
    code = "not_voted"
    default_detail = "You have no vote here that can be taken back."


class AlreadyVoted(Conflict):
    code = "already_voted"
    default_detail = "This person has given their word already."


class NotVisited(Conflict):
    code = "step_not_visited"
    default_detail = "The ticket has not been in that step: it can't be returned there."


class LoopLimit(Conflict):
    code = "loop_limit"
    default_detail = "The ticket has gone this way too often. The role's lead decides now."


class CommentRequired(Invalid):
    code = "comment_required"
    default_detail = "A comment is needed."


class NotReopenable(WithState, Conflict):
    code = "not_reopenable"
    default_detail = "The ticket can't be reopened."


class NothingToMoveTo(Invalid):
    code = "nothing_to_move_to"
    default_detail = "The ticket can't be moved to this workflow."
