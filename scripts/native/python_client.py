"""Write the operations of the Python client, one module for each service, from its OpenAPI document."""

from __future__ import annotations

import json
import keyword
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from native.layout import Layout
from native.services import Service

Schema = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
PLAIN_TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
PAGED = re.compile(r"Paginated(\w+)List")
HEADER = '''"""{title}, as its OpenAPI document says. Written by scripts/gen-openapi: change nothing here."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from tts_client.operations import Api, Pages, Upload
'''


def path_of(layout: Layout, service: Service) -> Path:
    return layout.root / "scripts" / "client" / "src" / "tts_client" / "api" / f"{service.name}.py"


def client_code(layout: Layout, service: Service, document: Path) -> str:
    """Return the module of a service, formatted."""
    import yaml  # of the development packages

    text = Module(yaml.safe_load(document.read_text()), service.name).text()
    ruff = [str(layout.python), "-m", "ruff"]
    options = {"cwd": layout.root, "text": True, "capture_output": True, "check": True}
    sort = [*ruff, "check", "--fix", "--quiet", "--select", "F401,I", "--no-cache"]
    name = ["--stdin-filename", str(path_of(layout, service))]
    text = subprocess.run([*sort, *name, "-"], input=text, **options).stdout  # type: ignore[call-overload]
    done = subprocess.run([*ruff, "format", "--no-cache", *name, "-"], input=text, **options)  # type: ignore[call-overload]
    return str(done.stdout)


