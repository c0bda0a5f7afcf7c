"""Every message between services. The JSON Schemas beside this file are the truth; these are their Python face.

A producer builds one of these classes and hands it to `outbox.enqueue`, which checks it against its schema. A
consumer is tolerant: it ignores fields it does not know, so producers may add some.
"""

from __future__ import annotations

from dataclasses import dataclass

from ticketing_common.contracts.message import Message, TicketMessage
from ticketing_common.contracts.person_erasure import (
    ErasePerson,
    ErasePersonAtHelpDesk,
    ErasePersonInAccounts,
    ErasePersonInNotifications,
    ReportErasure,
)
from ticketing_common.contracts.ticket_events import ApplyTicketEvent, DeliverTicketEvent
from ticketing_common.contracts.validation import InvalidMessage, Json, check, examples, schema, validator

__all__ = ["ALL", "ApplyTicketEvent", "DeliverTicketEvent", "InvalidMessage", "Json", "Message"]
__all__ += ["ErasePerson", "ErasePersonAtHelpDesk", "ErasePersonInAccounts", "ErasePersonInNotifications"]
__all__ += ["ReportErasure"]
__all__ += ["check", "examples", "schema", "validator"]


@dataclass(frozen=True, kw_only=True)
class ReceiveTicket(Message):
    """Help desk -> workflow_api: a ticket was submitted or changed. `ticket_data` has a schema of its own."""

    task = "tickets.tasks.receive_ticket"
    queue = "TICKET_TASKS_PRODUCTION"
    ticket_data: Json

    @property
    def key(self) -> str | None:
        return f"ticket:{self.ticket_data.get('ticket_number')}"


@dataclass(frozen=True, kw_only=True)
class SendTicketStatus(TicketMessage):
    """workflow_api -> help desk: the ticket's state. One of received, in_progress, on_hold, resolved, rejected,
    cancelled in `new_status`; `occurred_at` is ISO 8601 UTC."""

    task = "send_ticket_status"
    queue = "ticket_status-default"
    new_status: str
    event_id: str
    occurred_at: str
    detail: str | None = None


@dataclass(frozen=True, kw_only=True)
class SendAssignmentNotification(Message):
    """workflow_api -> notification_service: a person now has a task. Makes the mail and the in-app notice.

    `step_kind` is action, review or approval: who is to decide is told of that, as `approval_requested`, and of
    nothing else. Without it the notice is a `task_assignment`.
    """

    task = "task.send_assignment_notification"
    queue = "notification-queue-default"
    user_id: int
    task_id: int
    ticket_number: str
    task_title: str
    role_name: str
    event_id: str
    step_kind: str | None = None
    step_name: str | None = None
    workflow_name: str | None = None


@dataclass(frozen=True, kw_only=True)
class SendEmail(Message):
    """Any service -> notification_service: mail of a type, to a known person or to an address."""

    task = "notifications.send_email"
    queue = "notification-queue-default"
    notification_type: str
    context: Json
    event_id: str
    user_id: int | None = None
    user_email: str | None = None
    language: str | None = None


@dataclass(frozen=True, kw_only=True)
class CreateInAppNotification(Message):
    """Any service -> notification_service: one in-app notification for one person.

    `comment_id` is the comment that its message quotes; `text` is subject and message by code (ADR 0041).
    """

    task = "notifications.create_inapp_notification"
    queue = "inapp-notification-queue"
    user_id: int
    notification_type: str
    subject: str
    message: str
    event_id: str
    link: str | None = None
    comment_id: int | None = None
    text: Json | None = None


@dataclass(frozen=True, kw_only=True)
class MarkNotificationRead(Message):
    """Any service -> notification_service: the person has read the notice."""

    task = "notifications.mark_notification_read"
    queue = "inapp-notification-queue"
    notification_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class BulkCreateNotifications(Message):
    """Any service -> notification_service: several notices; each entry as `CreateInAppNotification`."""

    task = "notifications.bulk_create_notifications"
    queue = "inapp-notification-queue"
    notifications: list[Json]


