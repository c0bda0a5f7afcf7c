"""Whatever comes from outside, the number of series is bounded by the code."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pika
import pytest
import requests
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from odd_messages import INTAKE, ticket
from prometheus_client import generate_latest
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import REGISTRY
from support import Broker, Process, database_url, wait_until

from ticketing_common import metrics
from ticketing_common.celery import make_app
from ticketing_common.contracts.registry import queues
from ticketing_common.inbox.dead_letters import record_dead_letter

pytestmark = pytest.mark.django_db

STATUSES = {str(number) for number in range(100, 600)}


def routes(resolver: Any, before: str = "") -> set[str]:
    found = set()
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            found |= routes(entry, before + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            found.add(before + str(entry.pattern))
    return found


def allowed() -> dict[str, set[str]]:
    """Return the values that each label may have; buckets and Python's own labels are the library's."""
    tasks = {task for queue in queues().values() for task in queue.tasks} | set(make_app("workflow_api").tasks)
    return {
        "method": {*metrics.METHODS, metrics.OTHER},
        "route": routes(get_resolver()) | {"unmatched", r"^static/(?P<path>.*)$"},
        "status": STATUSES,
        "task": tasks,
        "outcome": {"done", "duplicate", "failed", "rejected", "requeued"},
        "queue": {*queues(), metrics.OTHER},
    }


def test_invented_methods_paths_and_queues_make_no_series(client: Client, settings: Any) -> None:
    for number in range(50):
        client.generic(f"INVENTED{number}", f"/invented/{number}/")
        client.generic(f"INVENTED{number}", "/things/")
        record_dead_letter(
            queue=f"invented-{number}",
            message_id="",
            task=f"invented.{number}",
            code="not_a_task",
            reason="x",
            headers={},
        )
    client.get("/things/")
    client.get("/things/", {"page": 99})

    body = client.get("/metrics").content.decode()

    assert "INVENTED" not in body
    assert "invented" not in body
    values = allowed()
    own = {name for family in REGISTRY.collect() for name in [family.name]} - {"python_gc", "python_info"}
    walked = 0
    for family in text_string_to_metric_families(body):
        if family.name.startswith(("python_", "process_")) or family.name not in own:
            continue
        for sample in family.samples:
            for label, value in sample.labels.items():
                if label in {"le", "code"}:  # buckets; the codes of dead letters are literals of the code
                    continue
                walked += 1
                assert value in values[label], f"{family.name}: {label}={value}"
    assert walked > 10


@pytest.mark.django_db(transaction=True)
class TestPort:
    """Processes without a port of their own show their metrics where METRICS_ADDRESS says."""

    @pytest.fixture
    def address(self, monkeypatch: pytest.MonkeyPatch) -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{probe.getsockname()[1]}"
        monkeypatch.setenv("METRICS_ADDRESS", address)
        return address

    def test_a_relay_shows_what_waits_and_for_how_long(
        self, address: str, broker: Broker, start: Callable[..., Process]
    ) -> None:
        with broker.channel() as channel:
            for _ in range(3):
                channel.basic_publish("", "workflow_seed_queue", b"{}")
        record_dead_letter(queue="workflow_seed", message_id="m", task="t", code="not_a_task", reason="x", headers={})
        start("relay")

        def seen(name: str, **labels: str) -> float | None:
            return sample(scrape(address), name, **labels)

        wait_until(lambda: seen("queue_messages", queue="workflow_seed_queue") == 3, seconds=60, what="the depth")
        wait_until(lambda: (seen("queue_oldest_seconds", queue="workflow_seed_queue") or 0) > 1, what="age")
        assert seen("queue_oldest_seconds", queue="workflow_seed") == 0
        assert seen("dead_letters_open", queue="workflow_seed", code="not_a_task") == 1
        assert seen("outbox_oldest_seconds") == 0
        assert 0 < (seen("disk_free_ratio") or 0) < 1
        assert seen("process_resident_memory_bytes")

    def test_a_worker_adds_up_its_children_also_those_that_came_later(
        self,
        address: str,
        broker: Broker,
        start: Callable[..., Process],
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
    ) -> None:
        monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path / "metrics"))
        worker = start("worker", queue_names=[INTAKE], children=2, tasks_each=2)
        with broker.channel() as channel:
            for _ in range(9):
                plain = pika.BasicProperties(content_type="application/json")
                channel.basic_publish("", INTAKE, json.dumps(ticket("counted")).encode(), plain)

        wait_until(
            lambda: sum(values(scrape(address), "messages_consumed_total")) == 9, seconds=60, what="nine messages"
        )
        assert worker.is_alive
        # A child writes on where its predecessor stopped: files do not grow in number with the children.
        assert {path.stem.split("_")[-1] for path in (tmp_path / "metrics").glob("counter_*.db")} <= {
            *("pool-0", "pool-1", str(worker.pid))
        }

    def test_several_web_workers_are_one_target_whatever_host_name_it_is_asked_by(
        self, address: str, broker: Broker, tmp_path: Path
    ) -> None:
        """Prometheus asks containers by their addresses, which no list of allowed hosts can hold."""
        (tmp_path / "application.py").write_text(
            "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n"
        )
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        web = Process(
            [
                *(sys.executable, "-m", "gunicorn", "application", "--chdir", str(tmp_path)),
                *("-c", "python:ticketing_common.gunicorn_conf", "--bind", f"127.0.0.1:{port}"),
            ],
            log=tmp_path / "web.log",
            env={
                "WEB_CONCURRENCY": "2",
                "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics"),
                "RABBITMQ_URL": broker.url,
                "DATABASE_URL": database_url(),
            },
        )
        try:
            wait_until(lambda: "outbox_unpublished" in scrape(address), seconds=60, what="the metrics port")
            for _ in range(20):
                requests.get(f"http://127.0.0.1:{port}/health/live/", headers={"Connection": "close"}, timeout=10)
            counted = values(scrape(address), "http_request_duration_seconds_count", route="health/live/")
            assert counted == [20]
        finally:
            web.kill()

    def test_a_port_that_is_taken_costs_the_metrics_alone(
        self, address: str, start: Callable[..., Process], pulse_file: Path
    ) -> None:
        with socket.socket() as taken:
            host, _, port = address.partition(":")
            taken.bind((host, int(port)))
            taken.listen()
            relay = start("relay")
            wait_until(pulse_file.exists, seconds=60, what="a pulse")
            assert relay.is_alive

    @pytest.fixture
    def pulse_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("PULSE_FILE", str(tmp_path / "pulse"))
        return tmp_path / "pulse"


def scrape(address: str) -> str:
    try:
        answer = requests.get(f"http://{address}/metrics", timeout=5)
    except requests.ConnectionError:
        return ""
    assert answer.status_code == 200, answer.text
    return answer.text


def values(text: str, name: str, **labels: str) -> list[float]:
    return [
        each.value
        for family in text_string_to_metric_families(text)
        for each in family.samples
        if each.name == name and labels.items() <= each.labels.items()
    ]


def sample(text: str, name: str, **labels: str) -> float | None:
    found = values(text, name, **labels)
    return found[0] if found else None


def test_a_file_that_a_process_makes_just_now_costs_no_scrape(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    file = tmp_path / "counter_pool-0.db"
    file.touch()
    monkeypatch.setattr(metrics.time, "sleep", lambda _: MmapedDict(str(file)))

    assert b"process_cpu_seconds_total" in generate_latest(metrics.registry(None))


def test_every_label_is_one_that_this_test_bounds() -> None:
    for metric in (metrics.REQUESTS, metrics.MESSAGES, metrics.MESSAGE_SECONDS, metrics.DEAD_LETTERS):
        assert set(metric._labelnames) <= {*allowed(), "code"}


class TestDocumentation:
    def test_the_document_is_made_once(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        first = client.get("/api/schema/")
        monkeypatch.setattr("drf_spectacular.generators.SchemaGenerator.get_schema", None)

        again = client.get("/api/schema/", {"version": "9", "lang": "de"})

        assert again.status_code == 200
        assert again.content == first.content

    @pytest.mark.parametrize("path", ["/api/schema/", "/api/docs/", "/api/docs/?script="])
    def test_pages_may_be_kept_and_carry_the_content_policy(self, client: Client, path: str) -> None:
        answer = client.get(path)

        assert answer.status_code == 200
        assert answer["Cache-Control"] == "public, max-age=300"
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "script-src 'self';" in answer["Content-Security-Policy"]

    def test_the_page_has_no_inline_script(self, client: Client) -> None:
        page = client.get("/api/docs/").content.decode()

        assert "<script src=" in page
        assert "<script>" not in page
        assert 'src=".?script="' in page
        assert "SwaggerUIBundle" in client.get("/api/docs/?script=").content.decode()
