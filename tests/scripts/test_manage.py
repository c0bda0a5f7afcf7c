"""`scripts/manage` runs a service's commands as its processes run."""

from __future__ import annotations

import pytest

from native.console import StartError
from native.layout import Layout
from native.manage import manage


def test_says_what_to_do_where_nothing_was_started(layout: Layout) -> None:
    with pytest.raises(StartError, match="scripts/up"):
        manage(layout, "auth", ["check"])