@dataclass(frozen=True, kw_only=True)
class CommentChanged(Message):
    """messaging -> notification_service: a comment was edited or deleted; `excerpt` is what may be quoted of it now."""

    task = "notifications.apply_comment_change"
    queue = "inapp-notification-queue"
    comment_id: int
    is_deleted: bool
    excerpt: str
    event_id: str

    @property
    def key(self) -> str | None:
        return f"comment:{self.comment_id}"


@dataclass(frozen=True, kw_only=True)
class SyncRole(Message):
    """auth -> workflow_api: one role. `action` is upsert or delete; a smaller `version` than known is ignored."""

    task = "role.tasks.sync_role"
    queue = "tts.role.sync"
    role_id: int
    name: str
    system: str
    description: str
    is_custom: bool
    action: str
    version: int

    @property
    def key(self) -> str | None:
        return f"role:{self.role_id}"


@dataclass(frozen=True, kw_only=True)
class SyncUserSystemRole(Message):
    """auth -> workflow_api: one person's hold on one role. `is_active` is false when person or hold is inactive.

    `user_version` orders what messages about several holds say of one person's name and address. Who can't sign in
    (`user_can_sign_in`: neither a password nor an identity at a provider) is given no work; absent, they can.
    `user_language` is the language of the profile, such as de; empty where none is chosen.
    """

    task = "role.tasks.sync_user_system_role"
    queue = "tts.user_system_role.sync"
    user_system_role_id: int
    user_id: int
    user_email: str
    user_full_name: str
    system: str
    role_id: int
    role_name: str
    is_active: bool
    settings: Json
    assigned_at: str
    action: str
    version: int
    user_version: int | None = None
    user_can_sign_in: bool | None = None
    user_language: str | None = None

    @property
    def key(self) -> str | None:
        return f"user_system_role:{self.user_system_role_id}"


@dataclass(frozen=True, kw_only=True)
class SyncSnapshot(Message):
    """auth -> workflow_api: all roles and members at one moment; entries as in the two messages above.

    `last_role_id` and `last_member_id` are the largest ids given by then: what has no larger one and is not named is
    gone for good.
    """

    task = "role.tasks.sync_snapshot"
    queue = "role_send-default"
    roles: list[Json]
    members: list[Json]
    snapshot_id: str
    taken_at: str
    last_role_id: int | None = None
    last_member_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class SeedWorkflows(Message):
    """auth's seeding -> workflow_api: create the workflows that ship with the product, once a version."""

    task = "workflow.tasks.seed_workflows"
    queue = "workflow_seed_queue"
    seed_version: int


@dataclass(frozen=True, kw_only=True)
class InitializeWorkflow(Message):
    """workflow_api -> itself: validate the workflow and, if asked, deploy it."""

    task = "workflow.tasks.initialize_workflow"
    queue = "workflow_seed"
    workflow_id: int
    deploy: bool


@dataclass(frozen=True, kw_only=True)
class SyncUser(Message):
    """auth -> notification_service: who a person is now. `roles` is `{"tts": ["Agent", …], …}`.

    `role_ids` are the same roles by id, `{"tts": [2, …], …}`: the `role_id` of `SyncRole`. `time_zone` is the zone of
    the person's profile, such as Europe/Lisbon, `language` its language, such as de. Older publishers say none of it.
    """

    task = "users.tasks.sync_user"
    queue = "user-sync-default"
    user_id: int
    email: str
    full_name: str
    is_active: bool
    avatar_url: str
    roles: dict[str, list[str]]
    version: int
    role_ids: dict[str, list[int]] | None = None
    time_zone: str | None = None
    language: str | None = None

    @property
    def key(self) -> str | None:
        return f"user:{self.user_id}"


@dataclass(frozen=True, kw_only=True)
class SyncUserForMessaging(SyncUser):
    """auth -> messaging: the same."""

    queue = "user-sync-messaging"


