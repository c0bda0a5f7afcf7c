"""ASGI entry point: REST and sockets on one port."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

from channels.routing import ProtocolTypeRouter  # noqa: E402

from config.routing import websocket_application  # noqa: E402
from sockets.http import PooledHandler  # noqa: E402
from ticketing_common.database import start_as  # noqa: E402

start_as("web")

application = ProtocolTypeRouter({"http": PooledHandler(), "websocket": websocket_application})
