"""The operations of the Python client say what the OpenAPI document says."""

from __future__ import annotations

import ast
from typing import Any

from native.python_client import Module


def document(operation: dict[str, Any], *, path: str = "/things/", method: str = "post") -> dict[str, Any]:
    thing = {
        "type": "object",
        "properties": {
            "from": {"type": "string"},
            "state": {"oneOf": [{"$ref": "#/components/schemas/StateEnum"}, {"$ref": "#/components/schemas/NullEnum"}]},
        },
        "required": ["from"],
    }
    upload = {
        "type": "object",
        "properties": {
            "title": {"type": "string", "nullable": True},
            "owner": {"$ref": "#/components/schemas/Owner"},
            "scan": {"type": "string", "format": "binary"},
            "pages": {"type": "array", "items": {"type": "string", "format": "binary"}},
        },
        "required": ["scan"],
    }
    schemas = {
        "Thing": thing,
        "StateEnum": {"type": "string", "enum": ["new", "old"]},
        "NullEnum": {"enum": [None]},
        "Owner": {"type": "object", "properties": {"id": {"type": "integer"}}},
        "UploadRequest": upload,
        "Either": {"oneOf": [{"$ref": "#/components/schemas/Owner"}, {"$ref": "#/components/schemas/Later"}]},
        "Later": {"type": "object", "properties": {"other": {"$ref": "#/components/schemas/Either"}}},
        "PaginatedThingList": {
            "type": "object",
            "properties": {"results": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}},
        },
    }
    operation = {"operationId": "things_act", **operation}
    info = {"title": "Things API", "description": "Things."}
    return {"info": info, "paths": {path: {method: operation}}, "components": {"schemas": schemas}}


def written(operation: dict[str, Any], **place: str) -> str:
    text = Module(document(operation, **place), "ticket").text()
    compile(text, "ticket.py", "exec")
    return text


def answers(schema: str, status: str = "200") -> dict[str, Any]:
    return {status: {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}}


def names_of(text: str) -> list[str]:
    """Return what the module defines, in that order."""
    found = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef):
            found.append(node.name)
        elif isinstance(node, ast.Assign):
            found.append(ast.unparse(node.targets[0]))
    return found


def test_keys_that_are_words_of_the_language_and_values_or_none_are_kept() -> None:
    text = written({"responses": answers("Thing")})

    assert "Thing = TypedDict('Thing', {'from': 'str', 'state': 'NotRequired[StateEnum | None]'})" in text
    assert "StateEnum = Literal['new', 'old']" in text
    assert "def things_act(self) -> Thing:" in text


def test_what_is_made_of_classes_comes_after_them() -> None:
    names = names_of(written({"responses": answers("Either")}))

    assert names.index("Either") > max(names.index("Later"), names.index("Owner"))


def test_files_are_arguments_beside_the_body() -> None:
    body = {"multipart/form-data": {"schema": {"$ref": "#/components/schemas/UploadRequest"}}}
    text = written({"requestBody": {"content": body, "required": True}, "responses": {"204": {}}})

    head = "def things_act(self, body: UploadRequest, *, scan: Upload, pages: list[Upload] | None = None) -> None:"
    assert head in text
    assert "nested=('owner',)" in text
    assert "title: NotRequired[str | None]" in text
    assert "scan: NotRequired" not in text


def test_a_list_is_read_page_by_page() -> None:
    page = {"in": "query", "name": "page", "schema": {"type": "integer"}}
    since = {"in": "query", "name": "since", "required": True, "schema": {"type": "string"}}
    text = written({"parameters": [page, since], "responses": answers("PaginatedThingList")}, method="get")

    assert "def things_act(self, *, since: str) -> Pages[Thing]:" in text
    assert "self._pages('GET', '/things/', query={'since': since})" in text


def test_a_write_that_takes_a_key_passes_it_on() -> None:
    key = {"in": "header", "name": "Idempotency-Key", "schema": {"type": "string"}}
    number = {"in": "path", "name": "id", "required": True, "schema": {"type": "string"}}
    text = written({"parameters": [key, number], "responses": answers("Thing", "201")}, path="/things/{id}/")

    assert "def things_act(self, id: int | str, *, idempotency_key: str | None = None) -> Thing:" in text
    assert "path_values={'id': id}, idempotency_key=idempotency_key, takes_key=True" in text


def test_what_is_no_json_is_bytes() -> None:
    text = written({"responses": {"200": {"content": {"text/csv": {"schema": {"type": "string"}}}}}}, method="get")

    assert "def things_act(self) -> bytes:" in text
