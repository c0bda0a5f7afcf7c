"""The messages' Python face and their schemas agree."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ticketing_common.contracts import messages, registry
from ticketing_common.contracts.messages import (
    ALL,
    InvalidMessage,
    Message,
    ReceiveTicket,
    check,
    examples,
    is_surely_valid,
    validator,
)


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
class TestMessage:
    def test_every_example_can_be_read_and_written_again(self, kind: type[Message]) -> None:
        assert examples(kind.schema_name())
        for payload in examples(kind.schema_name()).values():
            assert kind.parse(payload).as_kwargs() == payload

    def test_unknown_fields_are_ignored(self, kind: type[Message]) -> None:
        for payload in examples(kind.schema_name()).values():
            assert kind.parse({**payload, "added_later": 1}) == kind.parse(payload)

    def test_each_required_field_is_missed(self, kind: type[Message]) -> None:
        schema = messages.validator(kind.schema_name()).schema
        for payload in examples(kind.schema_name()).values():
            for name in schema.get("required", []):
                with pytest.raises(InvalidMessage, match=name):
                    kind.parse({key: value for key, value in payload.items() if key != name})

    def test_it_is_frozen_and_its_queue_carries_its_task(self, kind: type[Message]) -> None:
        assert dataclasses.fields(kind)
        message = kind.parse(next(iter(examples(kind.schema_name()).values())))
        with pytest.raises(dataclasses.FrozenInstanceError):
            message.queue = "elsewhere"  # type: ignore[misc]
        assert kind.task in registry.queues()[kind.queue].tasks


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ticket_number", "TX 1"),
        ("ticket_number", "x" * 65),
        ("ticket_number", ""),
        ("ticket_number", 7),
        ("subject", ""),
        ("subject", "x" * 256),
        ("priority", "Whenever"),
        ("category", None),
        ("source_version", "one"),
        ("employee", "Ana"),
        ("attachments", [5]),
        ("dynamic_data", []),
    ],
)
def test_ticket_data_names_the_field_at_fault(field: str, value: object) -> None:
    good = examples("ticket_data")["full"]
    check("ticket_data", good)

    with pytest.raises(InvalidMessage) as raised:
        check("ticket_data", {**good, field: value})
    assert raised.value.path.startswith(field)


@pytest.mark.parametrize("priority", ["Low", "MEDIUM", "high", "Urgent", "cRiTiCaL"])
def test_priorities_are_read_in_any_case(priority: str) -> None:
    check("ticket_data", {**examples("ticket_data")["minimal"], "priority": priority})


def test_unknown_fields_of_a_ticket_are_kept() -> None:
    data = {**examples("ticket_data")["minimal"], "colour": "red"}

    assert ReceiveTicket.parse({"ticket_data": data}).ticket_data["colour"] == "red"


SCHEMAS = sorted({kind.schema_name() for kind in ALL} | {"ticket_data"})
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(st.characters(), max_size=300),
    st.sampled_from(["", "\ud800", "x" * 129, "x" * 256, "2026-11-22", "2026-11-22T08:00:00Z", "1.0", 1.0, 2**63]),
    st.lists(st.integers() | st.text(), max_size=3),
    st.dictionaries(st.text(st.characters()) | st.integers(), st.text(), max_size=2),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine draws slowly
@given(st.sampled_from(SCHEMAS), st.data())
def test_the_quick_check_passes_nothing_that_the_thorough_one_refuses(schema: str, data: st.DataObject) -> None:
    payload: Any = dict(data.draw(st.sampled_from(sorted(examples(schema).values(), key=str))))
    for name in data.draw(st.lists(st.sampled_from([*validator(schema).schema["properties"], "more"]), max_size=3)):
        payload[name] = data.draw(ODD)
    for name in data.draw(st.lists(st.sampled_from(sorted(payload)), max_size=2)):
        payload.pop(name, None)

    if is_surely_valid(schema, payload):
        assert list(validator(schema).iter_errors(payload)) == []


@pytest.mark.parametrize("schema", SCHEMAS)
def test_the_quick_check_passes_every_example(schema: str) -> None:
    for payload in examples(schema).values():
        assert is_surely_valid(schema, payload)


@pytest.mark.parametrize("odd", [{1: "a key that is no text"}, {"\ud800": 1}])
def test_what_the_quick_check_cannot_read_is_judged_by_the_thorough_one(odd: dict[Any, Any]) -> None:
    good = examples("ticket_data")["minimal"]
    check("ticket_data", {**good, **odd})
    with pytest.raises(InvalidMessage):
        check("ticket_data", {**good, **odd, "subject": ""})
