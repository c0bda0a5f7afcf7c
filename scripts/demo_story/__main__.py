"""Fill an empty desk with a month of history, then tell the story of one ticket."""

from __future__ import annotations

import argparse
import sys

import requests

from demo_story.client import StoryBroken
from demo_story.history import History
from demo_story.places import container_places, native_places, start_containers
from demo_story.story import Story
from native.console import Console, StartError
from native.layout import Layout


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/demo")
    parser.add_argument("--docker", action="store_true", help="through the containers of compose.yaml")
    parser.add_argument("--empty", action="store_true", help="without a history: nothing but the ticket of the story")
    asked = parser.parse_args(arguments)
    layout, console = Layout.discover(), Console()
    story: Story | None = None
    try:
        if asked.docker:
            start_containers(layout.root)
            places = container_places(layout.root)
        else:
            places = native_places(layout)
        if not asked.empty:
            History(places, console, layout).make()
        story = Story(places, console)
        story.tell()
    except StartError as error:
        console.error(error)
        return error.exit_code
    except (StoryBroken, requests.RequestException) as error:
        console.error(StartError(f"the story ends here: {error}"))
        return 1
    except KeyboardInterrupt:
        return 130
    console.line(f"\nDone in {console.elapsed():.0f} s. Sign in and look: {places.frontend}/tickets/{story.number}")
    console.line(f"   {places.admin.email}   {places.admin.password}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
