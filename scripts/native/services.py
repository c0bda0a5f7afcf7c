"""The five services: folder, database, port and the variables through which others find them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """One Django service of the repository."""

    name: str
    folder: str
    database: str
    port_variable: str
    url_variable: str
    database_variable: str


SERVICES = (
    Service("auth", "auth", "authservice", "AUTH_PORT", "DJANGO_AUTH_SERVICE", "AUTH_DATABASE_URL"),
    Service(
        "workflow",
        "workflow_api",
        "workflowmanagement",
        "WORKFLOW_PORT",
        "DJANGO_WORKFLOW_API",
        "WORKFLOW_DATABASE_URL",
    ),
    Service(
        "messaging",
        "messaging",
        "messagingservice",
        "MESSAGING_PORT",
        "DJANGO_MESSAGING_SERVICE",
        "MESSAGING_DATABASE_URL",
    ),
    Service(
        "notification",
        "notification_service",
        "notificationservice",
        "NOTIFICATION_PORT",
        "DJANGO_NOTIFICATION_SERVICE",
        "NOTIFICATION_DATABASE_URL",
    ),
    Service(
        "ticket", "ticket_service", "ticketmanagement", "TICKET_PORT", "DJANGO_TICKET_SERVICE", "TICKET_DATABASE_URL"
    ),
)
BY_NAME = {service.name: service for service in SERVICES}
