"""File a ticket and follow it until it has ended."""

import os
import time

from tts_client import Client

with Client(os.environ["TTS_URL"], api_key=os.environ["TTS_API_KEY"]) as client:
    ticket = client.ticket.tickets_create(
        {
            "subject": "A drawing program for the training room",
            "category": "Software Installation",
            "department": "IT Department",
            "employee": {"name": "Noor Haddad", "email": "noor.haddad@example.com"},
        },
        idempotency_key=os.environ["ORDER"],  # run again, it is the same ticket
    )
    number, seen = ticket["ticket_number"], ""
    print(number, flush=True)
    while seen not in {"resolved", "rejected", "cancelled", "withdrawn"}:
        status = client.ticket.tickets_retrieve(number)["status"]
        if status != seen:
            print(status, flush=True)
        seen = status
        time.sleep(2)
