"""The floor's Celery application: the settings that all workers share, and queues of its own."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "floor.settings")

from kombu import Exchange, Queue

from ticketing_common.celery import make_app

QUEUES = ("floor_one", "floor_two")

app = make_app("floor")
app.conf.task_queues = [
    Queue(name, Exchange(""), routing_key=name, no_declare=True, queue_arguments={"x-queue-type": "quorum"})
    for name in QUEUES
]
