"""The ticket number in addresses."""

from django.urls import register_converter


class TicketNumber:
    regex = "[A-Za-z0-9_.-]{1,140}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(TicketNumber, "ticket")
