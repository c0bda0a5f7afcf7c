"""`manage.py workflow`: workflows as files, for a repository and its pipeline."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rest_framework.exceptions import ValidationError

from audit.actor import Actor, PlainActor
from role.models import Person
from ticketing_common.errors import Refusal
from workflow import files
from workflow.documents import WorkflowDocument
from workflow.files import Outcome
from workflow.models import Workflow
from workflow.transfer import export_workflow, file_text

DIFFERS, REFUSED = 1, 2


class Command(BaseCommand):
    help = "Export a workflow as a file, or make its draft what a file says."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, parser_class=argparse.ArgumentParser)
        export = acts.add_parser("export", help="Write the draft of a workflow as a file.")
        export.add_argument("name")
        export.add_argument("--output", type=Path, help="The file to write; else it is printed.")
        given = acts.add_parser(
            "import",
            help="Update the workflow of the file's name, or create it. The diff is printed.",
            epilog=f"Exit codes: 0 done or no difference; {DIFFERS} with --check: the file differs; {REFUSED} refused.",
        )
        given.add_argument("file", type=Path, help="The file, or - for the standard input.")
        given.add_argument("--check", action="store_true", help="Change nothing: exit with 1 where the file differs.")
        given.add_argument("--deploy", action="store_true", help="Deploy the draft as well; with --actor and --reason.")
        given.add_argument("--edit-version", type=int, help="Refuse when the draft is not at this edit version.")
        given.add_argument("--actor", metavar="EMAIL", help="On whose behalf; kept in the audit trail.")
        given.add_argument("--reason", default="", help="Why; kept in the audit trail and with a deployed version.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["act"] == "export":
                self._export(options["name"], options["output"])
            else:
                self._import(options)
        except Refusal as refusal:
            lines = [f"{refusal.code}: {refusal.detail}"]
            lines += [str(finding["message"]) for finding in refusal.extra.get("findings", [])]
            raise CommandError("\n".join(lines), returncode=REFUSED) from refusal
        except ValidationError as problem:
            raise CommandError("\n".join(_lines(problem.detail)), returncode=REFUSED) from problem
        except (OSError, ValueError) as problem:
            raise CommandError(str(problem), returncode=REFUSED) from problem

    def _export(self, name: str, output: Path | None) -> None:
        found = Workflow.objects.filter(name__iexact=name.strip()).first()
        if found is None:
            raise CommandError(f"There is no workflow {name}.", returncode=REFUSED)
        text = file_text(export_workflow(workflow_id=found.pk))
        if output is None:
            self.stdout.write(text, ending="")
        else:
            _there(output).write_text(text, encoding="utf-8")

    def _import(self, options: dict[str, Any]) -> None:
        if options["check"] and options["deploy"]:
            raise CommandError("--check changes nothing: leave --deploy out.", returncode=REFUSED)
        if options["deploy"] and not (options["actor"] and options["reason"].strip()):
            raise CommandError("--deploy needs --actor and --reason.", returncode=REFUSED)
        actor, now = _actor(options["actor"]), timezone.now()
        given = WorkflowDocument(data=_read(options["file"]))
        given.is_valid(raise_exception=True)
        document = given.validated_data
        outcome = files.preview(document=document, actor=actor, now=now)
        self.stdout.write(outcome.diff, ending="")
        if options["check"]:
            if outcome.effect != "none":
                raise CommandError(f"The file differs from the draft of {outcome.name}.", returncode=DIFFERS)
            self.stdout.write(f"{outcome.name}: the file says the same as the draft.")
            return
        applied = files.apply(
            document=document,
            edit_version=outcome.edit_version if options["edit_version"] is None else options["edit_version"],
            actor=actor,
            now=now,
            deploy=options["deploy"],
            reason=options["reason"].strip(),
        )
        self.stdout.write(_said(applied))


def _said(applied: Outcome) -> str:
    done = {"create": "created", "update": "updated", "none": "not changed"}[applied.effect]
    deployed = f", deployed as version {applied.version}" if applied.version else ""
    return f"{applied.name}: {done}{deployed}."


def _there(path: Path) -> Path:
    """Return the path from where the person stands: `scripts/manage` runs this in the folder of the service."""
    return Path(os.environ.get("CALLED_FROM", "")) / path


def _read(path: Path) -> Any:
    text = sys.stdin.read() if str(path) == "-" else _there(path).read_text(encoding="utf-8")
    try:
        return json.loads(text)
    except json.JSONDecodeError as problem:
        raise ValueError(f"{path} is no JSON: {problem}") from problem


def _actor(email: str | None) -> Actor | None:
    if email is None:
        return None
    person = Person.objects.filter(email__iexact=email, is_active=True).first()
    if person is None:
        raise CommandError(f"Nobody here who is active has the address {email}.", returncode=REFUSED)
    return PlainActor(person.user_id, person.full_name)


def _lines(detail: Any, where: str = "") -> list[str]:
    """Return each error of a file on a line of its own, with the place in the file."""
    parts: Iterable[tuple[Any, Any]]
    if isinstance(detail, dict):
        parts = detail.items()
    elif isinstance(detail, list) and any(isinstance(item, (dict, list)) for item in detail):
        parts = enumerate(detail)
    else:
        texts = detail if isinstance(detail, list) else [detail]
        return [f"{where}: {text}" for text in texts]
    return [line for key, value in parts for line in _lines(value, f"{where}.{key}" if where else str(key))]
