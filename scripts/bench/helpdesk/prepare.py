"""Make its tables, a queue, an agent and tickets; print the agent's session, the queue and the first ticket's id."""

import json
import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from helpdesk.models import Queue, Ticket  # noqa: E402

call_command("migrate", verbosity=0)
call_command("loaddata", "emailtemplate.json", verbosity=0)
agent = get_user_model().objects.create_superuser("agent", "agent@example.com", "agent")
queue = Queue.objects.create(title="IT Support", slug="it-support")
tickets = [
    Ticket(queue=queue, title="Laptop does not start", description="It beeps.", submitter_email="noor@example.com")
    for _ in range(int(sys.argv[1]))
]
for ticket in tickets:
    ticket.save()
session = SessionStore()
session[SESSION_KEY] = str(agent.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = agent.get_session_auth_hash()
session.create()
print(json.dumps({"session": session.session_key, "agent": agent.pk, "queue": queue.pk, "ticket": tickets[0].pk}))
