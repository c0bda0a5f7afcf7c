"""Print the demonstration's log-ins."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from system_roles.models import UserSystemRole
from systems import seeds
from users.models import User


class Command(BaseCommand):
    help = "Print the demonstration's log-ins. Only outside production, only accounts that need no second factor."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        parser.add_argument("--if-any", action="store_true", help="print nothing where there are none")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_any"] and (settings.IS_PRODUCTION or not User.objects.active().filter(is_demo=True).exists()):
            return
        if settings.IS_PRODUCTION:
            raise CommandError("There are no demonstration accounts in production.")
        if not settings.DEMO_PASSWORD:
            raise CommandError("DEMO_PASSWORD is not set.")
        users = list(User.objects.active().filter(is_demo=True, otp_method=User.OtpMethod.NONE).order_by("id"))
        roles = UserSystemRole.objects.filter(user_id__in=[user.pk for user in users]).names_by_user()
        accounts: list[dict[str, Any]] = [
            {
                "email": user.email,
                "password": settings.DEMO_PASSWORD,
                "user_id": user.pk,
                "full_name": user.full_name,
                "roles": roles.get(user.pk, {}),
            }
            for user in users
        ]
        admin = next((entry for entry in accounts if entry["email"] == seeds.ADMIN.email), None)
        if admin is None:
            raise CommandError("There is no demonstration administrator. Run `manage.py seed` first.")
        document = {"admin": admin, "users": [entry for entry in accounts if entry is not admin]}
        if options["json"]:
            self.stdout.write(json.dumps(document, indent=2))
            return
        self.stdout.write(f"Demonstration people; everybody's password is {settings.DEMO_PASSWORD}")
        for entry in accounts:
            self.stdout.write(f"{entry['email']}  {', '.join(entry['roles'].get('tts', []))}")
