"""Routes of the sockets."""

from typing import Any

from channels.routing import URLRouter
from django.urls import re_path

from sockets.comments import CommentConsumer
from sockets.inbox import InboxConsumer
from sockets.routing import KnownOrigins, Refusal
from sockets.tickets import TicketConsumer

TICKET = r"(?P<ticket_id>[A-Za-z0-9_.-]{1,140})"

applications: dict[str, Any] = {
    rf"^ws/comments/{TICKET}/$": CommentConsumer.as_asgi(),
    rf"^ws/tickets/{TICKET}/$": TicketConsumer.as_asgi(),
    r"^ws/inbox/$": InboxConsumer.as_asgi(),
}
unknown: Any = Refusal.as_asgi()
routes: list[Any] = [re_path(pattern, consumer) for pattern, consumer in (applications | {"": unknown}).items()]
websocket_application = KnownOrigins(URLRouter(routes))
