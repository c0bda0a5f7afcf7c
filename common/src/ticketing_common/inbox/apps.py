from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "ticketing_common.inbox"
    label = "inbox"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ticketing_common.inbox import gauges  # noqa: F401