@dataclass(frozen=True, kw_only=True)
class PostComment(TicketMessage):
    """workflow_api -> messaging: what its author said together with an act (ADR 0024).

    `author` is `{user_id, full_name}`. Posted once per author and `client_id`, at the time of the act.
    """

    task = "comments.tasks.post_comment"
    queue = "messaging-events-default"
    author: Json
    text: str
    visibility: str
    client_id: str
    mentions: list[int]
    uploads: list[int]
    occurred_at: str


@dataclass(frozen=True, kw_only=True)
class PostMailComment(TicketMessage):
    """notification_service -> messaging: what a person answered to a mail, once per `client_id` (ADR 0038).

    `comment_id` is the comment that the mail quoted, `subject` what a refusal names to who is told (`tells_author`).
    """

    task = "comments.tasks.post_mail_comment"
    queue = "comment-mails-default"
    user_id: int
    text: str
    visibility: str
    client_id: str
    subject: str
    tells_author: bool
    comment_id: int | None = None
    uploads: list[int] | None = None


@dataclass(frozen=True, kw_only=True)
class PushInboxEvent(Message):
    """notification_service -> messaging: tell the person's open browsers. A hint; REST is the truth."""

    task = "inbox.tasks.push_inbox_event"
    queue = "inbox-events-default"
    user_id: int
    event: str
    unread_count: int
    event_id: str
    notification: Json | None = None

    @property
    def key(self) -> str | None:
        return f"inbox:{self.user_id}"


@dataclass(frozen=True, kw_only=True)
class SendTicketComment(TicketMessage):
    """messaging -> help desk: a public comment as it is now. `action` is create, update or delete.

    `ticket_number` is the help desk's own. `version` grows with every change of the comment; a smaller one than known
    is ignored. `parent_id` names the comment that this one answers, `parent_reply_id` the help desk's own id of it.
    """

    task = "send_ticket_comment"
    queue = "ticket_comment-default"
    source_service: str
    action: str
    comment_id: int
    version: int
    text: str
    author: Json
    attachments: list[Json]
    occurred_at: str
    event_id: str
    parent_id: int | None = None
    parent_reply_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReceiveReply(Message):
    """Help desk -> messaging: what the requester, or somebody else at the help desk, said on a ticket.

    `reply` is `{ticket_number, reply_id, author: {name}, text}` and optionally `source_service` (hdts), `action`
    (create, update or delete), `version` (needed to update), what it answers (`parent_id`, a comment's id, or
    `parent_reply_id`, another reply's) and `occurred_at`.
    """

    task = "comments.tasks.receive_reply"
    queue = "ticket_reply-default"
    reply: Json

    @property
    def key(self) -> str | None:
        return f"ticket:{self.reply.get('ticket_number')}"


@dataclass(frozen=True, kw_only=True)
class ReportPublicComment(TicketMessage):
    """messaging -> workflow_api: a public comment was added; without `author_id` by somebody at the help desk."""

    task = "task.tasks.note_public_comment"
    queue = "workflow-events-default"
    occurred_at: str
    event_id: str
    author_id: int | None = None


ALL: tuple[type[Message], ...] = (
    ReceiveTicket,
    SendTicketStatus,
    SendAssignmentNotification,
    SendEmail,
    CreateInAppNotification,
    MarkNotificationRead,
    BulkCreateNotifications,
    CommentChanged,
    SyncRole,
    SyncUserSystemRole,
    SyncSnapshot,
    SeedWorkflows,
    InitializeWorkflow,
    SyncUser,
    SyncUserForMessaging,
    ApplyTicketEvent,
    DeliverTicketEvent,
    PostComment,
    PostMailComment,
    PushInboxEvent,
    SendTicketComment,
    ReceiveReply,
    ReportPublicComment,
    ErasePerson,
    ErasePersonInNotifications,
    ErasePersonAtHelpDesk,
    ErasePersonInAccounts,
    ReportErasure,
)
