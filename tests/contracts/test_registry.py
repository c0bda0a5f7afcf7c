"""The queue registry, the schemas and the code of the services agree."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import jsonschema_rs
import pytest
from registry import ALL, ROOT, SERVICES, Message, built_in, consumed_by, exchanges, queues, timers_of

from ticketing_common.contracts.messages import check, examples, schema
from ticketing_common.contracts.registry import QueueSpec

CONTRACTS = ROOT / "common" / "src" / "ticketing_common" / "contracts"
SCHEMAS = {path.name.removesuffix(".v1.json") for path in (CONTRACTS / "schemas").iterdir()}
EXAMPLES = {path.name.removesuffix(".v1") for path in (CONTRACTS / "examples").iterdir()}
# The parts of a message that have a schema of their own.
PARTS = {"ticket_data"}
TIMERS = {task for service in SERVICES for task in timers_of(service)}


def test_the_queues_of_the_specification_are_there() -> None:
    assert queues().keys() >= {
        "TICKET_TASKS_PRODUCTION",
        "ticket_status-default",
        "notification-queue-default",
        "inapp-notification-queue",
        "tts.role.sync",
        "tts.user_system_role.sync",
        "role_send-default",
        "workflow_seed_queue",
        "workflow_seed",
        "user-sync-default",
        "user-sync-messaging",
        "messaging-events-default",
    }
    assert set(exchanges()) == {"tts.revocations"}


@pytest.mark.parametrize("queue", queues().values(), ids=lambda queue: queue.name)
class TestQueue:
    def test_names_services_that_exist(self, queue: QueueSpec) -> None:
        assert queue.consumer in SERVICES
        assert set(queue.producers) <= {*SERVICES, "external"}
        assert queue.producers
        assert queue.description

    def test_has_a_handler_for_each_of_its_tasks(self, queue: QueueSpec) -> None:
        handled = {kind.task for kind in consumed_by(queue.consumer)} | timers_of(queue.consumer)

        assert set(queue.tasks) <= handled

    def test_each_of_its_producers_builds_one_of_its_messages(self, queue: QueueSpec) -> None:
        """A queue that is open to publishers outside is open to every service as well."""
        carried = {kind for kind in ALL if kind.queue == queue.name}
        if not carried:
            assert set(queue.tasks) <= TIMERS
            return
        idle = [name for name in queue.producers if "external" not in queue.producers and not built_in(name) & carried]

        assert idle == []


@pytest.mark.parametrize("service", SERVICES)
class TestService:
    def test_every_handler_is_for_a_task_of_one_of_its_queues(self, service: str) -> None:
        own = {task for queue in queues().values() if queue.consumer == service for task in queue.tasks}

        assert {kind.task for kind in consumed_by(service)} | timers_of(service) <= own
        assert {queues()[kind.queue].consumer for kind in consumed_by(service)} <= {service}

    def test_publishes_only_where_the_registry_lists_it(self, service: str) -> None:
        wrong = [
            kind.__name__
            for kind in built_in(service) - consumed_by(service)
            if service not in queues()[kind.queue].producers
        ]

        assert wrong == []


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
class TestMessage:
    def test_its_fields_are_the_schema_s(self, kind: type[Message]) -> None:
        document = schema(kind.schema_name())
        fields = {field.metadata.get("name", field.name): field for field in dataclasses.fields(kind)}

        assert set(fields) == set(document["properties"])
        required = {name for name, field in fields.items() if field.default is not None}
        assert required == set(document["required"])

    def test_somebody_publishes_and_consumes_it(self, kind: type[Message]) -> None:
        assert kind.task in queues()[kind.queue].tasks
        assert kind in consumed_by(queues()[kind.queue].consumer)
        producers = queues()[kind.queue].producers
        assert "external" in producers or any(kind in built_in(service) for service in producers)


def test_every_schema_belongs_to_a_message_and_every_message_has_one() -> None:
    assert {kind.schema_name() for kind in ALL} | set(exchanges()) | PARTS == SCHEMAS


def test_every_schema_has_examples_and_every_example_a_schema() -> None:
    assert SCHEMAS == EXAMPLES
    assert all(examples(name) for name in SCHEMAS)


@pytest.mark.parametrize(
    "path", sorted((CONTRACTS / "examples").rglob("*.json")), ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_every_example_is_valid(path: Path) -> None:
    check(path.parent.name.removesuffix(".v1"), json.loads(path.read_text()))


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_schema_is_a_schema_and_lets_newer_publishers_add_fields(name: str) -> None:
    assert jsonschema_rs.meta.is_valid(schema(name))
    assert schema(name).get("additionalProperties", True) is not False
