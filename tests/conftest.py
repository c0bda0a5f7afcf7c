"""Let the tests of a folder import the modules beside them."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
for folder in ("architecture", "contracts"):
    sys.path.insert(0, str(HERE / folder))
