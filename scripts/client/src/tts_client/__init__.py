"""A client of the Ticket Tracking System.

with Client("https://tickets.example.com", api_key=key) as client:
    ticket = client.ticket.tickets_create({...})
"""

from tts_client.client import Client
from tts_client.errors import ApiError, Problem
from tts_client.operations import Pages, Upload
from tts_client.transport import Retry
from tts_client.version import VERSION as __version__

__all__ = ["ApiError", "Client", "Pages", "Problem", "Retry", "Upload", "__version__"]
