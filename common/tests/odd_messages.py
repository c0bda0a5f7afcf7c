"""The odd messages: each with the queue it goes to and what becomes of it.

A stock Celery worker loses ten of them and dies of four (docs/adr). `done` names the effect that must be there;
`dead` names the code of the dead letter.
"""

from __future__ import annotations

import gzip
import json
import pickle
import uuid
import zlib
from dataclasses import dataclass, field
from typing import Any

import pika

INTAKE, OTHER, TIMERS = "TICKET_TASKS_PRODUCTION", "workflow_seed", "workflow-timers-default"
RECEIVE = "tickets.tasks.receive_ticket"
EMBED = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}
JSON: dict[str, Any] = {"content_type": "application/json", "content_encoding": "utf-8"}


@dataclass
class Odd:
    name: str
    body: bytes
    queue: str = OTHER
    headers: dict[str, Any] | None = None
    properties: dict[str, Any] = field(default_factory=lambda: dict(JSON))
    done: str | None = None
    dead: str | None = None

    def publish(self, channel: Any) -> None:
        channel.basic_publish(
            "",
            self.queue,
            self.body,
            pika.BasicProperties(headers=self.headers, delivery_mode=2, **self.properties),
            mandatory=True,
        )


def ticket(subject: str, **fields: Any) -> dict[str, Any]:
    return {"ticket_number": "TX1", "subject": subject, "category": "IT", "department": "IT", **fields}


def call(kwargs: Any, *, args: Any = (), embed: Any = EMBED) -> bytes:
    return json.dumps([list(args), kwargs, embed]).encode()


def header(task: Any = "workflow.tasks.initialize_workflow", **more: Any) -> dict[str, Any]:
    return {"lang": "py", "task": task, "id": uuid.uuid4().hex, "root_id": None, **more}


def without(headers: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in headers.items() if key != name}


GOOD = {"workflow_id": 5, "deploy": False}
INTAKE_HEADER = header(RECEIVE)

# The table of the design, row by row, on a queue that takes tasks only.
TABLE = [
    Odd("unknown task name", call(GOOD), headers=header("no.such.task"), dead="unknown_task"),
    Odd("JSON object that is not Celery's", b'{"hello": "world"}', dead="not_a_task"),
    Odd("JSON list that is not Celery's", b"[1, 2, 3]", dead="not_a_task"),
    Odd("no content type", call(GOOD), headers=header(), properties={}, dead="malformed_body"),
    Odd(
        "bad charset",
        call(GOOD),
        headers=header(),
        properties={"content_type": "application/json", "content_encoding": "no-such-charset"},
        dead="undecodable",
    ),
    Odd("bad start time", call(GOOD), headers=header(eta="soon"), dead="delayed_delivery"),
    Odd("start time", call(GOOD), headers=header(eta="2099-01-01T00:00:00+00:00"), dead="delayed_delivery"),
    Odd("broken JSON", b'{"a": ', dead="undecodable"),
    Odd("text/plain", b"hello", properties={"content_type": "text/plain"}, dead="undecodable"),
    Odd(
        "pickle",
        pickle.dumps([[], GOOD, EMBED]),
        headers=header(),
        properties={"content_type": "application/x-python-serialize", "content_encoding": "binary"},
        dead="undecodable",
    ),
    Odd("bogus compression", call(GOOD), headers=header(compression="application/nonsense"), dead="compressed"),
    Odd("good headers, broken body", b"[[], {", headers=header(), dead="undecodable"),
    Odd("body a dict", json.dumps(GOOD).encode(), headers=header(), dead="malformed_body"),
    Odd("body of two", b"[[], {}]", headers=header(), dead="malformed_body"),
    Odd("task header without id", call(GOOD), headers=without(header(), "id"), dead="malformed_headers"),
    Odd("unknown task without id", call(GOOD), headers=without(header("no.such"), "id"), dead="malformed_headers"),
    Odd("bad kwargs", call({"workflow_id": "five"}), headers=header(), dead="invalid_message"),
    Odd("the handler raises", call({"ticket_data": ticket("raise")}), INTAKE, header(RECEIVE), dead="handler_failed"),
    Odd("the handler refuses", call({"ticket_data": ticket("reject")}), INTAKE, header(RECEIVE), dead="not_wanted"),
    Odd("expired", call(GOOD), headers=header(expires="2001-01-01T00:00:00+00:00"), done="workflow 5"),
    Odd(
        "protocol 1",
        json.dumps(
            {"task": RECEIVE, "id": uuid.uuid4().hex, "args": [], "kwargs": {"ticket_data": ticket("v1")}}
        ).encode(),
        INTAKE,
        done="v1",
    ),
    Odd("protocol 2 by pika", call({"ticket_data": ticket("v2")}), INTAKE, header(RECEIVE), done="v2"),
    Odd(
        "the handler kills its process",
        call({"ticket_data": ticket("die")}),
        INTAKE,
        header(RECEIVE),
        dead="delivery_limit",
    ),
]

