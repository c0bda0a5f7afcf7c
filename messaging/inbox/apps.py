from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "inbox"
    label = "inbox_sockets"  # "inbox" is the table of consumed messages
