"""`tts workflow`: workflows as files, and their deployment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tts_client.api.workflow import FindingOut, WorkflowOut
from tts_client.cli.context import DIFFERS, REFUSED, Context, json_option, pass_context
from tts_client.cli.output import plain, print_json, print_table
from tts_client.cli.progress import progress

COLUMNS = {
    "id": "ID",
    "name": "NAME",
    "status": "STATUS",
    "current_version": "VERSION",
    "has_undeployed_changes": "CHANGED",
    "running_tasks": "TASKS",
}


@click.group()
def workflow() -> None:
    """Workflows as files, and their deployment. For administrators."""


@workflow.command("list")
@click.option("--search", help="Words in the name.")
@json_option
@pass_context
def list_workflows(context: Context, search: str | None) -> None:
    """List the workflows."""
    rows = list(context.person.workflow.workflows_list(search=search))
    if context.as_json:
        print_json(rows)
    else:
        print_table(rows, COLUMNS)


@workflow.command()
@click.argument("name")
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="The file to write; else it is printed."
)
@pass_context
def export(context: Context, name: str, output: Path | None) -> None:
    """Write the draft of a workflow as a file."""
    document = context.person.workflow.workflows_export_retrieve(_found(context, name)["id"])
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"{output}: {error.strerror}") from error


@workflow.command("import")
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--check", is_flag=True, help="Change nothing: exit with 1 where the file differs from the draft.")
@click.option("--deploy", is_flag=True, help="Deploy the draft as well, where it differs from what is live.")
@click.option("--reason", default="", help="Why; kept with the version. --deploy needs it.")
@click.option("--edit-version", type=int, help="Refuse where the draft is not at this edit version any more.")
@json_option
@pass_context
def import_file(context: Context, file: Any, check: bool, deploy: bool, reason: str, edit_version: int | None) -> None:
    """Make a workflow's draft what a file says, and print the difference.

    The file updates the workflow of its name, or creates it. FILE - is the standard input.
    """
    if check and deploy:
        raise click.UsageError("--check changes nothing: leave --deploy out.")
    if deploy and not reason.strip():
        raise click.UsageError("--deploy needs --reason.")
    try:
        document = json.load(file)
    except ValueError as error:
        raise click.UsageError(f"{file.name} is no JSON: {error}") from error
    with progress("Comparing the file with the draft…"):
        outcome = context.person.workflow.workflows_import_preview_create({"document": document})
    if not context.as_json:
        click.echo(plain(outcome["diff"], lines=True), nl=False)
    if check:
        if context.as_json:
            print_json(outcome)
        elif outcome["effect"] == "none":
            click.echo(f"{outcome['name']}: the file says the same as the draft.")
        raise click.exceptions.Exit(0 if outcome["effect"] == "none" else DIFFERS)
    with progress("Importing and deploying…" if deploy else "Importing…"):
        applied = context.person.workflow.workflows_import_apply_create(
            {
                "document": document,
                "edit_version": outcome["edit_version"] if edit_version is None else edit_version,
                "deploy": deploy,
                "reason": reason.strip(),
            }
        )
    if context.as_json:
        print_json(applied)
        return
    done = {"create": "created", "update": "updated", "none": "not changed"}[applied["effect"]]
    deployed = f", deployed as version {applied['version']}" if applied["version"] else ""
    click.echo(f"{applied['name']}: {done}{deployed}.")


@workflow.command()
@click.argument("name")
@click.option("--reason", default="", help="Why; kept with the version.")
@click.option("--check", is_flag=True, help="Change nothing: exit with 1 where there is something to deploy.")
@json_option
@pass_context
def deploy(context: Context, name: str, reason: str, check: bool) -> None:
    """Put a workflow's draft live. Running tasks stay on their version."""
    if not check and not reason.strip():
        raise click.UsageError("Give --reason.")
    api = context.person.workflow
    found = _found(context, name)
    with progress("Checking the draft…"):
        preview = api.workflows_deploy_preview_retrieve(found["id"])
    if not context.as_json:
        _show_findings([*preview["report"]["errors"], *preview["report"]["warnings"]])
    if check:
        if context.as_json:
            print_json(preview)
        elif not preview["has_changes"]:
            click.echo(f"{found['name']}: version {preview['live_version']} is live; there is nothing to deploy.")
        else:
            click.echo(f"{found['name']}: version {preview['next_version']} would be deployed.")
        raise click.exceptions.Exit(DIFFERS if preview["has_changes"] else 0)
    with progress(f"Deploying version {preview['next_version']}…"):
        if "deploy" not in preview["legal_moves"] and "initialize" in preview["legal_moves"]:
            # A draft that was never live is declared valid first.
            api.workflows_initialize_create(found["id"], {"edit_version": found["edit_version"]})
        deployed = api.workflows_deploy_create(
            found["id"], {"edit_version": found["edit_version"], "reason": reason.strip()}
        )
    if context.as_json:
        print_json(deployed)
    else:
        click.echo(f"{deployed['name']}: version {deployed['current_version']} is live.")


def _found(context: Context, name: str) -> WorkflowOut:
    """Return the workflow of this name, in any case."""
    wanted = name.strip().casefold()
    for row in context.person.workflow.workflows_list(search=name.strip()):
        if row["name"].casefold() == wanted:
            return row
    click.echo(f"error: There is no workflow {name}.", err=True)
    raise click.exceptions.Exit(REFUSED)


def _show_findings(findings: list[FindingOut]) -> None:
    for finding in findings:
        click.echo(f"{finding['severity']}: {plain(finding['message'])}", err=True)
