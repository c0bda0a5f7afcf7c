"""What validation finds in a definition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One error or warning. `step_id` and `transition_id` are the draft's; `field` names a field of the workflow."""

    severity: str
    code: str
    message: str
    step_id: int | None = None
    transition_id: int | None = None
    field: str | None = None


@dataclass(frozen=True)
class Report:
    """All findings of one definition."""

    errors: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()

    @property
    def is_valid(self) -> bool:
        return not self.errors

    @property
    def lacks_only_roles(self) -> bool:
        """Return whether it would be valid if the roles it names were known."""
        return bool(self.errors) and all(finding.code == "role_unknown" for finding in self.errors)


def error(code: str, message: str, **place: Any) -> Finding:
    return Finding("error", code, message, **place)


def warning(code: str, message: str, **place: Any) -> Finding:
    return Finding("warning", code, message, **place)
