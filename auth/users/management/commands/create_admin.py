"""Make the first administrator of an installation without demonstration people."""

from __future__ import annotations

import getpass
import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from roles.queries import roles_by_name
from security.services import OPERATOR
from system_roles.services import assign_role
from systems.models import System
from ticketing_common.errors import Refusal
from users.invitations import send_invitation
from users.models import User
from users.services import create_user


class Command(BaseCommand):
    help = (
        "Make an administrator, or make an existing person one. The password comes from ADMIN_PASSWORD or is asked "
        "for; with --invite, the person gets a link by mail instead."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--first-name", default="")
        parser.add_argument("--last-name", default="")
        parser.add_argument("--invite", action="store_true", help="mail a link to set the password")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            role = roles_by_name([(System.TTS, "Admin")])[0]
        except Refusal as error:
            raise CommandError("There are no roles yet. Run `manage.py seed` first.") from error
        user = User.objects.by_login(options["email"]).first()
        try:
            if user is None:
                if not (options["first_name"] and options["last_name"]):
                    raise CommandError("Name the new person with --first-name and --last-name.")
                user = create_user(
                    email=options["email"],
                    first_name=options["first_name"],
                    last_name=options["last_name"],
                    password=None if options["invite"] else self._password(),
                    by=OPERATOR,
                    now=now,
                )
                if options["invite"]:
                    send_invitation(user_id=user.pk, by=OPERATOR, now=now)
            assign_role(user_id=user.pk, role_id=role.pk, by=OPERATOR, now=now)
        except Refusal as error:
            raise CommandError(error.detail) from error
        self.stdout.write(f"{user.full_name} ({user.email}) is an administrator.")

    def _password(self) -> str:
        return os.environ.get("ADMIN_PASSWORD") or getpass.getpass("Password of the new administrator: ")
