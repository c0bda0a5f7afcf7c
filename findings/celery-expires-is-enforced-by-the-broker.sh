#!/usr/bin/env bash
# Celery: `expires` becomes the message's own time to live at the broker
#
# Expected: `apply_async(expires=10)` is a note for the worker, which discards the task as "revoked" when it comes too
#   late, as the documentation describes. The queue would keep the message until a worker has looked at it.
# Happens: the AMQP message is published with the property `expiration` as well (milliseconds, as text). The broker
#   itself removes the message when the time is over; where the queue dead-letters, it moves it, and no worker, no
#   `task_revoked` signal and no log line of Celery ever sees it. A backlog that outlasts `expires` empties itself.
# Why it matters here: a help desk that sets `expires` on its tickets loses them into the dead-letter queue while the
#   workers are stopped. A service that writes down the reason of each dead letter in its consumer has no reason for
#   these; it must read the dead-letter queues and take the reason from `x-death`.
#
# Celery 5.7.0, kombu 5.7.0; the in-memory transport shows what is published.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check celery==5.7.0 kombu==5.7.0 2>/dev/null
cat > published.py <<'PY'
import celery, kombu

app = celery.Celery("desk", broker="memory://")


@app.task(name="receive_ticket")
def receive_ticket() -> None: ...


def published(**options):
    receive_ticket.apply_async(queue="tickets", routing_key="tickets", **options)
    with app.connection() as connection:
        message = connection.SimpleQueue("tickets").get(timeout=5)
        message.ack()
    return message.properties.get("expiration"), message.headers["expires"] is not None


print(f"celery {celery.__version__}, kombu {kombu.__version__}")
plain, limited = published(), published(expires=10)
print(f"without expires: property expiration={plain[0]!r}, header expires set: {plain[1]}")
print(f"expires=10:      property expiration={limited[0]!r}, header expires set: {limited[1]}")
assert plain == (None, False), plain
assert limited == ("10000", True), limited
PY
venv/bin/python published.py
echo "unchanged: a task with expires carries a time to live that the broker enforces"
