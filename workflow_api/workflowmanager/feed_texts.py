"""What calendar feeds say, by language. Names of workflows and steps, and subjects, stay as they were written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ENGLISH = {
    "name": "Tickets: {name}",
    "ticket_deadline": "Deadline of the ticket",
    "step_deadline": "Deadline of the step {step}",
    "workflow": "Workflow: {name}",
    "priority": "Priority: {name}",
    "priority_low": "Low",
    "priority_medium": "Medium",
    "priority_high": "High",
    "priority_urgent": "Urgent",
    "away": "Away",
    "away_open": "Away until further notice",
    "reminder": "Reminder: {ticket} {subject}",
    "category_deadline": "Deadline",
    "category_away": "Away",
    "category_reminder": "Reminder",
}
GERMAN = {
    "name": "Tickets: {name}",
    "ticket_deadline": "Frist des Tickets",
    "step_deadline": "Frist des Schritts {step}",
    "workflow": "Workflow: {name}",
    "priority": "Priorität: {name}",
    "priority_low": "Niedrig",
    "priority_medium": "Mittel",
    "priority_high": "Hoch",
    "priority_urgent": "Dringend",
    "away": "Abwesend",
    "away_open": "Bis auf Weiteres abwesend",
    "reminder": "Erinnerung: {ticket} {subject}",
    "category_deadline": "Frist",
    "category_away": "Abwesenheit",
    "category_reminder": "Erinnerung",
}
CATALOGUES = {"en": ENGLISH, "de": GERMAN}


@dataclass(frozen=True)
class FeedTexts:
    """The texts of one language; English for a language that there is none of."""

    language: str

    @classmethod
    def of(cls, language: str) -> FeedTexts:
        return cls(language if language in CATALOGUES else "en")

    def __call__(self, key: str, **params: Any) -> str:
        return CATALOGUES[self.language][key].format(**params)
