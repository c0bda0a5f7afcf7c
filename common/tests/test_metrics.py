"""Whatever comes from outside, the number of series is bounded by the code."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import REGISTRY

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
