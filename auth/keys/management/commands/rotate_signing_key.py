"""Sign access tokens with a new key."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from keys.services import rotate_signing_key, wipe_retired


class Command(BaseCommand):
    help = "Make a new signing key. Running processes follow within 20 seconds; old tokens stay good."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--drop-old",
            action="store_true",
            help="stop accepting the old keys: everybody has to sign in again (for a key that leaked)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        key = rotate_signing_key(now=now, drop_old=options["drop_old"])
        wipe_retired()
        self.stdout.write(f"Tokens are signed with {key.kid} from now on.")
