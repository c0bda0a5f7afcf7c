"""Make systems and roles, the demonstration's people outside production, and ask for the first workflows."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from keys.services import ensure_signing_key
from systems import seeds


class Command(BaseCommand):
    help = "Seed systems, roles, demonstration people and workflows. Running it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        group = parser.add_mutually_exclusive_group()
        group.add_argument("--demo", action="store_true", help="insist on the demonstration's people")
        group.add_argument("--no-demo", action="store_true", help="make no people")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if settings.IS_PRODUCTION and options["demo"]:
            raise CommandError("Demonstration people have a known password and are refused in production.")
        wants_people = not options["no_demo"] and not settings.IS_PRODUCTION
        if wants_people and not settings.DEMO_PASSWORD:
            raise CommandError("Set DEMO_PASSWORD, the password of the demonstration's people, or pass --no-demo.")
        ensure_signing_key(now=now)
        seeds.seed_systems(now=now)
        if wants_people:
            seeds.seed_people(password=settings.DEMO_PASSWORD, now=now)
        is_sent = seeds.seed_workflows(now=now)
        seeds.publish_everybody(now=now)
        self.stdout.write(
            "Systems and roles are there; "
            f"{'demonstration people too' if wants_people else 'no demonstration people'}; "
            f"workflows {'asked for' if is_sent else 'were asked for before'}."
        )
