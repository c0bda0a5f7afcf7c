"""The client: one object, with the operations of each service on an attribute of its name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Self

from tts_client.sign_in import Credentials, Nobody, Password, ServiceKey, Token
from tts_client.transport import Retry, Transport
from tts_client.version import VERSION

if TYPE_CHECKING:
    from tts_client.api.auth import AuthApi
    from tts_client.api.messaging import MessagingApi
    from tts_client.api.notification import NotificationApi
    from tts_client.api.ticket import TicketApi
    from tts_client.api.workflow import WorkflowApi


class Client:
    """A connection to one installation, for use by one thread.

    `url` is the address that the browser shows, such as `https://tickets.example.com`; `services` names the services
    that have another one each. One of `api_key` (a service's key), `token` (an access token), or `email` and
    `password` says who calls. `timeout` is in seconds: for connecting and for each answer.
    """

    def __init__(
        self,
        url: str,
        *,
        api_key: str = "",
        token: str = "",
        email: str = "",
        password: str = "",
        services: Mapping[str, str] | None = None,
        timeout: float | tuple[float, float] = (5.0, 30.0),
        retry: Retry | None = None,
    ) -> None:
        self.credentials = _credentials(api_key, token, email, password)
        self.transport = Transport(
            url, services=services, timeout=timeout, retry=retry, user_agent=f"ticket-tracking-client/{VERSION}"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections. A session stays: see `sign_out`."""
        self.transport.close()

    def sign_out(self) -> None:
        """End the session of a sign-in by password."""
        if isinstance(self.credentials, Password):
            self.credentials.sign_out(self.transport)

    # Each module is read when it is first needed.

    @cached_property
    def auth(self) -> AuthApi:
        from tts_client.api.auth import AuthApi

        return AuthApi(self.transport, self.credentials)

    @cached_property
    def workflow(self) -> WorkflowApi:
        from tts_client.api.workflow import WorkflowApi

        return WorkflowApi(self.transport, self.credentials)

    @cached_property
    def messaging(self) -> MessagingApi:
        from tts_client.api.messaging import MessagingApi

        return MessagingApi(self.transport, self.credentials)

    @cached_property
    def notification(self) -> NotificationApi:
        from tts_client.api.notification import NotificationApi

        return NotificationApi(self.transport, self.credentials)

    @cached_property
    def ticket(self) -> TicketApi:
        from tts_client.api.ticket import TicketApi

        return TicketApi(self.transport, self.credentials)


def _credentials(api_key: str, token: str, email: str, password: str) -> Credentials:
    if sum(map(bool, (api_key, token, email or password))) > 1:
        raise ValueError("Give one of api_key, token, or email and password.")
    if bool(email) != bool(password):
        raise ValueError("email and password belong together.")
    if api_key:
        return ServiceKey(api_key)
    if token:
        return Token(token)
    return Password(email, password) if email else Nobody()
