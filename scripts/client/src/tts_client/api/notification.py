"""Notification API, as its OpenAPI document says. Written by scripts/gen-openapi: change nothing here."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from tts_client.operations import Api, Pages

ChannelEnum = Literal["email", "inapp"]
DigestEnum = Literal["off", "hourly", "daily"]
InboundMailVerdict = Literal["waiting", "comment", "ticket", "ignored", "refused", "failed"]
NotificationStatus = Literal["queued", "retrying", "sent", "failed", "skipped", "parked"]
NotificationType = Literal[
    "task_assignment",
    "task_transferred",
    "task_escalated",
    "sla_at_risk",
    "sla_breached",
    "task_returned",
    "approval_requested",
    "handoff_failed",
    "mention",
    "requester_reply",
    "ticket_answer",
    "password_reset",
    "login_alert",
    "failed_login",
    "otp_code",
    "address_code",
    "account_locked",
    "profile_change",
    "invitation",
    "system",
]
OutcomeEnum = Literal["attached", "refused", "signature"]
PrioritiesEnum = Literal["urgent", "high", "medium", "low"]
TemplateLanguage = Literal["en", "de"]
TicketsEnum = Literal["off", "known", "everyone"]
WebhookDeliveryStatus = Literal["waiting", "delivered", "failed"]
WebhookEventType = Literal[
    "ticket.created",
    "ticket.assigned",
    "ticket.transitioned",
    "ticket.updated",
    "ticket.priority_changed",
    "ticket.escalated",
    "ticket.held",
    "ticket.resumed",
    "ticket.at_risk",
    "ticket.breached",
    "ticket.closed",
    "ticket.reopened",
]


class DeliveryOut(TypedDict):
    id: int
    event_id: str
    event_type: str
    ticket_number: str
    status: WebhookDeliveryStatus
    attempts: int
    due_at: str
    last_attempt_at: str | None
    sent_to: str
    request_body: str
    response_status: int | None
    response_body: str
    duration_ms: int | None
    error: str
    created_at: str
    closed_at: str | None


class EndpointInRequest(TypedDict):
    url: str
    description: NotRequired[str]
    event_types: list[WebhookEventType]
    workflow_ids: NotRequired[list[int]]
    priorities: NotRequired[list[PrioritiesEnum]]
    is_active: NotRequired[bool]


class EndpointOut(TypedDict):
    id: int
    url: str
    description: str
    event_types: list[WebhookEventType]
    workflow_ids: list[int]
    priorities: list[str]
    is_active: bool
    off_reason: str
    off_at: str | None
    failing_since: str | None
    created_by: PersonOut
    created_at: str
    updated_at: str


class EndpointWithSecretOut(TypedDict):
    id: int
    url: str
    description: str
    event_types: list[WebhookEventType]
    workflow_ids: list[int]
    priorities: list[str]
    is_active: bool
    off_reason: str
    off_at: str | None
    failing_since: str | None
    created_by: PersonOut
    created_at: str
    updated_at: str
    secret: str


class InAppInRequest(TypedDict):
    user_id: int
    notification_type: NotificationType
    subject: str
    message: str
    link: NotRequired[str | None]
    event_id: NotRequired[str]


class InAppOut(TypedDict):
    id: int
    user_id: int
    notification_type: NotificationType
    subject: str
    message: NotRequired[str]
    link: str | None
    is_read: bool
    created_at: str
    read_at: NotRequired[str | None]


class InboundFileOut(TypedDict):
    name: str
    size: int
    outcome: OutcomeEnum
    reason: str


class InboundMailOut(TypedDict):
    id: int
    message_id: str
    sender: str
    sender_name: str
    subject: str
    file_names: list[str]
    files: list[InboundFileOut] | None
    size: int
    verdict: InboundMailVerdict
    reason: str
    detail: str
    user_id: int | None
    ticket_number: str
    notification_id: int | None
    received_at: str
    judged_at: str
    text: str


class InboundMailRow(TypedDict):
    id: int
    message_id: str
    sender: str
    sender_name: str
    subject: str
    file_names: list[str]
    files: list[InboundFileOut] | None
    size: int
    verdict: InboundMailVerdict
    reason: str
    detail: str
    user_id: int | None
    ticket_number: str
    notification_id: int | None
    received_at: str
    judged_at: str


class LogOut(TypedDict):
    id: int
    status: NotificationStatus
    reason: NotRequired[str]
    detail: NotRequired[str]
    attempt: NotRequired[int]
    at: str


class MailboxOut(TypedDict):
    is_configured: bool
    reply_address: str
    tickets: TicketsEnum
    read_at: str | None
    error: str
    failed_at: str | None
    waiting: int
    failed: int


class NotificationOut(TypedDict):
    id: int
    event_id: str
    notification_type: NotificationType
    channel: NotRequired[ChannelEnum]
    user_id: NotRequired[int | None]
    email: NotRequired[str]
    subject: NotRequired[str]
    status: NotRequired[NotificationStatus]
    reason: NotRequired[str]
    last_error: NotRequired[str]
    attempts: NotRequired[int]
    due_at: str
    created_at: str
    sent_at: NotRequired[str | None]
    template_version: NotRequired[int | None]
    body_text: NotRequired[str]
    body_html: NotRequired[str]
    context: dict[str, Any]
    log: list[LogOut]


class NotificationRow(TypedDict):
    id: int
    event_id: str
    notification_type: NotificationType
    channel: NotRequired[ChannelEnum]
    user_id: NotRequired[int | None]
    email: NotRequired[str]
    subject: NotRequired[str]
    status: NotRequired[NotificationStatus]
    reason: NotRequired[str]
    last_error: NotRequired[str]
    attempts: NotRequired[int]
    due_at: str
    created_at: str
    sent_at: NotRequired[str | None]


class PatchedEndpointInRequest(TypedDict):
    url: NotRequired[str]
    description: NotRequired[str]
    event_types: NotRequired[list[WebhookEventType]]
    workflow_ids: NotRequired[list[int]]
    priorities: NotRequired[list[PrioritiesEnum]]
    is_active: NotRequired[bool]


class PatchedInAppChangeInRequest(TypedDict):
    is_read: NotRequired[bool]


class PatchedPreferencesInRequest(TypedDict):
    types: NotRequired[list[PreferenceInRequest]]
    schedule: NotRequired[PatchedScheduleRequest]


class PatchedScheduleRequest(TypedDict):
    time_zone: NotRequired[str]
    quiet_from: NotRequired[str | None]
    quiet_to: NotRequired[str | None]
    digest: NotRequired[DigestEnum]
    digest_at: NotRequired[str | None]
    is_unsubscribed: NotRequired[bool]


class PatchedTemplateChangeInRequest(TypedDict):
    subject: NotRequired[str]
    body_text: NotRequired[str]
    body_html: NotRequired[str]
    inapp_message: NotRequired[str]
    version: NotRequired[int]


class PersonDataOut(TypedDict):
    counts: dict[str, int]
    data: dict[str, list[dict[str, Any]]]


class PersonOut(TypedDict):
    user_id: int
    full_name: str


class PersonRefInRequest(TypedDict):
    emails: list[str]
    names: list[str]
    requesters: list[RequesterIdInRequest]
    tickets: list[TicketRefInRequest]


class PreferenceInRequest(TypedDict):
    notification_type: NotificationType
    email: NotRequired[bool]
    inapp: NotRequired[bool]


class PreferenceOut(TypedDict):
    notification_type: str
    label: str
    is_locked: bool
    is_urgent: bool
    email: bool
    inapp: bool


class PreferencesInRequest(TypedDict):
    types: NotRequired[list[PreferenceInRequest]]
    schedule: NotRequired[PatchedScheduleRequest]


class PreferencesOut(TypedDict):
    types: list[PreferenceOut]
    schedule: Schedule


class PreviewInRequest(TypedDict):
    subject: NotRequired[str]
    body_text: NotRequired[str]
    body_html: NotRequired[str]
    inapp_message: NotRequired[str]
    context: NotRequired[dict[str, Any]]


class PreviewOut(TypedDict):
    subject: str
    text: str
    html: str
    inapp_message: str


class ReadAllOut(TypedDict):
    updated: int
    unread_count: int


class RequesterIdInRequest(TypedDict):
    source_service: str
    id: str


class RestoreInRequest(TypedDict):
    version: int


class RetentionAmountOut(TypedDict):
    rows: int
    bytes: int | None


class RetentionChangeOut(TypedDict):
    id: int
    old_days: NotRequired[int | None]
    new_days: NotRequired[int | None]
    at: str
    by_id: int
    by_name: str


class RetentionKindDetailOut(TypedDict):
    kind: str
    days: int | None
    version: int
    setting: str
    kept: RetentionAmountOut
    due: RetentionAmountOut
    last_run: RetentionRunOut | None
    next_run_at: str | None
    runs: list[RetentionRunOut]
    changes: list[RetentionChangeOut]


class RetentionKindOut(TypedDict):
    kind: str
    days: int | None
    version: int
    setting: str
    kept: RetentionAmountOut
    due: RetentionAmountOut
    last_run: RetentionRunOut | None
    next_run_at: str | None


class RetentionRuleInRequest(TypedDict):
    days: int | None
    version: int


class RetentionRunOut(TypedDict):
    id: int
    days: int
    cutoff: str
    started_at: str
    finished_at: NotRequired[str | None]
    removed: NotRequired[int]
    removed_bytes: NotRequired[int]
    failed: NotRequired[int]
    is_complete: NotRequired[bool]
    asked_by_id: NotRequired[int | None]
    asked_by_name: NotRequired[str]


class Schedule(TypedDict):
    time_zone: NotRequired[str]
    quiet_from: NotRequired[str | None]
    quiet_to: NotRequired[str | None]
    digest: NotRequired[DigestEnum]
    digest_at: NotRequired[str | None]
    is_unsubscribed: NotRequired[bool]


class SendInRequest(TypedDict):
    user_id: NotRequired[int]
    user_email: NotRequired[str]
    notification_type: NotificationType
    context: NotRequired[dict[str, Any]]
    event_id: NotRequired[str]


class SendOut(TypedDict):
    id: int
    event_id: str
    status: str
    is_duplicate: bool


class SkippedOut(TypedDict):
    status: str
    reason: str


class TemplateChangeInRequest(TypedDict):
    subject: str
    body_text: str
    body_html: str
    inapp_message: str
    version: NotRequired[int]


class TemplateCreateInRequest(TypedDict):
    subject: str
    body_text: str
    body_html: str
    inapp_message: str
    notification_type: NotificationType
    language: NotRequired[TemplateLanguage]


class TemplateOut(TypedDict):
    id: int
    notification_type: NotificationType
    language: TemplateLanguage
    label: str
    version: NotRequired[int]
    subject: str
    body_text: str
    body_html: str
    inapp_message: str
    edited_by: PersonOut | None
    updated_at: str
    variables: list[VariableOut]


class TemplateRow(TypedDict):
    id: int
    notification_type: NotificationType
    language: TemplateLanguage
    label: str
    version: NotRequired[int]
    subject: str
    body_text: str
    body_html: str
    inapp_message: str
    edited_by: PersonOut | None
    updated_at: str


class TemplateVersionOut(TypedDict):
    version: int
    subject: str
    body_text: str
    body_html: str
    inapp_message: str
    edited_by: PersonOut | None
    created_at: str


class TicketRefInRequest(TypedDict):
    ticket_number: str
    source_service: str
    source_number: str


class UnreadOut(TypedDict):
    unread_count: int


class VariableOut(TypedDict):
    name: str
    description: str
    sample: str
    is_required: bool
    is_secret: bool


class NotificationApi(Api):
    """Mail, in-app notifications and webhooks."""

    service = "notification"

    def v1_inbound_mails_list(
        self,
        *,
        ordering: str | None = None,
        page_size: int | None = None,
        reason: str | None = None,
        search: str | None = None,
        sender: str | None = None,
        ticket_number: str | None = None,
        verdict: list[Literal["comment", "failed", "ignored", "refused", "ticket", "waiting"]] | None = None,
    ) -> Pages[InboundMailRow]:
        """`GET /api/v1/inbound-mails/`

        Mails of the mailbox, the newest first; one alone comes with its text.
        """
        return self._pages(
            "GET",
            "/api/v1/inbound-mails/",
            query={
                "ordering": ordering,
                "page_size": page_size,
                "reason": reason,
                "search": search,
                "sender": sender,
                "ticket_number": ticket_number,
                "verdict": verdict,
            },
        )

    def v1_inbound_mails_retrieve(self, id: int | str) -> InboundMailOut:
        """`GET /api/v1/inbound-mails/{id}/`

        Mails of the mailbox, the newest first; one alone comes with its text.
        """
        return self._json("GET", "/api/v1/inbound-mails/{id}/", path_values={"id": id})

    def v1_inbound_mails_retry_create(self, id: int | str, *, idempotency_key: str | None = None) -> InboundMailOut:
        """`POST /api/v1/inbound-mails/{id}/retry/`

        Judge a refused or failed mail again, by the settings and people of now.
        """
        return self._json(
            "POST",
            "/api/v1/inbound-mails/{id}/retry/",
            path_values={"id": id},
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def v1_inbound_mails_mailbox_retrieve(self) -> MailboxOut:
        """`GET /api/v1/inbound-mails/mailbox/`

        Whether a mailbox is configured, when it was last read, and what hinders it.
        """
        return self._json("GET", "/api/v1/inbound-mails/mailbox/")

    def v1_notifications_history_list(
        self,
        *,
        created_after: str | None = None,
        created_before: str | None = None,
        email: str | None = None,
        event_id: str | None = None,
        notification_type: list[
            Literal[
                "account_locked",
                "address_code",
                "approval_requested",
                "failed_login",
                "handoff_failed",
                "invitation",
                "login_alert",
                "mention",
                "otp_code",
                "password_reset",
                "profile_change",
                "requester_reply",
                "sla_at_risk",
                "sla_breached",
                "system",
                "task_assignment",
                "task_escalated",
                "task_returned",
                "task_transferred",
                "ticket_answer",
            ]
        ]
        | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        search: str | None = None,
        status: list[Literal["failed", "parked", "queued", "retrying", "sent", "skipped"]] | None = None,
        user_id: int | None = None,
    ) -> Pages[NotificationRow]:
        """`GET /api/v1/notifications/history/`

        Every mail and what became of it: administrators see all, everyone else their own.
        """
        return self._pages(
            "GET",
            "/api/v1/notifications/history/",
            query={
                "created_after": created_after,
                "created_before": created_before,
                "email": email,
                "event_id": event_id,
                "notification_type": notification_type,
                "ordering": ordering,
                "page_size": page_size,
                "search": search,
                "status": status,
                "user_id": user_id,
            },
        )

    def v1_notifications_history_retrieve(self, id: int | str) -> NotificationOut:
        """`GET /api/v1/notifications/history/{id}/`

        Every mail and what became of it: administrators see all, everyone else their own.
        """
        return self._json("GET", "/api/v1/notifications/history/{id}/", path_values={"id": id})

    def v1_notifications_history_discard_create(self, id: int | str) -> NotificationOut:
        """`POST /api/v1/notifications/history/{id}/discard/`

        End a mail that waits, failed or is parked, without sending it.
        """
        return self._json("POST", "/api/v1/notifications/history/{id}/discard/", path_values={"id": id})

    def v1_notifications_history_retry_create(self, id: int | str) -> NotificationOut:
        """`POST /api/v1/notifications/history/{id}/retry/`

        Put a failed or parked mail back into the queue.
        """
        return self._json("POST", "/api/v1/notifications/history/{id}/retry/", path_values={"id": id})

    def v1_notifications_preferences_retrieve(self) -> PreferencesOut:
        """`GET /api/v1/notifications/preferences/`

        What the caller wants to get, on which channel and when.
        """
        return self._json("GET", "/api/v1/notifications/preferences/")

    def v1_notifications_preferences_update(self, body: PreferencesInRequest | None = None) -> PreferencesOut:
        """`PUT /api/v1/notifications/preferences/`

        What the caller wants to get, on which channel and when.
        """
        return self._json("PUT", "/api/v1/notifications/preferences/", body=body)

    def v1_notifications_preferences_partial_update(
        self, body: PatchedPreferencesInRequest | None = None
    ) -> PreferencesOut:
        """`PATCH /api/v1/notifications/preferences/`

        Change what is mentioned; the rest stays.
        """
        return self._json("PATCH", "/api/v1/notifications/preferences/", body=body)

    def v1_notifications_send_create(self, body: SendInRequest, *, idempotency_key: str | None = None) -> SendOut:
        """`POST /api/v1/notifications/send/`

        Queue one mail. For services.
        """
        return self._json(
            "POST", "/api/v1/notifications/send/", body=body, idempotency_key=idempotency_key, takes_key=True
        )

    def v1_notifications_templates_list(
        self,
        *,
        language: Literal["de", "en"] | None = None,
        notification_type: Literal[
            "account_locked",
            "address_code",
            "approval_requested",
            "failed_login",
            "handoff_failed",
            "invitation",
            "login_alert",
            "mention",
            "otp_code",
            "password_reset",
            "profile_change",
            "requester_reply",
            "sla_at_risk",
            "sla_breached",
            "system",
            "task_assignment",
            "task_escalated",
            "task_returned",
            "task_transferred",
            "ticket_answer",
        ]
        | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        search: str | None = None,
    ) -> Pages[TemplateRow]:
        """`GET /api/v1/notifications/templates/`

        What each type says, in each language. Deleting a template brings back the one that ships with the product.

        The list is of the default language unless another is asked for by `language`.
        """
        return self._pages(
            "GET",
            "/api/v1/notifications/templates/",
            query={
                "language": language,
                "notification_type": notification_type,
                "ordering": ordering,
                "page_size": page_size,
                "search": search,
            },
        )

    def v1_notifications_templates_create(
        self, body: TemplateCreateInRequest, *, idempotency_key: str | None = None
    ) -> TemplateOut:
        """`POST /api/v1/notifications/templates/`

        What each type says, in each language. Deleting a template brings back the one that ships with the product.

        The list is of the default language unless another is asked for by `language`.
        """
        return self._json(
            "POST", "/api/v1/notifications/templates/", body=body, idempotency_key=idempotency_key, takes_key=True
        )

    def v1_notifications_templates_retrieve(self, id: int | str) -> TemplateOut:
        """`GET /api/v1/notifications/templates/{id}/`

        What each type says, in each language. Deleting a template brings back the one that ships with the product.

        The list is of the default language unless another is asked for by `language`.
        """
        return self._json("GET", "/api/v1/notifications/templates/{id}/", path_values={"id": id})

    def v1_notifications_templates_update(self, id: int | str, body: TemplateChangeInRequest) -> TemplateOut:
        """`PUT /api/v1/notifications/templates/{id}/`

        What each type says, in each language. Deleting a template brings back the one that ships with the product.

        The list is of the default language unless another is asked for by `language`.
        """
        return self._json("PUT", "/api/v1/notifications/templates/{id}/", path_values={"id": id}, body=body)

    def v1_notifications_templates_partial_update(
        self, id: int | str, body: PatchedTemplateChangeInRequest | None = None
    ) -> TemplateOut:
        """`PATCH /api/v1/notifications/templates/{id}/`

        What each type says, in each language. Deleting a template brings back the one that ships with the product.

        The list is of the default language unless another is asked for by `language`.
        """
        return self._json("PATCH", "/api/v1/notifications/templates/{id}/", path_values={"id": id}, body=body)

    def v1_notifications_templates_destroy(self, id: int | str) -> None:
        """`DELETE /api/v1/notifications/templates/{id}/`

        What each type says, in each language. Deleting a template brings back the one that ships with the product.

        The list is of the default language unless another is asked for by `language`.
        """
        self._nothing("DELETE", "/api/v1/notifications/templates/{id}/", path_values={"id": id})

    def v1_notifications_templates_preview_create(
        self, id: int | str, body: PreviewInRequest | None = None
    ) -> PreviewOut:
        """`POST /api/v1/notifications/templates/{id}/preview/`

        Show the mail and the in-app notification with sample values; nothing is stored.
        """
        return self._json("POST", "/api/v1/notifications/templates/{id}/preview/", path_values={"id": id}, body=body)

    def v1_notifications_templates_restore_create(self, id: int | str, body: RestoreInRequest) -> TemplateOut:
        """`POST /api/v1/notifications/templates/{id}/restore/`

        Make an earlier version the next one.
        """
        return self._json("POST", "/api/v1/notifications/templates/{id}/restore/", path_values={"id": id}, body=body)

    def v1_notifications_templates_versions_list(
        self, id: int | str, *, page_size: int | None = None
    ) -> Pages[TemplateVersionOut]:
        """`GET /api/v1/notifications/templates/{id}/versions/`

        Every version the type has had in the template's language, newest first.
        """
        return self._pages(
            "GET",
            "/api/v1/notifications/templates/{id}/versions/",
            path_values={"id": id},
            query={"page_size": page_size},
        )

    def v1_notifications_unsubscribe_create(self, token: int | str) -> None:
        """`POST /api/v1/notifications/unsubscribe/{token}/`

        The one-click link of a digest. The signed token is the permission.
        """
        self._nothing("POST", "/api/v1/notifications/unsubscribe/{token}/", path_values={"token": token})

    def person_data(self, body: PersonRefInRequest) -> PersonDataOut:
        """`POST /api/v1/privacy/person/`

        What mails, notifications, mails in and webhook deliveries hold about a requester.
        """
        return self._json("POST", "/api/v1/privacy/person/", body=body)

    def v1_retention_list(self) -> list[RetentionKindOut]:
        """`GET /api/v1/retention/`"""
        return self._json("GET", "/api/v1/retention/")

    def v1_retention_retrieve(self, kind: int | str, *, days: int | None = None) -> RetentionKindDetailOut:
        """`GET /api/v1/retention/{kind}/`

        With `days`, `due` says what a run would remove if the kind were kept for so many days.
        """
        return self._json("GET", "/api/v1/retention/{kind}/", path_values={"kind": kind}, query={"days": days})

    def v1_retention_update(self, kind: int | str, body: RetentionRuleInRequest) -> RetentionKindDetailOut:
        """`PUT /api/v1/retention/{kind}/`

        409 `stale_version`: somebody changed the rule since the `version` that is named.
        """
        return self._json("PUT", "/api/v1/retention/{kind}/", path_values={"kind": kind}, body=body)

    def v1_retention_run_create(self, kind: int | str) -> RetentionRunOut:
        """`POST /api/v1/retention/{kind}/run/`

        Works for at most ten seconds; what is left then goes with the next run. Doing it again is safe.
        """
        return self._json("POST", "/api/v1/retention/{kind}/run/", path_values={"kind": kind})

    def v1_ticket_files_retrieve(self, file_id: int | str) -> str:
        """`GET /api/v1/ticket-files/{file_id}/`

        The file itself. Pictures may be shown; everything else is a download.
        """
        return self._json("GET", "/api/v1/ticket-files/{file_id}/", path_values={"file_id": file_id})

    def v1_webhooks_list(
        self,
        *,
        is_active: bool | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        search: str | None = None,
    ) -> Pages[EndpointOut]:
        """`GET /api/v1/webhooks/`

        Addresses outside that are told of events. Secrets are shown once, so what shows one takes no idempotency key.
        """
        return self._pages(
            "GET",
            "/api/v1/webhooks/",
            query={"is_active": is_active, "ordering": ordering, "page_size": page_size, "search": search},
        )

    def v1_webhooks_create(self, body: EndpointInRequest) -> EndpointWithSecretOut:
        """`POST /api/v1/webhooks/`

        Add an endpoint; its secret is shown this one time.
        """
        return self._json("POST", "/api/v1/webhooks/", body=body)

    def v1_webhooks_retrieve(self, id: int | str) -> EndpointOut:
        """`GET /api/v1/webhooks/{id}/`

        Addresses outside that are told of events. Secrets are shown once, so what shows one takes no idempotency key.
        """
        return self._json("GET", "/api/v1/webhooks/{id}/", path_values={"id": id})

    def v1_webhooks_partial_update(self, id: int | str, body: PatchedEndpointInRequest | None = None) -> EndpointOut:
        """`PATCH /api/v1/webhooks/{id}/`

        Change what is mentioned; switched on again, it is sent what has waited.
        """
        return self._json("PATCH", "/api/v1/webhooks/{id}/", path_values={"id": id}, body=body)

    def v1_webhooks_destroy(self, id: int | str) -> None:
        """`DELETE /api/v1/webhooks/{id}/`

        Delete the endpoint with its log and what waits for it.
        """
        self._nothing("DELETE", "/api/v1/webhooks/{id}/", path_values={"id": id})

    def v1_webhooks_deliveries_list(
        self,
        id: int | str,
        *,
        event_id: str | None = None,
        event_type: str | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        search: str | None = None,
        status: list[Literal["delivered", "failed", "waiting"]] | None = None,
        ticket_number: str | None = None,
    ) -> Pages[DeliveryOut]:
        """`GET /api/v1/webhooks/{id}/deliveries/`

        The log: each event with what was sent and the last answer, the newest first.
        """
        return self._pages(
            "GET",
            "/api/v1/webhooks/{id}/deliveries/",
            path_values={"id": id},
            query={
                "event_id": event_id,
                "event_type": event_type,
                "ordering": ordering,
                "page_size": page_size,
                "search": search,
                "status": status,
                "ticket_number": ticket_number,
            },
        )

    def v1_webhooks_deliveries_replay_create(
        self, id: int | str, delivery_id: int | str, *, idempotency_key: str | None = None
    ) -> DeliveryOut:
        """`POST /api/v1/webhooks/{id}/deliveries/{delivery_id}/replay/`

        Send a closed delivery once more, with the same id and body.
        """
        return self._json(
            "POST",
            "/api/v1/webhooks/{id}/deliveries/{delivery_id}/replay/",
            path_values={"delivery_id": delivery_id, "id": id},
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def v1_webhooks_rotate_secret_create(self, id: int | str) -> EndpointWithSecretOut:
        """`POST /api/v1/webhooks/{id}/rotate-secret/`

        Make a new secret, shown this one time; the one before signs beside it for 24 hours.
        """
        return self._json("POST", "/api/v1/webhooks/{id}/rotate-secret/", path_values={"id": id})

    def v1_webhooks_test_create(self, id: int | str, *, idempotency_key: str | None = None) -> DeliveryOut:
        """`POST /api/v1/webhooks/{id}/test/`

        Send the event `webhook.test`; the log says what came of it.
        """
        return self._json(
            "POST",
            "/api/v1/webhooks/{id}/test/",
            path_values={"id": id},
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def v2_notifications_inapp_list(
        self,
        *,
        is_read: bool | None = None,
        notification_type: list[
            Literal[
                "account_locked",
                "address_code",
                "approval_requested",
                "failed_login",
                "handoff_failed",
                "invitation",
                "login_alert",
                "mention",
                "otp_code",
                "password_reset",
                "profile_change",
                "requester_reply",
                "sla_at_risk",
                "sla_breached",
                "system",
                "task_assignment",
                "task_escalated",
                "task_returned",
                "task_transferred",
                "ticket_answer",
            ]
        ]
        | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        search: str | None = None,
        ticket_number: str | None = None,
    ) -> Pages[InAppOut]:
        """`GET /api/v2/notifications/inapp/`

        Notifications of the caller, newest first.
        """
        return self._pages(
            "GET",
            "/api/v2/notifications/inapp/",
            query={
                "is_read": is_read,
                "notification_type": notification_type,
                "ordering": ordering,
                "page_size": page_size,
                "search": search,
                "ticket_number": ticket_number,
            },
        )

    def v2_notifications_inapp_create(
        self, body: InAppInRequest, *, idempotency_key: str | None = None
    ) -> InAppOut | SkippedOut:
        """`POST /api/v2/notifications/inapp/`

        Make one: 201; for a known event 200 with the one it made; 202 when the person refuses the type.
        """
        return self._json(
            "POST", "/api/v2/notifications/inapp/", body=body, idempotency_key=idempotency_key, takes_key=True
        )

    def v2_notifications_inapp_retrieve(self, id: int | str) -> InAppOut:
        """`GET /api/v2/notifications/inapp/{id}/`

        Notifications of the caller, newest first.
        """
        return self._json("GET", "/api/v2/notifications/inapp/{id}/", path_values={"id": id})

    def v2_notifications_inapp_partial_update(
        self, id: int | str, body: PatchedInAppChangeInRequest | None = None
    ) -> InAppOut:
        """`PATCH /api/v2/notifications/inapp/{id}/`

        Mark the notification as read or unread.
        """
        return self._json("PATCH", "/api/v2/notifications/inapp/{id}/", path_values={"id": id}, body=body)

    def v2_notifications_inapp_destroy(self, id: int | str) -> None:
        """`DELETE /api/v2/notifications/inapp/{id}/`

        Take the notification out of the inbox.
        """
        self._nothing("DELETE", "/api/v2/notifications/inapp/{id}/", path_values={"id": id})

    def v2_notifications_inapp_read_create(self, id: int | str) -> InAppOut:
        """`POST /api/v2/notifications/inapp/{id}/read/`

        Notifications of the caller, newest first.
        """
        return self._json("POST", "/api/v2/notifications/inapp/{id}/read/", path_values={"id": id})

    def v2_notifications_inapp_read_all_create(
        self,
        *,
        is_read: bool | None = None,
        notification_type: list[
            Literal[
                "account_locked",
                "address_code",
                "approval_requested",
                "failed_login",
                "handoff_failed",
                "invitation",
                "login_alert",
                "mention",
                "otp_code",
                "password_reset",
                "profile_change",
                "requester_reply",
                "sla_at_risk",
                "sla_breached",
                "system",
                "task_assignment",
                "task_escalated",
                "task_returned",
                "task_transferred",
                "ticket_answer",
            ]
        ]
        | None = None,
        ordering: str | None = None,
        search: str | None = None,
        ticket_number: str | None = None,
    ) -> ReadAllOut:
        """`POST /api/v2/notifications/inapp/read-all/`

        Mark all as read that the filters match; without a filter, everything.
        """
        return self._json(
            "POST",
            "/api/v2/notifications/inapp/read-all/",
            query={
                "is_read": is_read,
                "notification_type": notification_type,
                "ordering": ordering,
                "search": search,
                "ticket_number": ticket_number,
            },
        )

    def v2_notifications_inapp_unread_count_retrieve(self) -> UnreadOut:
        """`GET /api/v2/notifications/inapp/unread-count/`

        Notifications of the caller, newest first.
        """
        return self._json("GET", "/api/v2/notifications/inapp/unread-count/")
