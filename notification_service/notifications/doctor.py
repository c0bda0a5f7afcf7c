"""What can be wrong with the notification service in particular: templates that fail, mail that does not leave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from itertools import product

from django.db.models import Min

from notifications.models import Notification
from notifications.notification_types import TYPES, type_in
from notifications.templates import current_template, preview
from notifications.texts import LANGUAGES
from ticketing_common.database import database_now
from ticketing_common.doctor import Finding
from ticketing_common.errors import Refusal

LATE = timedelta(minutes=2)


def templates() -> Iterator[Finding]:
    """Render every template in force with the samples of its type."""
    for language, name in product(LANGUAGES, TYPES):
        kind = type_in(name, language)
        _, parts = current_template(name, language)
        try:
            preview(kind=kind, values=asdict(parts), context={})
        except Refusal as error:
            yield Finding(
                "template_broken",
                f"The template {name} ({language}) does not render: {error.detail}.",
                "Correct it under /admin/templates, or restore an earlier version there.",
            )


def mails() -> Iterator[Finding]:
    now = database_now()
    oldest = Notification.objects.due(now).aggregate(at=Min("due_at"))["at"]
    if oldest is not None and now - oldest > LATE:
        yield Finding(
            "mails_late",
            f"A mail that should have left {(now - oldest).total_seconds() / 60:.0f} minutes ago is still here.",
            "See whether notification-mailer runs and whether the mail server of EMAIL_HOST takes mail.",
        )
