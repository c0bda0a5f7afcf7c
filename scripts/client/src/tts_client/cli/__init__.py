"""The command `tts`."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from tts_client.cli.context import EXIT_CODES, Context, Group
from tts_client.cli.tickets import ticket
from tts_client.cli.workflows import workflow
from tts_client.version import VERSION

SHELLS = ("bash", "zsh", "fish")
HELP = "Work with tickets and workflows of the Ticket Tracking System."
EPILOG = f"""\
\b
Configuration, the first that is set counts:
  options       --url, --timeout
  environment   TTS_URL, TTS_API_KEY or TTS_TOKEN or TTS_EMAIL and
                TTS_PASSWORD, TTS_TIMEOUT, TTS_CONFIG
  file          ~/.config/tts/config.toml, with url, api_key, token, email,
                password, timeout

{EXIT_CODES}"""


@click.group(
    cls=Group,
    help=HELP,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--url", metavar="URL", help="The address that the browser shows, such as https://tickets.example.com.")
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The configuration file, instead of the usual one.",
)
@click.option("--timeout", type=float, metavar="SECONDS", help="The longest wait for an answer (30).")
@click.version_option(VERSION, prog_name="tts")
@click.pass_context
def tts(context: click.Context, url: str | None, config: Path | None, timeout: float | None) -> None:
    found = context.ensure_object(Context)
    found.url, found.config, found.timeout = url or "", config, timeout
    context.call_on_close(found.close)


@tts.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the completion for a shell.

    \b
    bash:  eval "$(tts completion bash)"   in ~/.bashrc
    zsh:   eval "$(tts completion zsh)"    in ~/.zshrc
    fish:  tts completion fish > ~/.config/fish/completions/tts.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(tts, {}, "tts", "_TTS_COMPLETE").source())


tts.add_command(ticket)
tts.add_command(workflow)


def main() -> None:
    """Run the command; what it says to a terminal that has gone away is dropped."""
    try:
        tts(prog_name="tts")
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
