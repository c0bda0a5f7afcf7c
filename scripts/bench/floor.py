"""A floor for intake: a plain Celery task that reads one row and inserts four by the ORM, on the servers of a build.

Run by `measures.floor` as `celery -A bench.floor worker`, with `DATABASE_URL` and `RABBITMQ_URL` of the build.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import unquote, urlsplit

import django
from celery import Celery
from django.conf import settings
from django.db import connection, models, transaction
from kombu import Exchange, Queue

QUEUE = "bench-floor"
PROCESSES = 2  # as the worker of intake has

database = urlsplit(os.environ["DATABASE_URL"])
settings.configure(
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": database.path.lstrip("/"),
            "USER": unquote(database.username or ""),
            "PASSWORD": unquote(database.password or ""),
            "HOST": database.hostname,
            "PORT": database.port,
            "CONN_MAX_AGE": None,
        }
    },
    USE_TZ=True,
)
django.setup()

app = Celery("floor", broker=os.environ["RABBITMQ_URL"])
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    task_create_missing_queues=False,
    worker_enable_remote_control=False,
    task_queues=[
        Queue(QUEUE, Exchange(""), routing_key=QUEUE, no_declare=True, queue_arguments={"x-queue-type": "quorum"})
    ],
)


class Row(models.Model):
    kind: Any = models.CharField(max_length=32)
    number: Any = models.CharField(max_length=64)
    text: Any = models.TextField()
    created_at: Any = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "floor"
        db_table = "bench_floor"
        indexes = [models.Index(fields=["number"], name="bench_floor_number")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


@app.task(name="bench.floor.take_in")
def take_in(ticket_number: str, subject: str) -> None:
    with transaction.atomic():
        Row.objects.filter(number=ticket_number).first()
        for kind in ("ticket", "task", "visit", "audit"):
            Row.objects.create(kind=kind, number=ticket_number, text=subject)


def set_up() -> None:
    tear_down()
    with connection.schema_editor() as editor:
        editor.create_model(Row)


def tear_down() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_floor")


if __name__ == "__main__":
    set_up()
