"""Routes of the sockets."""

from typing import Any

from django.urls import re_path

from comments.consumers import CommentConsumer
from inbox.consumers import InboxConsumer
from tickets.consumers import TicketConsumer

TICKET = r"(?P<ticket_id>[A-Za-z0-9_.-]{1,140})"

applications: dict[str, Any] = {
    rf"^ws/comments/{TICKET}/$": CommentConsumer.as_asgi(),
    rf"^ws/tickets/{TICKET}/$": TicketConsumer.as_asgi(),
    r"^ws/inbox/$": InboxConsumer.as_asgi(),
}
websocket_urlpatterns: list[Any] = [re_path(pattern, application) for pattern, application in applications.items()]
