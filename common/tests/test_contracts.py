"""The messages' Python face and their schemas agree."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from django.utils.dateparse import parse_datetime

from ticketing_common.contracts import messages, registry
from ticketing_common.contracts.messages import (
    ALL,
    InvalidMessage,
    Message,
    ReceiveTicket,
    check,
    examples,
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
        schema = messages.schema(kind.schema_name())
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


SCHEMAS = sorted({kind.schema_name() for kind in ALL} | {"ticket_data", "tts.revocations"})
INT64 = 2**63 - 1


def fields_of(schema: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Return the path to each named field, through objects and the items of lists ("*")."""
    for name, inner in schema.get("properties", {}).items():
        yield (*path, name)
        yield from fields_of(inner, (*path, name))
    if isinstance(schema.get("items"), dict):
        yield from fields_of(schema["items"], (*path, "*"))


def with_value(payload: Any, path: tuple[str, ...], value: Any) -> Any:
    """Return a copy with the field at the path set, whether or not it was there."""
    copy = json.loads(json.dumps(payload))
    target, whole = copy, copy
    for name, following in pairwise(path):
        if name == "*":
            target = target[0]
        elif following == "*":
            target[name] = target.get(name) or [{}]
            target = target[name]
        else:
            target[name] = target.get(name) or {}
            target = target[name]
    if path[-1] == "*":
        target[:] = [value]
    else:
        target[path[-1]] = value
    return whole


CASES = [(name, path) for name in SCHEMAS for path in fields_of(messages.schema(name))]
ODD_VALUES: list[Any] = [
    *("HD-1001\n", "a\x00b", "\ud800", "\n", " ", "", "x" * 70_000, "é" * 300, "x" * 300, "not a date at all"),
    *("2026-11-22", "2026-11-22T08:00:00", "2026-02-30T08:00:00Z", "2026-11-22T08:00:00Z\n", "2016-12-31T23:59:60Z"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-11-22T08:00:00+99:00", "٢٠٢٦-11-22T08:00:00Z"),
    *(0, -1, 2**31, 2**63, 2**70, 1.5, True, None, [], {}, ["a\x00b"], {"a\x00b": 1}, {"a": {"b": "\ud800"}}),
]


def is_storable(value: Any, declared: dict[str, Any]) -> bool:
    """What PostgreSQL and our columns take: text without NUL and bounded, 64-bit integers, moments that exist."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return False
        bounded = "maxLength" in declared or "enum" in declared or "pattern" in declared
        if declared.get("format") == "date-time" and parse_datetime(value.upper()) is None:
            return False
        return "\x00" not in value and bounded
    if isinstance(value, dict):
        return all(is_storable(k, {"maxLength": 1}) and is_storable(v, {"maxLength": 1}) for k, v in value.items())
    if isinstance(value, list):
        return all(is_storable(inner, {"maxLength": 1}) for inner in value)
    is_in_json = "number" in declared.get("type", ())
    return is_in_json or not isinstance(value, int) or abs(value) <= INT64


def declared_at(schema: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    for name in path:
        schema = schema["items"] if name == "*" else schema["properties"][name]
    return schema


@pytest.mark.parametrize(("schema", "path"), CASES, ids=[f"{name}:{'.'.join(path)}" for name, path in CASES])
def test_what_a_field_accepts_can_be_stored(schema: str, path: tuple[str, ...]) -> None:
    declared = declared_at(messages.schema(schema), path)
    for good in examples(schema).values():
        for value in ODD_VALUES:
            try:
                check(schema, with_value(good, path, value))
            except InvalidMessage:
                continue
            assert is_storable(value, declared), f"accepted {str(value)[:60]!r}"


@pytest.mark.parametrize(("schema", "path"), CASES, ids=[f"{name}:{'.'.join(path)}" for name, path in CASES])
def test_no_pattern_lets_a_trailing_line_end_through(schema: str, path: tuple[str, ...]) -> None:
    declared = declared_at(messages.schema(schema), path)
    if "pattern" not in declared or not declared["pattern"].endswith("$"):
        return
    for good in examples(schema).values():
        for ending in ("\n", "\r", "\r\n", "\u2028"):
            with pytest.raises(InvalidMessage):
                check(schema, with_value(good, path, f"low{ending}"))


def test_a_date_that_is_none_is_refused_by_name() -> None:
    good = examples("send_ticket_status")["in_progress"]
    with pytest.raises(InvalidMessage, match="occurred_at"):
        check("send_ticket_status", {**good, "occurred_at": "not a date at all"})


@pytest.mark.parametrize("stamp", ["2026-11-22T08:00:00Z", "2026-11-22t08:00:00.123456789+05:30"])
def test_dates_with_an_offset_are_accepted(stamp: str) -> None:
    check("send_ticket_status", {**examples("send_ticket_status")["in_progress"], "occurred_at": stamp})


@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_example_is_accepted(schema: str) -> None:
    assert examples(schema)
    for payload in examples(schema).values():
        check(schema, payload)


@pytest.mark.parametrize("odd", [{1: "a key that is no text"}, {"\ud800": 1}, {"a\x00": 1}])
def test_names_that_are_no_text_are_refused(odd: dict[Any, Any]) -> None:
    with pytest.raises(InvalidMessage):
        check("ticket_data", {**examples("ticket_data")["minimal"], **odd})


@pytest.mark.parametrize(
    "change",
    [{"user_email": 5}, {"notification_type": "code 123456"}, {"event_id": "123456" * 40}, {"context": 123456}],
)
def test_reasons_quote_nothing_of_messages_with_secrets(change: dict[str, Any]) -> None:
    good = {"notification_type": "otp_code", "context": {"otp_code": "123456"}, "event_id": "e", "user_id": 1}
    with pytest.raises(InvalidMessage) as raised:
        check("notifications.send_email", {**good, **change})
    assert "123456" not in str(raised.value)