# What other publishers send as well.
MORE = [
    Odd("plain JSON", json.dumps(ticket("plain")).encode(), INTAKE, done="plain"),
    Odd("plain JSON, no content type", json.dumps(ticket("untyped")).encode(), INTAKE, properties={}, done="untyped"),
    Odd(
        "plain JSON, octet stream",
        json.dumps(ticket("octets")).encode(),
        INTAKE,
        properties={"content_type": "application/octet-stream"},
        done="octets",
    ),
    Odd("plain JSON of fields task and id", json.dumps(ticket("own", task="x", id=1)).encode(), INTAKE, done="own"),
    Odd("plain JSON list", b"[1]", INTAKE, dead="not_an_object"),
    Odd("plain broken JSON", b'{"ticket_number": ', INTAKE, properties={}, dead="undecodable"),
    Odd("task headers, no content type", call({"ticket_data": ticket("nt")}), INTAKE, header(RECEIVE), {}, done="nt"),
    Odd("positional argument", call({}, args=[ticket("positional")]), INTAKE, header(RECEIVE), done="positional"),
    Odd("unknown argument", call({**GOOD, "later": 1}), headers=header(), done="workflow 5"),
    Odd("too many arguments", call({}, args=[1, 2, 3, 4]), headers=header(), dead="invalid_message"),
    Odd("empty body", b"", headers=header(), dead="malformed_body"),
    Odd("no body at all", b"", INTAKE, properties={}, dead="undecodable"),
    Odd("not UTF-8", b"\xff\xfe", INTAKE, properties={}, dead="undecodable"),
    Odd("NUL in a text", json.dumps(ticket("a\x00b")).encode(), INTAKE, dead="handler_failed"),
    Odd("half a surrogate", b'{"ticket_number": "T", "subject": "\\ud800"}', INTAKE, dead="handler_failed"),
    Odd("NUL in a header", call(GOOD), headers=header("a\x00b"), dead="unknown_task"),
    Odd("escaped NUL in a header", call(GOOD), headers=header("no.such", note="\\u0000"), dead="unknown_task"),
    Odd("very long id", call(GOOD), headers=header(id="x" * 300), dead="malformed_headers"),
    Odd("number as id", call(GOOD), headers=header(id=12345), done="workflow 5"),
    Odd("true as id", call(GOOD), headers=header(id=True), dead="malformed_headers"),
    Odd("list as task name", call(GOOD), headers=header(["a"]), dead="malformed_headers"),
    Odd("odd time limits", call(GOOD), headers=header(timelimit=["soon", "later"]), done="workflow 5"),
    Odd("no time at all", call(GOOD), headers=header(timelimit=[0, 0]), done="workflow 5"),
    Odd("odd retries", call(GOOD), headers=header(retries="many"), done="workflow 5"),
    Odd(
        "odd reply",
        call(GOOD),
        headers=header(),
        properties={**JSON, "reply_to": "x", "priority": 9},
        done="workflow 5",
    ),
    Odd(
        "callbacks",
        call(GOOD, embed={**EMBED, "callbacks": [{"task": "workflow.tasks.seed_workflows", "args": [1]}]}),
        headers=header(),
        done="workflow 5",
    ),
    Odd("odd embed", call(GOOD, embed={"chain": 5, "chord": "x", "errbacks": {}}), headers=header(), done="workflow 5"),
    Odd("embed a list", call(GOOD, embed=[]), headers=header(), dead="malformed_body"),
    Odd("group and chord", call(GOOD), headers=header(group="g", chord={"x": 1}), done="workflow 5"),
    Odd(
        "compressed",
        zlib.compress(call(GOOD)),
        headers=header(compression="application/x-gzip"),
        dead="compressed",
    ),
    Odd("forged deaths", call(GOOD), headers=header(**{"x-death": [1, "x"]}), dead="forged_headers"),
    Odd("forged deaths of tables", call(GOOD), headers=header(**{"x-death": [{"count": "x"}]}), dead="forged_headers"),
    Odd("forged deaths, not a list", b"x", headers=header(**{"x-death": "x"}), dead="forged_headers"),
    Odd("forged number of deliveries", call(GOOD), headers=header(**{"x-delivery-count": 99}), done="workflow 5"),
    Odd("hook that breaks", json.dumps(["break the hook"]).encode(), INTAKE, dead="not_an_object"),
    Odd("large", json.dumps(ticket("large", description="x" * 1_000_000)).encode(), INTAKE, done="large"),
]


