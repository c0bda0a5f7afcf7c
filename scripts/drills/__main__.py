"""Run one drill and say how it went."""

from __future__ import annotations

import argparse
import sys

from demo_story.client import StoryBroken
from drills.production import rehearse
from native.console import Console, StartError
from native.layout import Layout


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/drill")
    parser.add_argument("name", choices=["production"])
    parser.add_argument("--keep", action="store_true", help="leave the containers running")
    asked = parser.parse_args(arguments)
    console = Console()
    try:
        return 0 if rehearse(Layout.discover().root, console, keep=asked.keep) else 1
    except StartError as error:
        console.error(error)
        return error.exit_code
    except StoryBroken as error:
        console.error(StartError(f"the story ends here: {error}"))
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