class Module:
    """One service: the types that its operations name, and a class with a method for each operation."""

    def __init__(self, document: dict[str, Any], name: str) -> None:
        self.document = document
        self.schemas: dict[str, Schema] = document["components"]["schemas"]
        self.name = name
        self._named: list[str] = []

    def text(self) -> str:
        methods = [
            self._method(path, method, operation)
            for path, item in self.document["paths"].items()
            for method, operation in item.items()
            if method in METHODS
        ]
        types = self._types()
        title = self.document["info"]["title"]
        return "\n\n".join([HEADER.format(title=title), *types, self._class(methods), ""])

    def _class(self, methods: list[str]) -> str:
        described = self.document["info"]["description"]
        head = f'class {self.name.capitalize()}Api(Api):\n    """{described}"""\n\n    service = "{self.name}"\n'
        return "\n".join([head, *methods])

    # Types

    def _types(self) -> list[str]:
        """Return the definitions of everything named so far and of what that names: names of values first."""
        written: dict[str, str] = {}
        while waiting := [name for name in self._named if name not in written]:
            for name in waiting:
                written[name] = self._definition(name, self.schemas[name])
        classes = sorted(name for name, text in written.items() if text.startswith("class "))
        # What is made of classes comes after them; classes may name what comes later.
        late = sorted(name for name in written.keys() - set(classes) if self._names_others(name))
        early = sorted(written.keys() - set(classes) - set(late))
        parts = ["\n".join(written[name] for name in early), *(written[name] for name in classes)]
        return [*parts, "\n".join(written[name] for name in late)]

    def _names_others(self, name: str) -> bool:
        schema = self.schemas[name]
        return bool(schema.get("properties")) or "$ref" in json.dumps(schema)

    def _definition(self, name: str, schema: Schema) -> str:
        properties: dict[str, Schema] = schema.get("properties", {})
        if not properties:
            return f"{name} = {self.type_of(schema)}"
        required = set(schema.get("required", []))
        types = {key: self.type_of(value) for key, value in properties.items() if not _is_file(value)}
        fields = {key: text if key in required else f"NotRequired[{text}]" for key, text in types.items()}
        if all(_is_name(key) for key in fields):
            lines = "\n".join(f"    {key}: {text}" for key, text in fields.items())
            return f"class {name}(TypedDict):\n{lines or '    pass'}\n"
        # Keys that are words of the language.
        lines = ", ".join(f"{key!r}: {text!r}" for key, text in fields.items())
        return f"{name} = TypedDict({name!r}, {{{lines}}})"

    def type_of(self, schema: Schema) -> str:
        """Return the Python type of a schema; what it refers to is written as well."""
        text = self._bare_type(schema)
        return f"{text} | None" if schema.get("nullable") and "None" not in text else text

    def _bare_type(self, schema: Schema) -> str:
        if "$ref" in schema:
            return self._reference(schema["$ref"].rsplit("/", 1)[1])
        for word in ("allOf", "oneOf", "anyOf"):
            if word in schema:
                return " | ".join(dict.fromkeys(self.type_of(part) for part in schema[word]))
        if "enum" in schema:
            values = [value for value in schema["enum"] if value is not None]
            if not values:
                return "None"
            text = f"Literal[{', '.join(map(repr, values))}]"
            return f"{text} | None" if len(values) < len(schema["enum"]) else text
        kind = schema.get("type")
        if kind == "array":
            return f"list[{self.type_of(schema['items'])}]"
        if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
            return f"dict[str, {self.type_of(schema['additionalProperties'])}]"
        return "dict[str, Any]" if kind == "object" else PLAIN_TYPES.get(str(kind), "Any")

    def _reference(self, name: str) -> str:
        if self.schemas[name].get("enum") == [None]:
            return "None"
        if name not in self._named:
            self._named.append(name)
        return name

    # Operations

    def _method(self, path: str, method: str, operation: dict[str, Any]) -> str:
        parameters = operation.get("parameters", [])
        in_path = {each["name"]: each for each in parameters if each["in"] == "path"}
        in_query = {each["name"]: each for each in parameters if each["in"] == "query"}
        takes_key = any(each["name"] == "Idempotency-Key" for each in parameters)
        result, kind = self._result(operation["responses"])
        paged = result.startswith("Pages[")
        signature = ["self"]
        for name in re.findall(r"{(\w+)}", path):
            signature.append(f"{name}: {_argument(self.type_of(in_path[name]['schema']))}")
        body, files, nested, required = self._body(operation)
        if body:
            signature.append(f"body: {body}" if required else f"body: {body} | None = None")
        options = [f"{name}: {kind_of}" for name, kind_of in files.items()]
        query = {}
        for name, parameter in sorted(in_query.items(), key=lambda each: not each[1].get("required", False)):
            if paged and name == "page":
                continue
            query[name] = python_name = name if _is_name(name) else name.replace(".", "_") + "_"
            kind_of = self.type_of(parameter["schema"])
            must = parameter.get("required", False)
            options.append(f"{python_name}: {kind_of}" if must else f"{python_name}: {kind_of} | None = None")
        if takes_key:
            options.append("idempotency_key: str | None = None")
        if options:
            signature += ["*", *options]
        call = [repr(method.upper()), repr(path)]
        if in_path:
            call.append("path_values={" + ", ".join(f"{name!r}: {name}" for name in in_path) + "}")
        if query:
            call.append("query={" + ", ".join(f"{name!r}: {word}" for name, word in query.items()) + "}")
        if body:
            call.append("body=body")
        if files:
            call.append("files={" + ", ".join(f"{name!r}: {name}" for name in files) + "}")
        if nested:
            call.append(f"nested={nested!r}")
        if takes_key:
            call.append("idempotency_key=idempotency_key, takes_key=True")
        word = "_pages" if paged else {"json": "_json", "bytes": "_bytes", "none": "_nothing"}[kind]
        statement = f"self.{word}({', '.join(call)})"
        if kind != "none":
            statement = f"return {statement}"
        text = _docstring(f"`{method.upper()} {path}`", operation.get("description", ""))
        return f"    def {operation['operationId']}({', '.join(signature)}) -> {result}:\n{text}\n        {statement}\n"

    def _body(self, operation: dict[str, Any]) -> tuple[str, dict[str, str], tuple[str, ...], bool]:
        """Return the type of the body, the fields that are files, those that are objects, and whether it must come."""
        request = operation.get("requestBody")
        if not request:
            return "", {}, (), False
        content: dict[str, Any] = request["content"]
        media = content.get("multipart/form-data") or next(iter(content.values()))
        schema = self._resolved(media.get("schema", {}))
        properties: dict[str, Schema] = schema.get("properties", {})
        must = set(schema.get("required", []))
        files = {name: _file_type(each, name in must) for name, each in properties.items() if _is_file(each)}
        nested = tuple(name for name, each in properties.items() if self._resolved(each).get("properties"))
        others = schema.keys() - {"properties", "required", "type"} or properties.keys() - set(files)
        first = next(iter(content.values()))["schema"]
        required = bool(request.get("required") and schema.get("required"))
        body = self.type_of(first) if others else ""
        return body, files, nested if files else (), required

    def _resolved(self, schema: Schema) -> Schema:
        while True:
            if "allOf" in schema and len(schema["allOf"]) == 1:
                schema = schema["allOf"][0]
            if "$ref" not in schema:
                return schema
            schema = self.schemas[schema["$ref"].rsplit("/", 1)[1]]

    def _result(self, responses: dict[str, Any]) -> tuple[str, str]:
        """Return the type of a good answer, and how it is read."""
        found: list[str] = []
        for status, response in responses.items():
            if not str(status).startswith("2"):
                continue
            content: dict[str, Any] = response.get("content", {})
            if not content:
                found.append("None")
                continue
            if "application/json" not in content:
                return "bytes", "bytes"
            schema = content["application/json"].get("schema", {})
            paged = PAGED.fullmatch(schema.get("$ref", "").rsplit("/", 1)[-1])
            if paged:
                rows = self.schemas[schema["$ref"].rsplit("/", 1)[-1]]["properties"]["results"]["items"]
                return f"Pages[{self.type_of(rows)}]", "json"
            found.append(self.type_of(schema))
        types = list(dict.fromkeys(found))
        if types == ["None"] or not types:
            return "None", "none"
        return " | ".join(sorted(types, key=lambda text: text == "None")), "json"


def _is_file(schema: Schema) -> bool:
    return schema.get("format") == "binary" or (schema.get("type") == "array" and _is_file(schema.get("items", {})))


def _file_type(schema: Schema, required: bool) -> str:
    text = "list[Upload]" if schema.get("type") == "array" else "Upload"
    return text if required else f"{text} | None = None"


def _is_name(text: str) -> bool:
    return text.isidentifier() and not keyword.iskeyword(text)


def _argument(text: str) -> str:
    """Return what a value in a path may be: numbers are described as text there."""
    return "int | str" if text in {"int", "str"} else text


def _docstring(call: str, description: str) -> str:
    lines = list(_lines(description))
    if not lines:
        return f'        """{call}"""'
    body = "\n".join(f"        {line}".rstrip() for line in lines)
    return f'        """{call}\n\n{body}\n        """'


def _lines(description: str) -> Iterator[str]:
    for line in description.replace("\\", "\\\\").replace('"""', "'''").strip().splitlines():
        yield line.strip()
