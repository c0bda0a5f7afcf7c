"""Random people, roles, deploys and clocks drive the engine; what must always hold is checked after every step.

`ENGINE_HISTORIES` and `ENGINE_STEPS` say how many histories are tried and how long each is; 25 of 30 steps unless told.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.db.models import Count
from django.test import TestCase
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from amscheckout.models import AmsCheckout
from audit.services import verify
from role.models import Person, Role
from task import clock_checks, electorate, unassigned_queue
from task.access import holds_role
from task.assignment import replay
from task.bulk import ACTS
from task.clocks import clock_of, events_of, policy_of, reading_of
from task.deadlines import sweep_clocks
from task.detail import read_detail
from task.hold_ends import end_due_holds, note_comment, remind_of_holds
from task.migrate import migrate
from task.models import ApprovalVote, Assignment, SlaClock, SlaFact, StepVisit, Task, TaskTransition, Timeline
from task.perform import perform
from task.sla import Clock
from task.unassigned_queue import person_changed
from ticketing_common.errors import Refusal
from tickets.checkout_client import Answer
from tickets.models import Ticket
from tickets.reasons import HOLD_REASONS
from workflow.models import VersionStep, Workflow, WorkflowVersion
from workflowmanager import handoffs, intake, pauses, services
from workflowmanager.ledger import Origin
from workflowmanager.tests import factories

PEOPLE = (11, 12, 13, 14, 15, 16)
ROLES = ("Ticket Coordinator", "IT Support", "IT Lead", "Department Head")
CALENDAR = {
    "time_zone": "Europe/Berlin",
    "hours": {str(day): [["08:00", "17:00"]] for day in range(5)},
    "holidays": ["2026-01-06"],
}
WORKING = ("pending", "in_progress", "on_hold")
# What a hold waits for beside a person.
REASONS, HOURS, DAYS = st.sampled_from(sorted(HOLD_REASONS)), st.integers(1, 120), st.integers(1, 9)
WAITS = st.fixed_dictionaries(
    {}, optional={"reason_code": REASONS, "until_answer": st.booleans(), "hours": HOURS}
) | st.fixed_dictionaries({"until_working_days": DAYS})
HISTORIES = int(os.environ.get("ENGINE_HISTORIES", "25"))
STEPS = int(os.environ.get("ENGINE_STEPS", "30"))


class Engine(RuleBasedStateMachine):
    """The whole runtime in one transaction that is rolled back at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now = factories.LONG_AGO + timedelta(hours=9)
        self.count = 0
        self.pins: dict[int, int] = {}  # the version that each task ran on when it was looked at last
        self.seen_transition = self.seen_approval = self.seen_audit_row = 0

    @initialize()
    def found_the_desk(self) -> None:
        self.people = {number: factories.make_person(number) for number in PEOPLE}
        self.roles = {name: factories.make_role(name) for name in ROLES}
        self.member_ids: dict[tuple[str, int], int] = {}
        self.versions = 0
        for place, name in enumerate(ROLES):
            for number in (PEOPLE[place], PEOPLE[place + 1]):
                self._hold(name, number, is_active=True)
        self.deploy(is_claimed=False, required=1)

    def teardown(self) -> None:
        try:
            connection.check_constraints()
            assert verify().is_valid
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    # --- what happens --------------------------------------------------------------------------------------------

    def attempt(self, act: Callable[[], Any]) -> None:
        """Do it with what follows its commit; being refused is fine, and has no effect."""
        try:
            with (
                time_machine.travel(self.now, tick=False),
                TestCase.captureOnCommitCallbacks(execute=True),
                transaction.atomic(),
            ):
                act()
        except Refusal:
            pass

    @property
    def admin(self) -> Any:
        return factories.actor(self.people[PEOPLE[0]], is_admin=True)

    def _hold(self, role_name: str, number: int, *, is_active: bool) -> None:
        key = (role_name, number)
        self.count += 1
        self.member_ids.setdefault(key, 10_000 + len(self.member_ids))
        person, role = self.people[number], self.roles[role_name]
        services.sync_member(
            now=self.now,
            user_system_role_id=self.member_ids[key],
            user_id=number,
            user_email=person.email,
            user_full_name=person.full_name,
            system="tts",
            role_id=role.pk,
            role_name=role_name,
            is_active=is_active,
            settings={},
            assigned_at=factories.LONG_AGO,
            action="upsert",
            version=self.count,
        )

    @rule(is_claimed=st.booleans(), required=st.sampled_from([1, 2]))
    def deploy(self, is_claimed: bool, required: int) -> None:
        self.versions += 1
        roles = self.roles
        factories.make_workflow(
            "Desk",
            coordinators=roles["Ticket Coordinator"],
            steps=[
                {"name": "Triage", "role": roles["Ticket Coordinator"]},
                {
                    "name": "Work",
                    "role": roles["IT Support"],
                    "assignment": "claim" if is_claimed else "least_loaded",
                    "escalate_to": roles["IT Lead"],
                },
                {
                    "name": "Approve",
                    "role": roles["IT Lead"],
                    "kind": "approval",
                    "approval": {"required": required, "mode": "count"},
                    "escalate_to": roles["Department Head"],
                    "return_cap": 2,
                },
                {"name": "Done", "is_end": True, "end_status": "completed"},
                {"name": "Refused", "is_end": True, "end_status": "rejected"},
            ],
            edges=[
                ("Triage", "Work", "forward", {}),
                (
                    "Triage",
                    "Approve",
                    "forward",
                    {"condition": {"field": "priority", "op": "eq", "value": "urgent"}},
                ),
                ("Work", "Approve", "forward", {}),
                ("Work", "Triage", "return", {}),
                ("Approve", "Done", "approve", {}),
                ("Approve", "Refused", "reject", {}),
                ("Approve", "Work", "return", {}),
            ],
            end_logic="asset" if self.versions % 3 == 0 else "notification",
            calendar=CALENDAR if self.versions % 2 == 0 else None,
        )

    @rule(choice=st.integers(0, 9))
    def an_older_version_is_deployed_again(self, choice: int) -> None:
        workflow = Workflow.objects.get()
        number = 1 + choice % workflow.versions.count()
        self.attempt(
            lambda: services.redeploy_workflow(workflow_id=workflow.pk, number=number, actor=self.admin, now=self.now)
        )

    @rule(hold_running=st.booleans())
    def the_workflow_is_paused_or_goes_on(self, hold_running: bool) -> None:
        workflow = Workflow.objects.get()

        def pause() -> None:
            pauses.pause_workflow(workflow_id=workflow.pk, actor=self.admin, now=self.now, hold_running=hold_running)

        def go_on() -> None:
            pauses.resume_workflow(workflow_id=workflow.pk, actor=self.admin, now=self.now)

        self.attempt(pause if workflow.status == "deployed" else go_on)

    @rule(one=st.integers(0, 9), two=st.integers(0, 9))
    def running_tasks_are_migrated_as_previewed(self, one: int, two: int) -> None:
        numbers = list(WorkflowVersion.objects.order_by("number").values_list("number", flat=True))
        given: dict[str, Any] = {
            "workflow_id": Workflow.objects.get().pk,
            "from_version": numbers[one % len(numbers)],
            "to_version": numbers[two % len(numbers)],
            "mapping": {},
            "actor": self.admin,
            "now": self.now,
        }

        def preview_and_migrate() -> None:
            with transaction.atomic():
                preview = migrate(**given, dry_run=True)
            outcome = migrate(**given, dry_run=False)
            assert {**preview, "dry_run": False} == outcome
            self.pins |= {row["task_id"]: self._version_id(given["to_version"]) for row in outcome["tasks"]}

        self.attempt(preview_and_migrate)

    def _version_id(self, number: int) -> int:
        return int(WorkflowVersion.objects.values_list("pk", flat=True).get(number=number))

    @rule(
        number=st.integers(0, 6),
        priority=st.sampled_from(["low", "urgent", "Critical"]),
        status=st.sampled_from(["Open", "Open", "Open", "Withdrawn"]),
        asker=st.sampled_from(PEOPLE),
    )
    def message_comes(self, number: int, priority: str, status: str, asker: int) -> None:
        self.count += 1
        person = self.people[asker]
        body = factories.ticket_data(
            f"TX{number}",
            priority=priority,
            status=status,
            source_version=self.count,
            employee={"id": asker, "name": person.full_name, "email": person.email},
        )
        intake.receive(body, origin=Origin("TICKET_TASKS_PRODUCTION"), now=self.now)

    def _task(self, choice: int, *statuses: str) -> Task | None:
        tasks = list(Task.objects.filter(status__in=statuses or WORKING).order_by("id"))
        return tasks[choice % len(tasks)] if tasks else None

    @rule(choice=st.integers(0, 50), which=st.integers(0, 5), is_admin=st.booleans())
    @precondition(lambda self: self._task(0, "in_progress") is not None)
    def somebody_presses_a_button(self, choice: int, which: int, is_admin: bool) -> None:
        task = self._task(choice, "in_progress")
        assert task is not None
        if task.assignee is None:
            return
        admin = self.people[PEOPLE[which]]
        actor = factories.actor(admin, is_admin=True) if is_admin else factories.actor(task.assignee)
        offered = read_detail(actor, task.pk, self.now)["available_transitions"]
        if not offered:
            return
        chosen = offered[which % len(offered)]

        def press() -> None:
            perform(
                actor=actor,
                task_id=task.pk,
                transition_id=chosen["id"],
                comment="Because.",
                expected_version=task.version,
                now=self.now,
            )

        if is_admin or chosen["outcome"] == "return":
            self.attempt(press)
        else:
            press()  # what was offered to the assignee is not refused

    @rule(choice=st.integers(0, 50), who=st.sampled_from(PEOPLE), which=st.integers(0, 5))
    def somebody_else_of_the_role_presses_a_button(self, choice: int, who: int, which: int) -> None:
        """A voter gives their word, a lead decides about a way back; others are offered nothing."""
        task = self._task(choice, "in_progress", "pending")
        if task is None:
            return
        actor = factories.actor(self.people[who])
        try:
            offered = read_detail(actor, task.pk, self.now)["available_transitions"]
        except Refusal:
            return
        if not offered:
            return

        def press() -> None:
            perform(
                actor=actor,
                task_id=task.pk,
                transition_id=offered[which % len(offered)]["id"],
                comment="Because.",
                expected_version=task.version,
                now=self.now,
            )

        self.attempt(press)

    @rule(
        choice=st.integers(0, 50),
        verb=st.sampled_from(["claim", "release", "transfer", "escalate", "hold", "resume", "priority"]),
        who=st.sampled_from(PEOPLE),
        receiver=st.sampled_from(PEOPLE),
        priority=st.sampled_from(["low", "medium", "urgent"]),
        is_admin=st.booleans(),
        waited=st.sampled_from([0, 0, 5]),
        wait=WAITS,
    )
    def somebody_uses_a_verb(
        self,
        choice: int,
        verb: str,
        who: int,
        receiver: int,
        priority: str,
        is_admin: bool,
        waited: int,
        wait: dict[str, Any],
    ) -> None:
        """Or asked some milliseconds ago, and waited for whoever had the task."""
        task = self._task(choice)
        if task is None:
            return
        given: dict[str, dict[str, Any]] = {
            "transfer": {"user_id": receiver, "reason": "Balance."},
            "escalate": {"reason": "Beyond me."},
            "hold": {"reason": "Waiting.", **wait},
            "priority": {"priority": priority},
        }
        extra = given.get(verb, {})
        if hours := extra.pop("hours", None):
            extra["until"] = self.now + timedelta(hours=hours)
        actor = factories.actor(self.people[who], is_admin=is_admin)
        asked_at = self.now - timedelta(milliseconds=waited)
        self.attempt(lambda: ACTS[verb](task_id=task.pk, actor=actor, now=asked_at, **extra))

    @rule(choice=st.integers(0, 50), author=st.one_of(st.none(), st.sampled_from(PEOPLE)))
    def somebody_says_something_in_public(self, choice: int, author: int | None) -> None:
        """What the help desk's side says while a ticket is on hold is an answer."""
        task = self._task(choice)
        if task is None:
            return
        with transaction.atomic():
            note_comment(ticket_number=task.ticket_number, author_id=author, said_at=self.now, now=self.now)
        before, waits = task.status, task.is_until_answer
        task.refresh_from_db()
        if author is None:
            assert (task.status == "on_hold") == (before == "on_hold" and not waits)
            assert before != "on_hold" or task.answered_at is not None

    @rule(role_name=st.sampled_from(ROLES), number=st.sampled_from(PEOPLE), is_active=st.booleans())
    def somebody_joins_or_leaves(self, role_name: str, number: int, is_active: bool) -> None:
        self._hold(role_name, number, is_active=is_active)

    @rule(
        number=st.sampled_from(PEOPLE),
        away=st.booleans(),
        substitute=st.one_of(st.none(), st.sampled_from(PEOPLE)),
        capacity=st.sampled_from([None, None, 1, 3]),
    )
    def somebody_goes_away_or_comes_back(
        self, number: int, away: bool, substitute: int | None, capacity: int | None
    ) -> None:
        Person.objects.filter(pk=number).update(
            away_from=self.now if away else None,
            away_until=None,
            substitute_id=substitute if substitute != number else None,
            capacity=capacity,
        )
        person_changed(number, now=self.now)

    @rule(role_name=st.sampled_from(ROLES), number=st.one_of(st.none(), st.sampled_from(PEOPLE)))
    def a_role_gets_a_lead(self, role_name: str, number: int | None) -> None:
        Role.objects.filter(pk=self.roles[role_name].pk).update(lead_id=number)

    @rule(role_name=st.sampled_from(ROLES), is_gone=st.booleans())
    def a_role_is_deleted_or_comes_back(self, role_name: str, is_gone: bool) -> None:
        self.count += 1
        services.sync_role(
            now=self.now,
            role_id=self.roles[role_name].pk,
            name=role_name,
            system="tts",
            description="",
            is_custom=True,
            action="delete" if is_gone else "upsert",
            version=self.count,
        )

    @rule(
        choice=st.integers(0, 9),
        outcome=st.sampled_from(["acknowledged", "accepted", "refused", "unreachable", "waive", "retry"]),
    )
    def the_other_system_answers(self, choice: int, outcome: str) -> None:
        checkouts = list(AmsCheckout.objects.order_by("id"))
        if not checkouts:
            return
        checkout_id = checkouts[choice % len(checkouts)].pk
        acts: dict[str, Callable[[], Any]] = {
            "waive": lambda: handoffs.waive(
                handoffs.AMS, checkout_id, reason="By hand.", actor=self.admin, now=self.now
            ),
            "retry": lambda: handoffs.retry(handoffs.AMS, checkout_id, actor=self.admin, now=self.now),
        }
        answer = Answer(outcome, reference="A-1")
        self.attempt(acts.get(outcome, lambda: handoffs.note_answer(handoffs.AMS, checkout_id, answer, now=self.now)))

    @rule(number=st.integers(0, 6))
    def an_admin_looks_for_a_workflow_again(self, number: int) -> None:
        self.attempt(lambda: intake.reroute(f"TX{number}", actor=self.admin, now=self.now))

    @rule()
    def the_beat_ticks(self) -> None:
        """Afterwards nobody waits for a turn that somebody could have."""
        unassigned_queue.settle_roles(unassigned_queue.roles_to_settle(), now=self.now)
        electorate.judge_approvals(now=self.now)
        assert electorate.judge_approvals(now=self.now) == 0
        assert unassigned_queue.settle_roles(unassigned_queue.roles_to_settle(), now=self.now) == 0
        for task in Task.objects.open().select_related("workflow_version"):
            role_id = task.workflow_version.coordinator_role_id
            if task.owner_id is not None and not holds_role(task.owner_id, role_id):
                members = Person.objects.filter(memberships__role_id=role_id, memberships__is_active=True)
                assert not any(self._is_here(person) for person in members)

    def _is_here(self, person: Person) -> bool:
        return person.is_active and not (
            person.away_from is not None
            and person.away_from <= self.now
            and (person.away_until is None or person.away_until > self.now)
        )

    @rule(hours=st.integers(1, 90))
    def time_passes(self, hours: int) -> None:
        """The sweep comes by, and a second finds nothing: every fact is recorded, every hold ended, once."""
        self.now += timedelta(hours=hours)
        end_due_holds(now=self.now)
        remind_of_holds(now=self.now)
        assert end_due_holds(now=self.now) + remind_of_holds(now=self.now) == 0
        assert not Task.objects.filter(status="on_hold", hold_until__lte=self.now).exists()
        sweep_clocks(now=self.now)
        assert sweep_clocks(now=self.now) == 0
        for clock in SlaClock.objects.filter(stopped_at=None).exclude(task__status="on_hold"):
            found = reading_of(clock, self.now)
            facts = dict(SlaFact.objects.filter(clock=clock).values_list("kind", "happened_at"))
            assert ("breached" in facts) == (found.breached_at is not None)
            assert facts.get("at_risk", found.risk_at) == found.risk_at

    # --- what must hold ------------------------------------------------------------------------------------------

    @invariant()
    def one_open_task_a_ticket_and_matched_tickets_have_one(self) -> None:
        doubled = Task.objects.open().values("ticket").annotate(n=Count("id")).filter(n__gt=1)
        assert not doubled.exists()
        assert not Ticket.objects.filter(intake_state="matched", tasks=None).exists()

    @invariant()
    def every_working_task_has_one_open_visit_assigned_or_in_the_unassigned_queue(self) -> None:
        for task in Task.objects.select_related("current_visit"):
            visits = list(StepVisit.objects.filter(task=task, closed_at=None))
            if task.status not in WORKING:
                assert visits == []
                assert task.current_visit_id is None
                assert task.assignee_id is None
                continue
            assert visits == [task.current_visit]
            turns = list(Assignment.objects.filter(visit=visits[0], is_owner=False, ended_at=None))
            assert [turn.person_id for turn in turns] == ([task.assignee_id] if task.assignee_id else [])
            assert (task.assignee_id is None) == (visits[0].pooled_at is not None)
            if task.status != "on_hold":
                assert (task.status == "in_progress") == (task.assignee_id is not None)

    @invariant()
    def only_what_is_on_hold_waits_and_only_what_is_open_was_answered(self) -> None:
        for task in Task.objects.all():
            waits = (task.hold_reason, task.hold_until, task.hold_reminder_at, task.is_until_answer)
            assert task.status == "on_hold" or waits == ("", None, None, False)
            assert task.hold_reminder_at is None or task.hold_reminder_at < (task.hold_until or task.created_at)
            assert task.answered_at is None or task.is_open

    @invariant()
    def tasks_say_the_role_of_their_visit(self) -> None:
        for task in Task.objects.select_related("current_visit"):
            assert task.role_id == (task.current_visit.role_id if task.current_visit else None)

    @invariant()
    def whoever_has_a_task_holds_its_role(self) -> None:
        for visit in StepVisit.objects.filter(closed_at=None, task__assignee__isnull=False).select_related("task"):
            assert visit.task.assignee_id is not None
            assert holds_role(visit.task.assignee_id, visit.role_id)

    @invariant()
    def tasks_stand_in_their_own_version(self) -> None:
        for task in Task.objects.select_related("current_step").exclude(current_step=None):
            assert task.current_step is not None
            assert task.current_step.version_id == task.workflow_version_id
        new = TaskTransition.objects.filter(pk__gt=self.seen_transition).order_by("pk")
        for performed in new.select_related("transition", "task", "from_step", "to_step"):
            pinned = self.pins.get(performed.task_id, performed.task.workflow_version_id)
            versions = {performed.transition.version_id, performed.from_step.version_id, performed.to_step.version_id}
            assert versions == {pinned}
            self.seen_transition = performed.pk
        self.pins = dict(Task.objects.values_list("pk", "workflow_version_id"))

    @invariant()
    def stored_clocks_say_what_their_events_say(self) -> None:
        for clock in SlaClock.objects.select_related("task", "visit"):
            reading = reading_of(clock, self.now)
            assert (clock.due_at, clock.at_risk_at) == (reading.due_at, reading.at_risk_at)
            if clock.visit is None and clock.cycle < clock.task.cycle:
                # The task was reopened, and says what the clock of its present cycle says.
                assert clock.stopped_at is not None
                continue
            holder: Any = clock.visit or clock.task
            assert holder.due_at == clock.due_at
            is_open = holder.closed_at is None and clock.task.status != "handing_off"
            assert is_open == (clock.stopped_at is None)
            assert (reading.state == "paused") == (clock.task.status == "on_hold" and is_open)

    @invariant()
    def a_clock_fed_event_by_event_says_what_its_replay_says(self) -> None:
        for clock in SlaClock.objects.all():
            by_event = Clock(policy_of(clock))
            for event in events_of(clock):
                by_event.feed(event)
                by_event.read(event.at + timedelta(minutes=1))  # to look changes nothing
            assert by_event.read(self.now) == clock_of(clock).read(self.now)
            assert (clock.verdict != "") == (clock.stopped_at is not None)
        assert clock_checks.verify().wrong == ()

    @invariant()
    def the_audit_chain_goes_on_unbroken(self) -> None:
        found = verify(after_id=self.seen_audit_row)
        assert found.is_valid, found
        self.seen_audit_row = found.last_id

    @invariant()
    def every_assignment_can_be_replayed_from_its_reason(self) -> None:
        for turn in Assignment.objects.all():
            assert replay(turn.why) == turn.person_id
            assert turn.visit_id is not None or turn.is_owner

    @invariant()
    def a_task_has_one_owner_at_a_time(self) -> None:
        for task in Task.objects.open():
            owners = Assignment.objects.filter(task=task, is_owner=True, ended_at=None)
            assert [turn.person_id for turn in owners] == ([task.owner_id] if task.owner_id else [])

    @invariant()
    def a_person_votes_once_a_visit(self) -> None:
        doubled = (
            ApprovalVote.objects.filter(voided_at=None)
            .values("visit", "person")
            .annotate(n=Count("id"))
            .filter(n__gt=1)
        )
        assert not doubled.exists()

    @invariant()
    def what_is_handed_off_waits_for_the_other_system(self) -> None:
        for checkout in AmsCheckout.objects.select_related("task"):
            settled = checkout.status in ("acknowledged", "waived")
            assert (checkout.task.status == "handing_off") == (not settled)

    @invariant()
    def the_timeline_is_numbered_without_gaps(self) -> None:
        for task in Task.objects.all():
            seqs = list(Timeline.objects.filter(task=task).order_by("seq").values_list("seq", flat=True))
            assert seqs == list(range(seqs[0], task.event_seq + 1))

    @invariant()
    def nobody_approved_what_they_asked_for(self) -> None:
        approvals = VersionStep.objects.filter(kind="approval").values("id")
        # At the time: the source may name another requester afterwards.
        new = TaskTransition.objects.filter(outcome="approve", from_step__in=approvals, pk__gt=self.seen_approval)
        for performed in new.select_related("task__ticket").order_by("pk"):
            self.seen_approval = performed.pk
            asker = performed.task.ticket.requester_id
            assert str(performed.actor_id) != asker
            assert str(performed.on_behalf_of_id) != asker


@pytest.mark.django_db
def test_random_histories_keep_what_must_hold() -> None:

    run_state_machine_as_test(
        Engine,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=STEPS,
            suppress_health_check=list(HealthCheck),
        ),
    )
