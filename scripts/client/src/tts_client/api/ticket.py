"""Ticket Service API, as its OpenAPI document says. Written by scripts/gen-openapi: change nothing here."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from tts_client.operations import Api, Pages, Upload

StatusOrigin = Literal["workflow", "help_desk"]
TicketPriority = Literal["Low", "Medium", "High", "Urgent", "Critical"]
TicketStatus = Literal["new", "received", "in_progress", "on_hold", "resolved", "rejected", "cancelled", "withdrawn"]


class AttachmentOut(TypedDict):
    id: int
    file_name: str
    content_type: str
    size: int
    url: str
    removed_at: NotRequired[str | None]
    removed_after_days: NotRequired[int | None]


class AttachmentRefOut(TypedDict):
    id: int
    file_name: str
    content_type: str
    size: int
    url: str


class CommentOut(TypedDict):
    id: int
    origin: StatusOrigin
    author: PersonOut
    text: NotRequired[str]
    parent_id: int | None
    attachments: list[AttachmentRefOut]
    created_at: str
    edited_at: NotRequired[str | None]
    deleted_at: NotRequired[str | None]


class Employee(TypedDict):
    id: NotRequired[int | None]
    name: NotRequired[str]
    email: NotRequired[str]
    company_id: NotRequired[str]
    department: NotRequired[str]


class EmployeeChangeRequest(TypedDict):
    id: NotRequired[int | None]
    name: NotRequired[str]
    email: NotRequired[str]
    company_id: NotRequired[str]
    department: NotRequired[str]


class EmployeeRequest(TypedDict):
    id: NotRequired[int | None]
    name: NotRequired[str]
    email: NotRequired[str]
    company_id: NotRequired[str]
    department: NotRequired[str]


class KindOut(TypedDict):
    extension: str
    content_type: str
    is_shown: bool


class KindsOut(TypedDict):
    kinds: list[KindOut]
    max_bytes: int
    max_files: int


class PatchedReplyChangeInRequest(TypedDict):
    text: NotRequired[str]


class PatchedTicketChangeInRequest(TypedDict):
    subject: NotRequired[str]
    category: NotRequired[str]
    sub_category: NotRequired[str]
    department: NotRequired[str]
    description: NotRequired[str]
    priority: NotRequired[TicketPriority]
    employee: NotRequired[EmployeeChangeRequest]
    asset_name: NotRequired[str]
    serial_number: NotRequired[str]
    location: NotRequired[str]
    expected_return_date: NotRequired[str | None]
    requested_budget: NotRequired[str | None]
    cost_items: NotRequired[Any]
    performance_start_date: NotRequired[str | None]
    performance_end_date: NotRequired[str | None]
    dynamic_data: NotRequired[Any]
    source_version: NotRequired[int]


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


class ReopenInRequest(TypedDict):
    reason: NotRequired[str]


class ReplyInRequest(TypedDict):
    text: str
    parent_id: NotRequired[int | None]


class RequesterIdInRequest(TypedDict):
    source_service: str
    id: str


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


class StatusChangeOut(TypedDict):
    id: int
    event_id: str
    origin: StatusOrigin
    old_status: NotRequired[str]
    new_status: TicketStatus
    detail: NotRequired[str]
    is_applied: NotRequired[bool]
    actor: PersonOut | None
    occurred_at: str
    recorded_at: str


class TicketChangeInRequest(TypedDict):
    subject: str
    category: str
    sub_category: NotRequired[str]
    department: str
    description: NotRequired[str]
    priority: NotRequired[TicketPriority]
    employee: NotRequired[EmployeeChangeRequest]
    asset_name: NotRequired[str]
    serial_number: NotRequired[str]
    location: NotRequired[str]
    expected_return_date: NotRequired[str | None]
    requested_budget: NotRequired[str | None]
    cost_items: NotRequired[Any]
    performance_start_date: NotRequired[str | None]
    performance_end_date: NotRequired[str | None]
    dynamic_data: NotRequired[Any]
    source_version: NotRequired[int]


class TicketInRequest(TypedDict):
    subject: str
    category: str
    sub_category: NotRequired[str]
    department: str
    description: NotRequired[str]
    priority: NotRequired[TicketPriority]
    employee: NotRequired[EmployeeRequest]
    asset_name: NotRequired[str]
    serial_number: NotRequired[str]
    location: NotRequired[str]
    expected_return_date: NotRequired[str | None]
    requested_budget: NotRequired[str | None]
    cost_items: NotRequired[Any]
    performance_start_date: NotRequired[str | None]
    performance_end_date: NotRequired[str | None]
    dynamic_data: NotRequired[Any]


class TicketOut(TypedDict):
    id: int
    ticket_number: str
    subject: str
    category: str
    sub_category: NotRequired[str]
    department: str
    description: NotRequired[str]
    priority: NotRequired[TicketPriority]
    status: NotRequired[TicketStatus]
    status_at: str
    status_detail: NotRequired[str]
    source_service: NotRequired[str]
    source_version: NotRequired[int]
    employee: Employee
    asset_name: NotRequired[str]
    serial_number: NotRequired[str]
    location: NotRequired[str]
    expected_return_date: NotRequired[str | None]
    requested_budget: NotRequired[str | None]
    cost_items: NotRequired[Any]
    performance_start_date: NotRequired[str | None]
    performance_end_date: NotRequired[str | None]
    dynamic_data: NotRequired[Any]
    attachments: list[AttachmentOut]
    submitted_at: str
    updated_at: str
    withdrawn_at: NotRequired[str | None]


class TicketRefInRequest(TypedDict):
    ticket_number: str
    source_service: str
    source_number: str


class WithdrawInRequest(TypedDict):
    reason: NotRequired[str]


class TicketApi(Api):
    """A mock help desk (HDTS) that sends tickets."""

    service = "ticket"

    def attachments_retrieve(self, attachment_id: int | str) -> bytes:
        """`GET /attachments/{attachment_id}/`

        One file, for those who may see its ticket and for services.
        """
        return self._bytes("GET", "/attachments/{attachment_id}/", path_values={"attachment_id": attachment_id})

    def attachments_kinds_retrieve(self) -> KindsOut:
        """`GET /attachments/kinds/`

        Which files may be sent.
        """
        return self._json("GET", "/attachments/kinds/")

    def person_data(self, body: PersonRefInRequest) -> PersonDataOut:
        """`POST /privacy/person/`

        What the help desk's tickets hold about a requester. Files have their address here.
        """
        return self._json("POST", "/privacy/person/", body=body)

    def retention_list(self) -> list[RetentionKindOut]:
        """`GET /retention/`"""
        return self._json("GET", "/retention/")

    def retention_retrieve(self, kind: int | str, *, days: int | None = None) -> RetentionKindDetailOut:
        """`GET /retention/{kind}/`

        With `days`, `due` says what a run would remove if the kind were kept for so many days.
        """
        return self._json("GET", "/retention/{kind}/", path_values={"kind": kind}, query={"days": days})

    def retention_update(self, kind: int | str, body: RetentionRuleInRequest) -> RetentionKindDetailOut:
        """`PUT /retention/{kind}/`

        409 `stale_version`: somebody changed the rule since the `version` that is named.
        """
        return self._json("PUT", "/retention/{kind}/", path_values={"kind": kind}, body=body)

    def retention_run_create(self, kind: int | str) -> RetentionRunOut:
        """`POST /retention/{kind}/run/`

        Works for at most ten seconds; what is left then goes with the next run. Doing it again is safe.
        """
        return self._json("POST", "/retention/{kind}/run/", path_values={"kind": kind})

    def tickets_list(
        self,
        *,
        category: str | None = None,
        department: str | None = None,
        employee: int | None = None,
        ordering: str | None = None,
        page_size: int | None = None,
        priority: list[Literal["Critical", "High", "Low", "Medium", "Urgent"]] | None = None,
        search: str | None = None,
        status: list[
            Literal["cancelled", "in_progress", "new", "on_hold", "received", "rejected", "resolved", "withdrawn"]
        ]
        | None = None,
        sub_category: str | None = None,
        submitted_after: str | None = None,
        submitted_before: str | None = None,
        ticket_number: str | None = None,
    ) -> Pages[TicketOut]:
        """`GET /tickets/`

        Tickets of the help desk, by their number.
        """
        return self._pages(
            "GET",
            "/tickets/",
            query={
                "category": category,
                "department": department,
                "employee": employee,
                "ordering": ordering,
                "page_size": page_size,
                "priority": priority,
                "search": search,
                "status": status,
                "sub_category": sub_category,
                "submitted_after": submitted_after,
                "submitted_before": submitted_before,
                "ticket_number": ticket_number,
            },
        )

    def tickets_create(
        self, body: TicketInRequest, *, attachments: list[Upload] | None = None, idempotency_key: str | None = None
    ) -> TicketOut:
        """`POST /tickets/`

        File a ticket. A service with a key names the employee for whom it does, by address or id.
        """
        return self._json(
            "POST",
            "/tickets/",
            body=body,
            files={"attachments": attachments},
            nested=("employee",),
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def tickets_retrieve(self, ticket_number: int | str) -> TicketOut:
        """`GET /tickets/{ticket_number}/`

        Tickets of the help desk, by their number.
        """
        return self._json("GET", "/tickets/{ticket_number}/", path_values={"ticket_number": ticket_number})

    def tickets_update(
        self,
        ticket_number: int | str,
        body: TicketChangeInRequest,
        *,
        attachments: list[Upload] | None = None,
        idempotency_key: str | None = None,
    ) -> TicketOut:
        """`PUT /tickets/{ticket_number}/`

        Tickets of the help desk, by their number.
        """
        return self._json(
            "PUT",
            "/tickets/{ticket_number}/",
            path_values={"ticket_number": ticket_number},
            body=body,
            files={"attachments": attachments},
            nested=("employee",),
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def tickets_partial_update(
        self,
        ticket_number: int | str,
        body: PatchedTicketChangeInRequest | None = None,
        *,
        attachments: list[Upload] | None = None,
        idempotency_key: str | None = None,
    ) -> TicketOut:
        """`PATCH /tickets/{ticket_number}/`

        Tickets of the help desk, by their number.
        """
        return self._json(
            "PATCH",
            "/tickets/{ticket_number}/",
            path_values={"ticket_number": ticket_number},
            body=body,
            files={"attachments": attachments},
            nested=("employee",),
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def tickets_destroy(self, ticket_number: int | str) -> None:
        """`DELETE /tickets/{ticket_number}/`

        Tickets of the help desk, by their number.
        """
        self._nothing("DELETE", "/tickets/{ticket_number}/", path_values={"ticket_number": ticket_number})

    def tickets_comments_list(
        self,
        ticket_number: int | str,
        *,
        ordering: str | None = None,
        page_size: int | None = None,
        search: str | None = None,
    ) -> Pages[CommentOut]:
        """`GET /tickets/{ticket_number}/comments/`

        The public conversation, oldest first: `workflow` are those who work on the ticket, `help_desk` is here.
        """
        return self._pages(
            "GET",
            "/tickets/{ticket_number}/comments/",
            path_values={"ticket_number": ticket_number},
            query={"ordering": ordering, "page_size": page_size, "search": search},
        )

    def tickets_comments_create(
        self, ticket_number: int | str, body: ReplyInRequest, *, idempotency_key: str | None = None
    ) -> CommentOut:
        """`POST /tickets/{ticket_number}/comments/`

        Say something to those who work on the ticket. For the person who asked and the help desk's staff.
        """
        return self._json(
            "POST",
            "/tickets/{ticket_number}/comments/",
            path_values={"ticket_number": ticket_number},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def tickets_comments_partial_update(
        self,
        ticket_number: int | str,
        comment_id: int | str,
        body: PatchedReplyChangeInRequest | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> CommentOut:
        """`PATCH /tickets/{ticket_number}/comments/{comment_id}/`

        Change the text, here and for those who work on the ticket.
        """
        return self._json(
            "PATCH",
            "/tickets/{ticket_number}/comments/{comment_id}/",
            path_values={"comment_id": comment_id, "ticket_number": ticket_number},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def tickets_comments_destroy(self, ticket_number: int | str, comment_id: int | str) -> None:
        """`DELETE /tickets/{ticket_number}/comments/{comment_id}/`

        Leave a tombstone, here and there.
        """
        self._nothing(
            "DELETE",
            "/tickets/{ticket_number}/comments/{comment_id}/",
            path_values={"comment_id": comment_id, "ticket_number": ticket_number},
        )

    def tickets_comments_attachments_retrieve(
        self, ticket_number: int | str, comment_id: int | str, attachment_id: int | str
    ) -> bytes:
        """`GET /tickets/{ticket_number}/comments/{comment_id}/attachments/{attachment_id}/`

        For those who may read the ticket now.
        """
        return self._bytes(
            "GET",
            "/tickets/{ticket_number}/comments/{comment_id}/attachments/{attachment_id}/",
            path_values={"attachment_id": attachment_id, "comment_id": comment_id, "ticket_number": ticket_number},
        )

    def tickets_reopen_create(
        self, ticket_number: int | str, body: ReopenInRequest | None = None, *, idempotency_key: str | None = None
    ) -> TicketOut:
        """`POST /tickets/{ticket_number}/reopen/`

        Open an ended ticket again on the wish of the person who asked; the workflow is told.
        """
        return self._json(
            "POST",
            "/tickets/{ticket_number}/reopen/",
            path_values={"ticket_number": ticket_number},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )

    def tickets_status_history_list(
        self, ticket_number: int | str, *, page_size: int | None = None
    ) -> Pages[StatusChangeOut]:
        """`GET /tickets/{ticket_number}/status-history/`

        Every state the ticket was in, oldest first, with those that came too late marked as not applied.
        """
        return self._pages(
            "GET",
            "/tickets/{ticket_number}/status-history/",
            path_values={"ticket_number": ticket_number},
            query={"page_size": page_size},
        )

    def tickets_withdraw_create(
        self, ticket_number: int | str, body: WithdrawInRequest | None = None, *, idempotency_key: str | None = None
    ) -> TicketOut:
        """`POST /tickets/{ticket_number}/withdraw/`

        End the ticket on the wish of the person who asked; the workflow is told.
        """
        return self._json(
            "POST",
            "/tickets/{ticket_number}/withdraw/",
            path_values={"ticket_number": ticket_number},
            body=body,
            idempotency_key=idempotency_key,
            takes_key=True,
        )
