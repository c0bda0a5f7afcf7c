"""Give a person their account back when nobody can do it over the API: the last administrator is locked out."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from security.services import OPERATOR
from signin.second_factor import take_away
from users.models import User
from users.passwords import recovery_link
from users.services import set_active, unlock_user


class Command(BaseCommand):
    help = (
        "Switch the account on, end the lock-out and every session, take the second factor off, and print a link to "
        "set a new password. The link is good once, for half an hour; it goes to nobody by mail."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("login", help="e-mail address or user name")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        user = User.objects.by_login(options["login"]).first()
        if user is None:
            raise CommandError("There is no such person.")
        with transaction.atomic():
            set_active(user_id=user.pk, is_active=True, by=OPERATOR, now=now)
            unlock_user(user_id=user.pk, by=OPERATOR, now=now)
            take_away(user_id=user.pk, by=OPERATOR, now=now)
            link = recovery_link(user_id=user.pk, by=OPERATOR, now=now)
        self.stdout.write(f"{user.full_name} ({user.email}) sets a new password at\n{link}")
