"""What every command has: the settings, the client, the form of the output, and how errors end the command."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import click

from tts_client.cli.output import plain
from tts_client.cli.settings import Settings, SettingsError, read_settings
from tts_client.client import Client
from tts_client.errors import ApiError

DONE, DIFFERS, USAGE, REFUSED, NOT_ALLOWED, NO_ANSWER, TIMED_OUT = range(7)
EXIT_CODES = """\b
Exit codes:
  0  done
  1  `workflow import --check`, `workflow deploy --check`: something would change;
     `ticket follow --until`: the ticket ended in another state
  2  the command line, a file or the configuration is wrong
  3  refused: what was asked is not valid, not there, or not possible now
  4  not signed in, or not allowed
  5  no answer, or a failure of the server
  6  `ticket follow`: the time is over
"""
Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass
class Context:
    """Made by the command `tts` for the one below it."""

    config: Path | None = None
    url: str = ""
    timeout: float | None = None
    as_json: bool = False
    _close: list[Client] = field(default_factory=list)

    @cached_property
    def settings(self) -> Settings:
        try:
            return read_settings(self.config, url=self.url, timeout=self.timeout)
        except SettingsError as error:
            raise click.UsageError(str(error)) from error

    @cached_property
    def client(self) -> Client:
        settings = self.settings
        if not settings.url:
            raise click.UsageError("No address is set: give --url, TTS_URL, or url in the configuration file.")
        if not settings.url.startswith(("http://", "https://")):
            raise click.UsageError(f"The address must start with https:// or http://, not {settings.url!r}.")
        password = settings.password
        if settings.email and not password and sys.stdin.isatty():
            password = click.prompt(f"Password of {settings.email}", hide_input=True, err=True)
        try:
            client = Client(
                settings.url,
                api_key=settings.api_key,
                token=settings.token,
                email=settings.email,
                password=password,
                services=settings.services,
                timeout=(min(5.0, settings.timeout), settings.timeout),
            )
        except ValueError as error:
            raise click.UsageError(f"{error} They are TTS_API_KEY, TTS_TOKEN, TTS_EMAIL and TTS_PASSWORD.") from error
        if not (settings.api_key or settings.token or settings.email):
            raise click.UsageError("Nobody is set: give TTS_API_KEY, or TTS_EMAIL and TTS_PASSWORD.")
        self._close.append(client)
        return client

    @property
    def is_service(self) -> bool:
        """True for a service with a key: only the help desk takes those."""
        return bool(self.settings.api_key)

    @property
    def person(self) -> Client:
        """The client, for what a service's key can't do."""
        if self.is_service:
            raise click.UsageError("This is for people: set TTS_EMAIL and TTS_PASSWORD instead of a service's key.")
        return self.client

    def close(self) -> None:
        """End the session, so that none is left behind for each call of the command."""
        for client in self._close:
            with contextlib.suppress(ApiError):  # it ends by itself within a day
                client.sign_out()
            client.close()


pass_context = click.make_pass_decorator(Context)


def json_option(command: Command) -> Command:
    """Add `--json` to a command; the context keeps it, for errors as well."""

    def keep(context: click.Context, parameter: click.Parameter, value: bool) -> bool:
        if value:
            context.ensure_object(Context).as_json = True
        return value

    return click.option(
        "--json", "_json", is_flag=True, expose_value=False, callback=keep, help="Print JSON instead of a table."
    )(command)


class Group(click.Group):
    """A group of commands in which what a server refuses ends with its exit code."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except ApiError as error:
            show_error(error, as_json=context.ensure_object(Context).as_json)
            context.exit(exit_code_of(error))


def show_error(error: ApiError, *, as_json: bool) -> None:
    if as_json:
        document = {"status": error.status, "request_id": error.request_id, **(error.document or _envelope(error))}
        click.echo(json.dumps(document, ensure_ascii=False), err=True)
        return
    lines = str(error).splitlines()
    lines += [str(each.get("message", "")) for each in error.document.get("findings", []) if isinstance(each, dict)]
    for line in lines:
        click.echo(f"error: {plain(line)}", err=True)
    if error.status >= 500 and error.request_id:
        click.echo(f"The request is {plain(error.request_id)} in the server's log.", err=True)


def _envelope(error: ApiError) -> dict[str, Any]:
    errors = [{"code": each.code, "detail": each.detail, "attr": each.attr} for each in error.problems]
    return {"type": "client_error" if 0 < error.status < 500 else "server_error", "errors": errors}


def exit_code_of(error: ApiError) -> int:
    if error.status in {401, 403}:
        return NOT_ALLOWED
    if error.status == 0 or error.status >= 500 or error.status == 429:
        return NO_ANSWER
    return REFUSED
