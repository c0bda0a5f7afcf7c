"""The types of notifications: what each may say, and the templates that ship with the product.

Templates are plain: text and `{{ variable }}`, nothing else. Facts that may be absent go into `details`, which lists
those that are there, so that no sentence is ever left with a hole in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from notifications.texts import TRANSLATIONS, phrase

PRODUCT = "Ticket Tracking"


@dataclass(frozen=True)
class Variable:
    """Something a template may use. A required one must be in the message and in the template."""

    name: str
    description: str
    sample: str
    is_required: bool = False
    is_secret: bool = False


@dataclass(frozen=True)
class NotificationType:
    """One type of kind.

    `details` are context fields with their labels. Security types can't be switched off; urgent ones wait neither
    for a digest nor for the end of quiet hours. One `to_requester` goes to who sent a ticket by mail, who has no
    account and no choices.
    """

    name: str
    label: str
    subject: str
    sentence: str
    inapp: str = ""
    closing: str = ""
    button: str = ""
    path: str = "/"
    details: tuple[tuple[str, str], ...] = ()
    extra: tuple[Variable, ...] = ()
    is_about_ticket: bool = False
    is_security: bool = False
    is_urgent: bool = False
    language: str = "en"
    is_to_requester: bool = False

    @property
    def variables(self) -> tuple[Variable, ...]:
        named = tuple(
            Variable(name, phrase(self.language, "detail_variable", label=label), self._word(SAMPLES.get(name, label)))
            for name, label in self.details
        )
        shared = (*SHARED, *(TICKET if self.is_about_ticket else ()))
        everything = (*map(self._translated, shared), *named, *map(self._translated, self.extra))
        return tuple({variable.name: variable for variable in everything}.values())  # the last of a name counts

    def _translated(self, variable: Variable) -> Variable:
        return replace(variable, description=self._word(variable.description), sample=self._word(variable.sample))

    def _word(self, english: str) -> str:
        """Return the label, description or sample in the type's language; names and numbers are the same in all."""
        return TRANSLATIONS[self.language].words.get(english, english) if self.language in TRANSLATIONS else english

    @property
    def is_prompt(self) -> bool:
        """True for what waits for nothing."""
        return self.is_security or self.is_urgent

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(variable.name for variable in self.variables if variable.is_required)

    @property
    def secret(self) -> tuple[str, ...]:
        return tuple(variable.name for variable in self.variables if variable.is_secret)

    @property
    def body_text(self) -> str:
        parts = ["{{ greeting }}", self.sentence, "{{ details }}"]
        parts += [f"{self.button}:\n{{{{ link }}}}"] if self.button else []
        parts += [self.closing] if self.closing else []
        return "\n\n".join(parts) + "\n"

    @property
    def body_html(self) -> str:
        look = ' style="white-space: pre-line"' if self.is_to_requester else ""
        parts = ["<p>{{ greeting }}</p>", f"<p{look}>{self.sentence}</p>", "{{ details }}"]
        if self.button:
            parts.append(f'<p><a class="button" href="{{{{ link }}}}">{self.button}</a></p>')
        parts += [f'<p class="quiet">{self.closing}</p>'] if self.closing else []
        return "\n".join(parts) + "\n"

    @property
    def inapp_message(self) -> str:
        return self.inapp or self.sentence


SHARED = (
    Variable("greeting", "“Hello Amara,” or “Hello,” for people not known by name", "Hello Amara,"),
    Variable("recipient_name", "The full name of the person addressed", "Amara Okafor"),
    Variable("product", "The name of this product", PRODUCT),
    Variable("link", "Where the button leads", "https://desk.example.com/"),
    Variable("details", "The facts that came with the event, one a line", "Role: IT Lead"),
    Variable("preferences_link", "Where people choose what they get", "https://desk.example.com/profile"),
)
TICKET = (
    Variable("link", "Where the button leads", "https://desk.example.com/tickets/TX20260302000018"),
    Variable("ticket", "The ticket's number and subject", "TX20260302000018 “Access to the finance share”"),
    Variable("ticket_number", "The ticket's number", "TX20260302000018"),
    Variable("task_title", "The ticket's subject", "Access to the finance share"),
)
SAMPLES = {
    "role_name": "IT Lead",
    "step_name": "Approve",
    "workflow_name": "Access Request",
    "actor_name": "Kenji Mori",
    "from_name": "Kenji Mori",
    "to_name": "Amara Okafor",
    "reason": "On leave from tomorrow.",
    "comment": "Please name the folder.",
    "due_at": "2 March 2026, 16:00 UTC",
    "priority": "High",
    "file_names": "plan.pdf",
    "excerpt": "Can you check the share's owner?",
    "target": "Asset management",
    "error": "No answer within 30 seconds.",
    "attempts": "5",
    "ip_address": "203.0.113.7",
    "device": "Firefox on Linux",
    "location": "Lisbon",
    "occurred_at": "2 March 2026, 08:15 UTC",
    "locked_until": "2 March 2026, 08:30 UTC",
    "changes": "Your mail address was changed.",
    "expires_at": "2 March 2026, 08:45 UTC",
    "invited_by": "Ada Admin",
    "message": "The service will be away on Sunday from 06:00 to 07:00 UTC.",
}