def typed(content_type: str, **more: Any) -> dict[str, Any]:
    return {"content_type": content_type, **more}


def plain(subject: str, **fields: Any) -> bytes:
    return json.dumps(ticket(subject, **fields), ensure_ascii=False).encode()


# Bodies of clients that are not Celery, and what a queue must not carry.
TYPES = [
    Odd("charset named", plain("t1"), INTAKE, properties=typed("application/json; charset=utf-8"), done="t1"),
    Odd("other letter case", plain("t2"), INTAKE, properties=typed("Application/JSON;Charset=UTF-8"), done="t2"),
    Odd("text/json", plain("t3"), INTAKE, properties=typed("text/json"), done="t3"),
    Odd("type built on JSON", plain("t4"), INTAKE, properties=typed("application/vnd.x+json"), done="t4"),
    Odd("text/plain", plain("t5"), INTAKE, properties=typed("text/plain;charset=UTF-8"), done="t5"),
    Odd("byte order mark", b"\xef\xbb\xbf" + plain("t6"), INTAKE, properties=typed("application/json"), done="t6"),
    Odd("UTF-16", plain("t7").decode().encode("utf-16"), INTAKE, properties=typed("application/json"), done="t7"),
    Odd(
        "latin 1 named",
        plain("t8ü").decode().encode("latin-1"),
        INTAKE,
        properties=typed("application/json; charset=iso-8859-1"),
        done="t8ü",
    ),
    Odd("quoted charset", plain("t9"), INTAKE, properties=typed('text/plain; charset="utf-8"'), done="t9"),
    *(
        Odd(
            f"Celery's protocol as {content_type}",
            call({"workflow_id": 60 + number, "deploy": False}),
            headers=header(),
            properties=typed(content_type, content_encoding="utf-8"),
            done=f"workflow {60 + number}",
        )
        for number, content_type in enumerate(
            ["application/json; charset=utf-8", "TEXT/JSON", "application/vnd.x+json", "text/plain"]
        )
    ),
    Odd(
        "Celery's protocol with a mark",
        b"\xef\xbb\xbf" + call({"workflow_id": 70, "deploy": True}),
        headers=header(),
        done="workflow 70",
    ),
    Odd("XML", b"<ticket/>", INTAKE, properties=typed("application/xml"), dead="undecodable"),
    Odd("NaN", b'{"ticket_number": NaN}', INTAKE, dead="undecodable"),
    Odd(
        "packed, named",
        gzip.compress(plain("z1")),
        INTAKE,
        properties=typed("text/json", content_encoding="gzip"),
        dead="compressed",
    ),
    Odd("packed, not named", gzip.compress(plain("z2")), INTAKE, dead="compressed"),
    Odd("too large", plain("big", description="x" * 2 * 2**20), INTAKE, dead="too_large"),
    Odd(
        "task of another queue",
        call({"seed_version": 9}),
        INTAKE,
        header("workflow.tasks.seed_workflows"),
        dead="wrong_queue",
    ),
    Odd("task of another service", call({}), OTHER, header("send_ticket_status"), dead="wrong_queue"),
    Odd("task of Celery's own", call({}, args=[[1], {}]), OTHER, header("celery.chain"), dead="wrong_queue"),
    Odd("clean-up of Celery's own", call({}), OTHER, header("celery.backend_cleanup"), dead="wrong_queue"),
    Odd(
        "tick with arguments",
        call({"limit": 1}),
        TIMERS,
        header("task.tasks.sweep_clocks"),
        dead="unexpected_arguments",
    ),
    Odd("tick", call({}), TIMERS, header("task.tasks.sweep_clocks"), done="tick"),
    Odd("tick that fails", call({}), TIMERS, header("workflow.tasks.keep_house"), dead="handler_failed"),
]
