"""Let the tests of a folder import the modules beside them, and those of the scripts."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
for folder in (HERE / "architecture", HERE / "contracts", HERE.parent / "scripts"):
    sys.path.insert(0, str(folder))
