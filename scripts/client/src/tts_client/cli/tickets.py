"""`tts ticket`: file tickets, look at them, work on them."""

from __future__ import annotations

import itertools
import json
import sys
import time
from pathlib import Path
from typing import Any, get_args

import click

from tts_client.api.ticket import StatusChangeOut, TicketPriority, TicketStatus
from tts_client.api.workflow import AvailableTransitionOut, TaskDetailOut
from tts_client.cli.context import DIFFERS, REFUSED, TIMED_OUT, Context, json_option, pass_context
from tts_client.cli.output import plain, print_fields, print_json, print_table
from tts_client.cli.progress import progress
from tts_client.errors import ApiError

STATUSES: tuple[str, ...] = get_args(TicketStatus)
PRIORITIES: tuple[str, ...] = get_args(TicketPriority)
ENDED = frozenset({"resolved", "rejected", "cancelled", "withdrawn"})
COLUMNS = {
    "ticket_number": "NUMBER",
    "status": "STATUS",
    "priority": "PRIORITY",
    "subject": "SUBJECT",
    "requester": "REQUESTER",
    "submitted_at": "SUBMITTED",
}
#: Seconds between two looks at a ticket that is followed: from the first to the second.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 15.0
Field = tuple[str, Any]


@click.group()
def ticket() -> None:
    """File tickets, look at them, work on them."""


class FieldOption(click.ParamType[Field]):
    """`NAME=VALUE`; the value is read as JSON where it is some, else as text."""

    name = "NAME=VALUE"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Field:
        if isinstance(value, tuple):
            return value
        name, sign, text = value.partition("=")
        if not (sign and name):
            self.fail(f"{value!r} is not NAME=VALUE", parameter, context)
        try:
            return name, json.loads(text)
        except json.JSONDecodeError:
            return name, text


@ticket.command()
@click.option("--subject", help="What it is about, in a line.")
@click.option("--category", help="The category by which a workflow is found.")
@click.option("--department", help="The department that is to help.")
@click.option("--sub-category", help="The category below it.")
@click.option("--description", help="The whole story; - reads it from the standard input.")
@click.option("--priority", type=click.Choice(PRIORITIES, case_sensitive=False), help="Medium where it is left out.")
@click.option(
    "--for", "email", metavar="EMAIL", help="The address of the person who asks; a service key must name one."
)
@click.option("--for-id", "user_id", type=int, metavar="ID", help="The number of their account.")
@click.option("--for-name", "full_name", metavar="NAME", help="Their name.")
@click.option("--field", "fields", type=FieldOption(), multiple=True, help="A further field; may be repeated.")
@click.option(
    "--attach",
    "attachments",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A file to go with it; may be repeated.",
)
@click.option("--from", "document", type=click.File(encoding="utf-8"), help="A JSON file with fields; - for the input.")
@click.option("--idempotency-key", metavar="KEY", help="The same key files the ticket once, however often it is run.")
@json_option
@pass_context
def create(context: Context, /, document: Any, **options: Any) -> None:
    """File a ticket and print its number.

    \b
    tts ticket create --subject "Screen flickers" --category "IT Support" \\
        --department "IT Department" --for noor.haddad@example.com --attach screen.png
    """
    body = _read_document(document) | _body(**{k: v for k, v in options.items() if k not in BESIDE_THE_BODY})
    if missing := [f"--{name}" for name in ("subject", "category", "department") if not body.get(name)]:
        raise click.UsageError(f"Give {', '.join(missing)}.")
    files = list(options["attachments"])
    with progress(f"Sending {len(files)} file(s)…" if files else "Filing the ticket…"):
        filed = context.client.ticket.tickets_create(
            body,  # type: ignore[arg-type]
            attachments=files or None,
            idempotency_key=options["idempotency_key"],
        )
    if context.as_json:
        print_json(filed)
    else:
        click.echo(filed["ticket_number"])


BESIDE_THE_BODY = ("attachments", "idempotency_key")


def _read_document(file: Any) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        document = json.load(file)
    except ValueError as error:
        raise click.UsageError(f"{file.name} is no JSON: {error}") from error
    if not isinstance(document, dict):
        raise click.UsageError(f"{file.name} must hold an object.")
    return document


def _body(
    *,
    description: str | None,
    email: str | None,
    user_id: int | None,
    full_name: str | None,
    fields: list[Field],
    **texts: Any,
) -> dict[str, Any]:
    body = {name: value for name, value in texts.items() if value is not None}
    if description is not None:
        body["description"] = sys.stdin.read() if description == "-" else description
    employee = {"email": email, "id": user_id, "name": full_name}
    if any(employee.values()):
        body["employee"] = {name: value for name, value in employee.items() if value}
    if fields:
        body["dynamic_data"] = dict(fields)
    return body


