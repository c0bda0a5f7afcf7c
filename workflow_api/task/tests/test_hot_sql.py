"""Each statement by hand stores and reads what its ORM form does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from role.models import Role, RoleRotation
from task import assign, detail, participants, rotation, run, visits
from task.clocks import CLOCK_COLUMNS
from task.hot_sql import CompiledRead, insert, insert_if_new, reserve_ids, update
from task.models import ApprovalVote, Assignment, SlaClock, StepVisit, Task, TaskTransition, Timeline
from tickets.models import IntakeRecord, Ticket
from workflowmanager import intake
from workflowmanager.tests import factories

INSERTED = (Ticket, Task, StepVisit, SlaClock, Assignment, TaskTransition, Timeline, IntakeRecord)
UPDATED: tuple[tuple[type[models.Model], tuple[str, ...]], ...] = (
    (Task, run.TASK_FIELDS),
    (StepVisit, run.VISIT_FIELDS),
    (SlaClock, CLOCK_COLUMNS),
    (RoleRotation, ("last_user_id", "turns")),
)


@pytest.fixture
def task(db: None) -> Task:
    """A task in its second step, where one person has voted and a vote was voided."""
    mara, amara, ines, otto = (factories.make_person(number) for number in (1, 11, 21, 22))
    support, leads = factories.make_role("IT Support", amara), factories.make_role("IT Lead", ines, otto, lead=otto)
    coordinators = factories.make_role("Ticket Coordinator", mara)
    approve = {"approval": {"required": 2, "mode": "count"}}
    factories.approval(support, leads, coordinators=coordinators, approve=approve)
    factories.take_in("TX1", description="d", requester_email="ann@example.com", budget="12.50")
    factories.take_in("TX2")
    task = factories.task_of()
    for name, person in (("Review to Approve", amara), ("Approve to Granted", ines)):
        task.refresh_from_db()
        body = {"task_id": task.pk, "transition_id": factories.edge(task, name).pk, "expected_version": task.version}
        assert factories.as_client(person).post("/transitions/", body).status_code == 200
    vote = ApprovalVote.objects.get()
    vote.pk, vote.person, vote.voided_at = None, otto, timezone.now()
    vote.save()
    return factories.task_of()


def stored(model: type[models.Model]) -> list[dict[str, Any]]:
    return list(model._default_manager.order_by("pk").values())


def comparable(row: Any, *, depth: int = 2) -> Any:
    """Return a row with the related rows that were read with it, as text."""
    if not isinstance(row, models.Model):
        return repr(row)
    columns = {field.attname: row.__dict__.get(field.attname, "deferred") for field in row._meta.concrete_fields}
    related = row._state.fields_cache.items() if depth else ()
    return repr((columns, sorted((name, comparable(other, depth=depth - 1)) for name, other in related)))


def values_of(task: Task) -> list[tuple[CompiledRead, dict[str, Any]]]:
    role_ids = sorted(Role.objects.values_list("pk", flat=True))
    visit = task.current_visit
    assert visit is not None
    assert visit.role_id is not None
    return [
        (run.running_clocks, {"task_id": task.pk}),
        (run.performed, {"task_id": task.pk}),
        (run.assignments_of, {"task_id": task.pk}),
        (run.counting_votes, {"visit_id": visit.pk}),
        (run.locked_task, {"task_id": task.pk}),
        (run.task_with_relations, {"task_id": task.pk}),
        (rotation.locked_cursors, {"role_ids": role_ids}),
        (rotation.locked_cursors, {"role_ids": role_ids[:1]}),
        (rotation.active_members, {"role_ids": role_ids}),
        (participants.stored_parts, {"task_id": task.pk, "role_id": visit.role_id, "user_ids": [1, 22]}),
        (detail.task_of_anyone, {"task_id": task.pk}),
        (detail.task_of_person, {"task_id": task.pk, "user_id": 21}),
        (detail.shown_clocks, {"task_id": task.pk, "visit_id": visit.pk}),
        (detail.active_member_ids, {"role_id": visit.role_id}),
        (intake.read_matchable, {}),
    ]


def test_compiled_reads_return_what_their_querysets_do(task: Task) -> None:
    for read, values in values_of(task):
        rows = read.build(**values)
        arrange = list if rows.ordered else sorted
        expected = arrange(map(comparable, rows))
        assert expected, values
        assert arrange(map(comparable, read(**values))) == expected
        assert arrange(map(comparable, read(**values))) == expected


def test_compiled_reads_take_the_values_of_each_call(task: Task) -> None:
    other = factories.task_of("TX2")
    assert [row.pk for row in run.task_with_relations(task_id=task.pk)] == [task.pk]
    assert [row.pk for row in run.task_with_relations(task_id=other.pk)] == [other.pk]
    assert run.task_with_relations(task_id=0) == []
    assert detail.task_of_person(task_id=task.pk, user_id=99) == []


def test_compiled_updates_change_the_rows_of_their_querysets(task: Task) -> None:
    visit = task.current_visit
    assert visit is not None
    now = timezone.now()
    expected = list(assign.end_open_assignment.build(visit_id=visit.pk).values_list("pk", flat=True))
    assert assign.end_open_assignment(visit_id=visit.pk, set_ended_at=now, set_end_reason="done") == len(expected) == 1
    assert list(Assignment.objects.filter(ended_at=now, end_reason="done").values_list("pk", flat=True)) == expected
    expected = list(visits.void_votes.build(task_id=task.pk, step_id=visit.step_id).values_list("pk", flat=True))
    assert visits.void_votes(task_id=task.pk, step_id=visit.step_id, set_voided_at=now) == len(expected) == 1
    assert list(ApprovalVote.objects.filter(voided_at=now).values_list("pk", flat=True)) == expected


def statement(block: Any) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        block()
    return [query["sql"] for query in queries.captured_queries]


@pytest.mark.parametrize("model", INSERTED)
def test_insert_stores_what_save_does(task: Task, model: type[models.Model]) -> None:
    """The same row, written anew by either, is the same in the database."""
    row = model._default_manager.order_by("pk").first()
    assert row is not None
    before = model._default_manager.filter(pk=row.pk).values().get()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    answers = []
    for write in (insert, lambda copy: copy.save(force_insert=True)):
        model._default_manager.filter(pk=row.pk)._raw_delete("default")
        copy = model(**{name: value for name, value in before.items() if name != "id"})
        write(copy)
        assert copy._state.adding is False
        found = model._default_manager.filter(pk=copy.pk).values().get()
        answers.append({name: value for name, value in found.items() if name not in ("id", "updated_at")})
        model._default_manager.filter(pk=copy.pk)._raw_delete("default")
        model(**before).save(force_insert=True)
    assert answers[0] == answers[1]


def test_insert_gives_rows_of_several_models_their_own_ids(task: Task) -> None:
    lines = [Timeline(task=task, seq=90 + number, event=f"e{number}", at=timezone.now()) for number in range(3)]
    clock = SlaClock(task=task, visit=None, target_seconds=5, at_risk_percent=75)
    SlaClock.objects.filter(task=task, visit=None).delete()
    assert len(statement(lambda: insert(lines[0], clock, *lines[1:]))) == 1
    assert [Timeline.objects.get(pk=line.pk).event for line in lines] == ["e0", "e1", "e2"]
    assert SlaClock.objects.get(pk=clock.pk).target_seconds == 5


def test_insert_if_new_inserts_what_has_a_key_of_its_own(task: Task) -> None:
    known = Ticket.objects.order_by("pk").values().first()
    assert known is not None
    rows = [Ticket(**{**known, "id": None}) for _ in range(3)]
    for row, number in zip(rows[1:], ("TX9", "TX8"), strict=True):
        row.ticket_number = row.source_number = number
    assert len(statement(lambda: insert_if_new(*rows, key="ticket_number"))) == 1
    assert [row._state.adding for row in rows] == [True, False, False]
    assert [Ticket.objects.get(pk=row.pk).ticket_number for row in rows[1:]] == ["TX9", "TX8"]


def test_rows_with_reserved_ids_are_inserted_under_them(task: Task) -> None:
    ids = [line_id for (line_id,) in reserve_ids(3, Timeline)]
    lines = [
        Timeline(pk=line_id, task=task, seq=90 + number, event=f"e{number}", at=timezone.now())
        for number, line_id in enumerate(ids)
    ]
    without = Timeline(task=task, seq=95, event="later", at=timezone.now())
    insert(lines[2], without, lines[0], lines[1])
    assert [Timeline.objects.get(pk=line_id).event for line_id in ids] == ["e0", "e1", "e2"]
    assert [line.pk for line in lines] == ids
    assert Timeline.objects.get(pk=without.pk).event == "later"


@pytest.mark.parametrize(("model", "names"), UPDATED)
def test_update_stores_what_save_does(task: Task, model: type[models.Model], names: tuple[str, ...]) -> None:
    rows = list(model._default_manager.order_by("pk")[:2])
    others: list[Any] = list(model._default_manager.order_by("-pk")[:1])
    for name in names:
        value = getattr(others[0], name)
        changed = value.replace(microsecond=1) if isinstance(value, datetime) else value
        setattr(rows[0], name, changed)
    update((rows[0], names))
    by_hand = stored(model)
    rows[0].save(update_fields=names)
    assert by_hand == stored(model)


def test_update_writes_only_the_named_fields(task: Task) -> None:
    task.subject, task.priority = "other", "low"
    update((task, ("subject",)))
    written = Task.objects.get(pk=task.pk)
    assert (written.subject, written.priority) == ("other", "medium")
    with pytest.raises(ValueError, match="has not all"):
        update((task, ("subject", "no_such_field")))