OPEN = "Open the ticket"
STEP = (("step_name", "Step"), ("role_name", "Role"), ("workflow_name", "Workflow"))
HANDS = (("from_name", "From"), ("to_name", "To"), ("actor_name", "By"), ("reason", "Reason"))
CLOCK = (("priority", "Priority"), ("due_at", "Due"))
SIGN_IN = (("occurred_at", "When"), ("ip_address", "Address"), ("device", "Device"), ("location", "Place"))
NOT_YOU = "If this was not you, change your password now and tell an administrator."

TYPES: dict[str, NotificationType] = {
    kind.name: kind
    for kind in (
        NotificationType(
            "task_assignment",
            "A task is assigned to me",
            subject="New task: {{ ticket }}",
            sentence="{{ ticket }} is now yours to work on.",
            button=OPEN,
            details=STEP + CLOCK,
            is_about_ticket=True,
        ),
        NotificationType(
            "task_transferred",
            "A task is transferred",
            subject="Transferred: {{ ticket }}",
            sentence="{{ ticket }} has changed hands.",
            button=OPEN,
            details=(
                ("from_name", "From"),
                ("to_name", "To"),
                ("actor_name", "By"),
                ("reason", "Reason"),
                *STEP,
                *CLOCK,
            ),
            is_about_ticket=True,
        ),
        NotificationType(
            "task_escalated",
            "A task is escalated",
            subject="Escalated: {{ ticket }}",
            sentence="{{ ticket }} has been escalated and needs attention.",
            button=OPEN,
            details=(
                ("from_name", "From"),
                ("to_name", "To"),
                ("actor_name", "By"),
                ("reason", "Reason"),
                *STEP,
                *CLOCK,
            ),
            is_about_ticket=True,
        ),
        NotificationType(
            "sla_at_risk",
            "A deadline comes close",
            subject="Deadline close: {{ ticket }}",
            sentence="Most of the time allowed for {{ ticket }} is used up.",
            button=OPEN,
            details=(*CLOCK, *STEP),
            is_about_ticket=True,
        ),
        NotificationType(
            "sla_breached",
            "A deadline has passed",
            subject="Deadline missed: {{ ticket }}",
            sentence="{{ ticket }} was not finished within the time allowed.",
            button=OPEN,
            details=(*CLOCK, *STEP),
            is_about_ticket=True,
            is_urgent=True,
        ),
        NotificationType(
            "task_returned",
            "A task comes back to me",
            subject="Returned: {{ ticket }}",
            sentence="{{ ticket }} was sent back and needs another look.",
            button=OPEN,
            details=(("actor_name", "By"), ("comment", "Comment"), ("reason", "Reason"), *STEP, *CLOCK),
            is_about_ticket=True,
        ),
        NotificationType(
            "approval_requested",
            "My approval is asked for",
            subject="Approval needed: {{ ticket }}",
            sentence="{{ ticket }} waits for your decision.",
            button="Read and decide",
            details=(("actor_name", "Sent by"), *STEP, *CLOCK),
            is_about_ticket=True,
        ),
        NotificationType(
            "handoff_failed",
            "A hand-off to another system fails",
            subject="Hand-off failed: {{ ticket }}",
            sentence="{{ ticket }} could not be handed over. It stays open until the hand-off works or is waived.",
            button=OPEN,
            details=(("target", "System"), ("attempts", "Tries so far"), ("error", "Last error"), *STEP),
            is_about_ticket=True,
        ),
        NotificationType(
            "mention",
            "Somebody mentions me",
            subject="You were mentioned on {{ ticket }}",
            sentence="Somebody mentioned you in the conversation on {{ ticket }}.",
            button="Read and answer",
            details=(("actor_name", "By"), ("excerpt", "They wrote")),
            is_about_ticket=True,
        ),
        NotificationType(
            "requester_reply",
            "The help desk's side replies on my ticket",
            subject="Reply on {{ ticket }}",
            sentence="There is a reply from the help desk on {{ ticket }}.",
            button="Read and answer",
            details=(("actor_name", "From"), ("excerpt", "They wrote")),
            is_about_ticket=True,
        ),
        NotificationType(
            "ticket_answer",
            "Answers to tickets that came by mail",
            subject="Re: {{ task_title }}",
            sentence="{{ message }}",
            closing="This is about your request “{{ task_title }}”, number {{ ticket_number }}.",
            details=(("file_names", "Files"),),
            extra=(
                Variable("task_title", "The subject of the requester's mail", "Access to the finance share", True),
                Variable(
                    "message",
                    "The answer, the question, or what has become of the ticket",
                    "Kenji Mori:\n\nWhich folder do you need?",
                    True,
                ),
            ),
            is_about_ticket=True,
            is_to_requester=True,
        ),
        NotificationType(
            "password_reset",
            "Password reset",
            subject="Reset your password",
            sentence="Somebody, most likely you, asked to set a new password for your account.",
            button="Set a new password",
            closing="The link works once. If you did not ask for it, ignore this mail: your password stays as it is.",
            details=(("expires_at", "Valid until"), ("ip_address", "Asked from")),
            extra=(Variable("link", "The single-use link", "https://desk.example.com/reset/…", True, True),),
            is_security=True,
        ),
        NotificationType(
            "login_alert",
            "Sign-in from a new device",
            subject="New sign-in to your account",
            sentence="Your account was used to sign in from a device or place not seen before.",
            closing=NOT_YOU,
            button="See your sessions",
            path="/profile",
            details=SIGN_IN,
            is_security=True,
        ),
        NotificationType(
            "failed_login",
            "Failed sign-ins",
            subject="Failed attempts to sign in to your account",
            sentence="Somebody tried to sign in to your account and failed.",
            closing=NOT_YOU,
            details=(("attempts", "Attempts"), *SIGN_IN),
            is_security=True,
        ),
        NotificationType(
            "otp_code",
            "Sign-in code",
            subject="Your sign-in code",
            sentence="Your code to sign in is {{ code }}",
            inapp="A code to sign in was sent to you by mail.",
            closing=(
                "The code works once. Nobody from the help desk will ever ask you for it. If it is not you who signs "
                "in there, somebody knows your password: change it."
            ),
            details=(("expires_at", "Valid until"), ("device", "Device"), ("ip_address", "Asked from")),
            extra=(Variable("code", "The single-use code", "492 817", True, True),),
            is_security=True,
        ),
        NotificationType(
            "address_code",
            "Code for a new mail address",
            subject="Confirm your mail address",
            sentence="Your code to confirm this mail address is {{ code }}",
            inapp="A code to confirm your new address was sent to it.",
            closing=(
                "The code works once. Nobody from the help desk will ever ask you for it. If you did not enter this "
                "address in {{ product }}, ignore this mail: nothing changes."
            ),
            details=(("expires_at", "Valid until"), ("device", "Device"), ("ip_address", "Asked from")),
            extra=(Variable("code", "The single-use code", "492 817", True, True),),
            is_security=True,
        ),
        NotificationType(
            "account_locked",
            "My account is locked",
            subject="Your account is locked",
            sentence="Your account is locked after too many failed attempts to sign in.",
            closing="It opens again by itself. An administrator can open it sooner.",
            details=(("locked_until", "Locked until"), ("attempts", "Attempts"), *SIGN_IN),
            is_security=True,
        ),
        NotificationType(
            "profile_change",
            "My account is changed",
            subject="Your account was changed",
            sentence="Your account was changed.",
            closing=NOT_YOU,
            button="See your profile",
            path="/profile",
            details=(("changes", "What changed"), ("actor_name", "By"), *SIGN_IN),
            is_security=True,
        ),
        NotificationType(
            "invitation",
            "Invitation",
            subject="You are invited to {{ product }}",
            sentence="An account for {{ product }} is waiting for you. Choose a password to start.",
            button="Accept the invitation",
            closing="The link works once and is meant for you alone.",
            details=(("invited_by", "Invited by"), ("expires_at", "Valid until")),
            extra=(Variable("link", "The single-use link", "https://desk.example.com/invite/…", True, True),),
            is_security=True,
        ),
        NotificationType(
            "system",
            "News about the system",
            subject="{{ title }}",
            sentence="{{ message }}",
            button="Open {{ product }}",
            details=(),
            extra=(
                Variable("title", "What it is about", "Maintenance on Sunday"),
                Variable("message", "The news itself", SAMPLES["message"]),
            ),
        ),
    )
}


@lru_cache(maxsize=256)
def type_in(name: str, language: str) -> NotificationType:
    """Return the type with its texts in the language."""
    kind = TYPES[name]
    if language not in TRANSLATIONS:
        return kind
    texts = TRANSLATIONS[language]
    parts: dict[str, Any] = {**texts.types[name]}
    details = tuple((variable, texts.words[label]) for variable, label in kind.details)
    return replace(kind, language=language, details=details, **parts)
