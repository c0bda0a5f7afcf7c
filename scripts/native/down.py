"""Stop everything that `up` started, and on demand remove its data."""

from __future__ import annotations

import shutil
from pathlib import Path

from native.console import Console
from native.layout import Layout
from native.supervision import Supervisor, end_leftovers
from native.up import only_one


def down(layout: Layout, console: Console, *, wipe: bool = False) -> None:
    """Stop the applications first, then the servers, so that nothing is cut off in the middle."""
    with only_one(layout):
        supervisor = Supervisor(layout)
        if supervisor.is_alive():
            supervisor.end_in_order(console)
        end_leftovers(layout)
        if wipe:
            wipe_data(layout)
            console.step(f"Stopped; {layout.shown(layout.run)} is empty again")
        else:
            console.step(f"Stopped; data and logs stay in {layout.shown(layout.run)}")


def wipe_data(layout: Layout) -> None:
    """Remove the run directory's content, and the database's folder where that had to lie elsewhere."""
    postgres = layout.run / "postgres"
    if postgres.is_symlink():
        target = postgres.resolve()
        if target.parent.parent == Path("/var/lib") and target.parent.name.startswith("ticket-tracking-"):
            shutil.rmtree(target.parent, ignore_errors=True)
    for entry in layout.run.iterdir():
        if entry == layout.lock_file:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
