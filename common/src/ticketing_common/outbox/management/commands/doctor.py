"""Say what is wrong with this service, and what to do about it."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from ticketing_common.doctor import examine


class Command(BaseCommand):
    help = "Look for what is wrong, each finding with its fix. Changes nothing; ends with 1 where there is a problem."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = examine()
        if options["json"]:
            document = {"service": settings.SERVICE_NAME, "findings": [finding.as_dict() for finding in findings]}
            self.stdout.write(json.dumps(document))
        else:
            for finding in findings:
                self.stdout.write(f"{finding.severity}: {finding.code}: {finding.detail}\n    {finding.fix}")
            if not findings:
                self.stdout.write(f"{settings.SERVICE_NAME}: nothing is wrong.")
        if any(finding.severity == "problem" for finding in findings):
            sys.exit(1)
