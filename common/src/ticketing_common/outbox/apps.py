from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "ticketing_common.outbox"
    label = "outbox"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ticketing_common import database  # noqa: F401 -- sets each connection's session
        from ticketing_common.outbox import gauges  # noqa: F401