@ticket.command("list")
@click.option("--status", type=click.Choice(STATUSES), multiple=True, help="May be repeated.")
@click.option("--priority", type=click.Choice(PRIORITIES, case_sensitive=False), multiple=True, help="May be repeated.")
@click.option("--category", help="Tickets of this category.")
@click.option("--department", help="Tickets of this department.")
@click.option("--search", help="Words in number, subject, description or name.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="At most so many.")
@click.option("--all", "everything", is_flag=True, help="All of them, whatever the limit.")
@json_option
@pass_context
def list_tickets(
    context: Context,
    /,
    status: Any,
    priority: Any,
    category: str | None,
    department: str | None,
    search: str | None,
    limit: int,
    everything: bool,
) -> None:
    """List the help desk's tickets, newest first."""
    pages = context.client.ticket.tickets_list(
        status=list(status) or None,
        priority=list(priority) or None,
        category=category,
        department=department,
        search=search,
        page_size=None if everything else min(limit, 100),
    )
    rows: list[dict[str, Any]] = []
    with progress("Fetching tickets…") as shown:
        for row in pages if everything else itertools.islice(pages, limit):
            rows.append(dict(row))
            if len(rows) % 100 == 0:
                shown.say(f"Fetched {len(rows)} of {pages.count}…")
    if context.as_json:
        print_json(rows)
        return
    print_table(
        [row | {"requester": row["employee"].get("name") or row["employee"].get("email")} for row in rows], COLUMNS
    )
    if len(rows) < pages.count:
        click.echo(f"{len(rows)} of {pages.count}; --limit or --all shows more.", err=True)


@ticket.command()
@click.argument("number")
@json_option
@pass_context
def show(context: Context, number: str) -> None:
    """Show a ticket, how it came to its status, and for people where it stands in the workflow."""
    found: dict[str, Any] = dict(context.client.ticket.tickets_retrieve(number))
    history = list(context.client.ticket.tickets_status_history_list(number))
    task = None if context.is_service else _task_if_any(context, number)
    if context.as_json:
        print_json(found | {"history": history, "task": task})
        return
    employee = found.pop("employee")
    print_fields(
        [
            *((name.replace("_", " "), found.get(name)) for name in SHOWN),
            ("requester", " ".join(filter(None, (employee.get("name"), employee.get("email"))))),
            ("files", "\n".join(f"{each['file_name']} ({each['size']} bytes)" for each in found["attachments"])),
        ]
    )
    if task:
        click.echo()
        _print_task(task)
    click.echo()
    for change in history:
        _print_change(change)


SHOWN = (
    "ticket_number",
    "subject",
    "status",
    "status_detail",
    "priority",
    "category",
    "sub_category",
    "department",
    "submitted_at",
    "updated_at",
    "asset_name",
    "serial_number",
    "location",
    "expected_return_date",
    "requested_budget",
    "dynamic_data",
    "description",
)


@ticket.command()
@click.argument("number")
@click.argument("transition", required=False)
@click.option("--comment", "-m", help="What is said with it; some transitions ask for it.")
@json_option
@pass_context
def act(context: Context, number: str, transition: str | None, comment: str | None) -> None:
    """Perform a transition on a ticket's task, by its name or id. Without one, list those that you may perform.

    \b
    tts ticket act TX20261202000017
    tts ticket act TX20261202000017 "Ask for approval" -m "New battery, 90 euros"
    """
    task = _task(context, number)
    if transition is None:
        _print_transitions(context, task)
        return
    chosen = _chosen(task, transition)
    if chosen["requires_comment"] and not (comment or "").strip():
        raise click.UsageError(f"{chosen['name']} asks for a comment: --comment TEXT.")
    body: Any = {"task_id": task["id"], "transition_id": chosen["id"], "expected_version": task["version"]}
    with progress(f"{chosen['name']}…"):
        task = context.person.workflow.transitions_create(body | ({"comment": comment} if comment else {}))
    if context.as_json:
        print_json(task)
    else:
        _print_task(task)


@ticket.command()
@click.argument("number")
@click.argument("text")
@click.option("--internal", is_flag=True, help="For those who work on it alone, not for the requester.")
@click.option(
    "--at-help-desk", is_flag=True, help="As the requester or the help desk's staff, where the ticket was filed."
)
@json_option
@pass_context
def comment(context: Context, /, number: str, text: str, internal: bool, at_help_desk: bool) -> None:
    """Say something on a ticket. TEXT - reads it from the standard input."""
    if internal and at_help_desk:
        raise click.UsageError("What is said at the help desk is never internal.")
    said = sys.stdin.read().rstrip() if text == "-" else text
    written: Any
    if at_help_desk:
        written = context.person.ticket.tickets_comments_create(number, {"text": said})
    else:
        visibility: Any = "internal" if internal else "public"
        written = context.person.messaging.comments_create(
            {"ticket_id": number, "text": said, "visibility": visibility}
        )
    if context.as_json:
        print_json(written)
    else:
        click.echo(f"Comment {written['id']} is on {number}.")


@ticket.command()
@click.argument("number")
@click.option("--until", type=click.Choice(STATUSES), help="Wait for this status; else for the end of the ticket.")
@click.option("--for", "seconds", type=click.FloatRange(0, min_open=True), metavar="SECONDS", help="Wait no longer.")
@json_option
@pass_context
def follow(context: Context, number: str, until: str | None, seconds: float | None) -> None:
    """Print each status of a ticket as it comes, until it has ended."""
    ends = None if seconds is None else time.monotonic() + seconds
    seen: set[int] = set()
    pause = FIRST_PAUSE
    for look in itertools.count():
        # The ticket first: what it says is then in the history that is read after it, and printed before the end.
        status = context.client.ticket.tickets_retrieve(number).get("status", "")
        new = [each for each in context.client.ticket.tickets_status_history_list(number) if each["id"] not in seen]
        for change in new:
            seen.add(change["id"])
            if context.as_json:
                click.echo(json.dumps(change, ensure_ascii=False))
            else:
                _print_change(change)
        # A status may come and go between two looks. What was before the first one does not count.
        passed = {change["new_status"] for change in new if change.get("is_applied", True)} if look else set()
        if status == until or until in passed or (until is None and status in ENDED):
            return
        if status in ENDED:
            raise click.exceptions.Exit(DIFFERS)
        pause = FIRST_PAUSE if new else min(LONGEST_PAUSE, pause * 1.5)
        left = None if ends is None else ends - time.monotonic()
        if left is not None and left <= 0:
            click.echo(f"error: {number} is {status} after {seconds:g} seconds.", err=True)
            raise click.exceptions.Exit(TIMED_OUT)
        with progress(f"{number} is {status}…"):
            time.sleep(pause if left is None else min(pause, left))


def _task(context: Context, number: str) -> TaskDetailOut:
    task = context.person.workflow.tickets_retrieve(number)["task"]
    if task is None:
        click.echo(f"error: {number} has no task: no workflow has taken it.", err=True)
        raise click.exceptions.Exit(REFUSED)
    return context.person.workflow.tasks_retrieve(task["id"])


def _task_if_any(context: Context, number: str) -> TaskDetailOut | None:
    """Return the task to those who may see it; a requester sees the ticket alone."""
    try:
        task = context.person.workflow.tickets_retrieve(number)["task"]
        return context.person.workflow.tasks_retrieve(task["id"]) if task else None
    except ApiError as error:
        if error.status in {403, 404}:
            return None
        raise


def _chosen(task: TaskDetailOut, wanted: str) -> AvailableTransitionOut:
    offered = task["available_transitions"]
    found = [each for each in offered if wanted == str(each["id"])]
    found = found or [each for each in offered if each["name"].casefold() == wanted.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        raise click.UsageError(
            f"Several transitions are called {wanted}: {', '.join(str(each['id']) for each in found)}."
        )
    names = ", ".join(each["name"] for each in offered)
    offer = f"You may perform: {names}." if names else "There is none that you may perform."
    raise click.UsageError(f"{wanted} is no transition from here. {offer}")


def _print_transitions(context: Context, task: TaskDetailOut) -> None:
    offered = task["available_transitions"]
    if context.as_json:
        print_json(offered)
        return
    rows = [
        {"id": each["id"], "name": each["name"], "to": each["to_step"]["name"], "comment": each["requires_comment"]}
        for each in offered
    ]
    print_table(rows, {"id": "ID", "name": "TRANSITION", "to": "TO", "comment": "ASKS FOR A COMMENT"})


def _print_task(task: TaskDetailOut) -> None:
    step, assignee, clock = task["current_step"], task["assignee"], task["sla"]
    print_fields(
        [
            ("workflow", f"{task['workflow']['name']}, version {task['workflow_version']}"),
            ("task", task["status"].replace("_", " ")),
            ("step", step["name"] if step else ""),
            ("assignee", assignee["full_name"] if assignee else ""),
            ("due", clock["due_at"] if clock else ""),
            ("transitions", ", ".join(each["name"] for each in task["available_transitions"])),
        ]
    )


def _print_change(change: StatusChangeOut) -> None:
    late = "" if change.get("is_applied", True) else "  (came too late)"
    detail = f"  {plain(change['detail'])}" if change.get("detail") else ""
    click.echo(f"{plain(change['occurred_at'])}  {change['new_status']}{detail}{late}")
